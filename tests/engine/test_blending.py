"""New pixels meet old ones: nothing beyond mask and feather changes, and colours are matched."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.blending import Patch, blended, dilated, weights
from engine.requests import Seam

PLAIN = Seam(feather=0, grow=0, match_colours=0)
HEIGHT, WIDTH = 24, 31


def random_picture(seed: int, channels: int = 3, height: int = HEIGHT, width: int = WIDTH):
    """No pixel like its neighbour."""
    chance = np.random.default_rng(seed)
    return chance.integers(0, 256, (height, width, channels), dtype=np.uint8)


def distance_to(points: np.ndarray) -> np.ndarray:
    """Euclidean distance of every pixel to the nearest set one, the slow way."""
    rows, columns = np.nonzero(points)
    y, x = np.indices(points.shape)
    squares = (y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2
    return np.sqrt(squares.min(axis=-1)) if rows.size else np.full(points.shape, np.inf)


def spot(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A mask with a rectangle in it."""
    mask = np.zeros((height, width), np.uint8)
    mask[8:15, 10:18] = 255
    return mask


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    feather=st.integers(0, 12),
    grow=st.integers(-6, 6),
    match=st.floats(0, 1),
    alpha=st.booleans(),
)
@pytest.mark.slow
def test_beyond_mask_and_feather_the_old_pixels_are_untouched(
    seed: int, feather: int, grow: int, match: float, alpha: bool
) -> None:
    chance = np.random.default_rng(seed)
    picture = random_picture(seed, 4 if alpha else 3)
    mask = spot() if chance.random() < 0.5 else (chance.random((HEIGHT, WIDTH)) < 0.02) * 255
    mask = (mask * chance.random((HEIGHT, WIDTH))).astype(np.uint8)
    missing = np.zeros((HEIGHT, WIDTH), bool)
    if alpha:
        picture[..., 3] = 255
        picture[:, 26:, 3] = 0
        missing = picture[..., 3] == 0
    seam = Seam(feather=feather, grow=grow, match_colours=match)
    patch = Patch(random_picture(seed + 1), mask, left=0, top=0)
    result = blended(picture, patch, seam)
    far = distance_to((mask > 0) | missing) > max(grow, 0) + feather
    assert np.array_equal(result[far], picture[far][:, :3])
    again = blended(picture, patch, seam)
    assert np.array_equal(result, again)


def test_inside_the_mask_only_the_new_pixels_show() -> None:
    picture, new, mask = random_picture(1), random_picture(2), spot()
    for feather in (0, 5):
        seam = replace(PLAIN, feather=feather)
        result = blended(picture, Patch(new, mask, 0, 0), seam)
        assert np.array_equal(result[mask > 0], new[mask > 0])


def test_an_area_lies_where_it_is_said_to() -> None:
    picture, new = random_picture(1), random_picture(2, height=5, width=6)
    patch = Patch(new, np.full((5, 6), 255, np.uint8), left=20, top=3)
    expected = picture.copy()
    expected[3:8, 20:26] = new
    assert np.array_equal(blended(picture, patch, PLAIN), expected)


def test_a_grey_mask_mixes_in_proportion() -> None:
    picture = np.full((6, 6, 3), 100, np.uint8)
    new, mask = np.full((6, 6, 3), 200, np.uint8), np.full((6, 6), 51, np.uint8)
    for feather in (0, 4):
        seam = replace(PLAIN, feather=feather)
        assert (blended(picture, Patch(new, mask, 0, 0), seam) == 120).all()


def test_missing_pixels_are_new_however_far_the_mask_shrinks() -> None:
    picture, new = random_picture(1, channels=4), random_picture(2)
    picture[..., 3] = 255
    picture[:, :9, 3] = 0
    patch = Patch(new, np.zeros((HEIGHT, WIDTH), np.uint8), 0, 0)
    result = blended(picture, patch, replace(PLAIN, grow=-200))
    assert np.array_equal(result[:, :9], new[:, :9])
    assert np.array_equal(result[:, 9:], picture[:, 9:, :3])


def test_half_transparent_pixels_let_the_new_ones_through() -> None:
    picture, new = np.full((4, 4, 4), 100, np.uint8), np.full((4, 4, 3), 200, np.uint8)
    picture[..., 3] = 204
    patch = Patch(new, np.zeros((4, 4), np.uint8), 0, 0)
    assert (blended(picture, patch, PLAIN) == 120).all()


@pytest.mark.parametrize("radius", [0, 1, 2, 5, 9, 40])
def test_masks_grow_by_a_disc(radius: int) -> None:
    mask = spot() // 2
    expected = np.where(distance_to(mask > 0) <= radius, 127, 0)
    assert np.array_equal(dilated(mask, radius), expected)


def test_a_shrunken_mask_keeps_what_is_far_from_its_edge() -> None:
    mask = spot()
    shrunk = weights(mask, replace(PLAIN, grow=-2)) > 0
    assert np.array_equal(shrunk, distance_to(mask == 0) > 2)


def test_the_feather_falls_as_its_formula_says() -> None:
    share = weights(spot(), replace(PLAIN, feather=6))
    expected = np.clip(1 - distance_to(spot() > 0) ** 2 / 37, 0, None) ** 2
    assert np.abs(share - expected).max() < 1e-3


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A smooth picture, the same in wrong colours, and a hole."""
    y, x = np.mgrid[0:120, 0:120] / 119
    picture = np.stack([60 + 90 * x, 80 + 60 * y, 110 + 40 * x * y], -1).round().astype(np.uint8)
    wrong = (picture * np.array([0.8, 1.15, 0.9]) + np.array([60, -40, 35])).round()
    mask = np.zeros((120, 120), np.uint8)
    mask[40:80, 45:85] = 255
    return picture, wrong.astype(np.uint8), mask


def test_a_wrong_tint_is_taken_back() -> None:
    picture, wrong, mask = scene()
    patch = Patch(wrong, mask, 0, 0)
    error = [
        np.abs(blended(picture, patch, replace(PLAIN, match_colours=share)).astype(int) - picture)
        for share in (0.0, 0.5, 1.0)
    ]
    assert error[0].max() > 20
    assert abs(error[1].max() / error[0].max() - 0.5) < 0.15
    assert error[2].max() <= 3


def test_colours_are_compared_with_known_pixels_only() -> None:
    picture, _, mask = scene()
    picture = 100 + picture // 5
    tinted = (picture.astype(int) + np.array([20, -15, 25])).astype(np.uint8)
    missing = np.dstack([picture, np.full((120, 120), 255, np.uint8)])
    missing[:, 60:] = 0  # black where it is transparent
    result = blended(missing, Patch(tinted, mask, 0, 0), replace(PLAIN, match_colours=1))
    assert np.abs(result.astype(int) - picture).max() <= 3
    assert np.abs(tinted.astype(int) - picture).max() == 25


def test_what_is_another_thing_has_no_say_in_the_tint() -> None:
    """Around half of the hole the new picture shows something else, far from the old colours."""
    picture, new = np.full((96, 96, 3), 120, np.uint8), np.full((96, 96, 3), 110, np.uint8)
    new[:, 48:] = 220
    mask = np.zeros((96, 96), np.uint8)
    mask[32:64, 32:64] = 255
    result = blended(picture, Patch(new, mask, 0, 0), replace(PLAIN, match_colours=1))
    assert (result[32:64, 32:48] == 120).all()
    assert (result[32:64, 48:64] == 230).all()


def test_a_tint_that_begins_at_the_seam_is_seen_too() -> None:
    """Outside the hole both pictures agree; what was painted in it is a little too light."""
    picture, new = np.full((96, 96, 3), 120, np.uint8), np.full((96, 96, 3), 120, np.uint8)
    mask = np.zeros((96, 96), np.uint8)
    mask[32:64, 32:64] = 255
    new[mask > 0] = 140
    patch = Patch(new, mask, 0, 0)
    matched = blended(picture, patch, replace(PLAIN, match_colours=1))
    assert blended(picture, patch, PLAIN)[48, 33, 0] == 140
    assert matched[48, 33, 0] < 130


def test_without_surroundings_colours_stay() -> None:
    picture, new = random_picture(1), random_picture(2)
    mask = np.full((HEIGHT, WIDTH), 255, np.uint8)
    result = blended(picture, Patch(new, mask, 0, 0), replace(PLAIN, match_colours=1))
    assert np.array_equal(result, new)
