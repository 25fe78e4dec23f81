"""Transforms: exact where pixels meet pixels, and truthful elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.channel import Channel
from desktop.document.edits import set_locked
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture, check_picture
from desktop.document.raster import Raster, canonical
from desktop.document.transform import (
    Affine,
    rotation,
    scaling,
    transform_layer,
    transformed,
    translation,
)

NUMBERS = st.floats(-3, 3).filter(lambda value: abs(value) > 0.1)


def noise(width: int = 300, height: int = 200) -> np.ndarray:
    """Random RGBA."""
    pixels = np.random.default_rng(5).integers(0, 256, (height, width, 4), dtype=np.uint8)
    return canonical(pixels)


def smooth(side: int = 200) -> np.ndarray:
    """An opaque picture of slow waves."""
    x = np.arange(side) / side * 6
    wave = (np.sin(x)[:, None] * np.cos(x)[None, :] * 100 + 128).astype(np.uint8)
    return np.dstack([wave, wave.T, 255 - wave, np.full_like(wave, 255)])


@given(NUMBERS, NUMBERS, NUMBERS, st.floats(-99, 99))
def test_a_map_and_its_inverse_are_nothing(a: float, b: float, d: float, e: float) -> None:
    affine = Affine(a, b, 0.0, d, e, 7.0)
    x, y = affine.then(affine.inverse()).at(12.0, -5.0)
    assert (x, y) == (pytest.approx(12.0, abs=1e-6), pytest.approx(-5.0, abs=1e-6))


def test_flips_and_quarter_turns_are_exact_and_stay_where_they_are() -> None:
    pixels = noise()
    raster = Raster.from_array(pixels, 10, -20)
    area, middle = Rect(10, -20, 300, 200), (160.0, 80.0)
    turned = Rect(60, -70, 200, 300)
    assert np.array_equal(transformed(raster, scaling(-1, 1, middle)).read(area), pixels[:, ::-1])
    assert np.array_equal(transformed(raster, scaling(1, -1, middle)).read(area), pixels[::-1])
    for quarters in range(1, 4):
        made = transformed(raster, rotation(90 * quarters, middle))
        rect = turned if quarters % 2 else area
        assert made.bounds() == rect
        assert np.array_equal(made.read(rect), np.rot90(pixels, -quarters))
    assert np.array_equal(
        transformed(raster, translation(7, 9)).read(area.translated(7, 9)), pixels
    )


def test_four_quarter_turns_are_none() -> None:
    raster = Raster.from_array(noise(), 10, -20)
    made = raster
    for _ in range(4):
        made = transformed(made, rotation(90, (33.0, 5.0)))
    assert np.array_equal(made.read(Rect(10, -20, 300, 200)), noise())


def test_halving_is_close_to_the_mean_of_four() -> None:
    pixels = smooth()
    made = transformed(Raster.from_array(pixels, 0, 0), scaling(0.5, 0.5)).read(
        Rect(0, 0, 100, 100)
    )
    means = pixels.reshape(100, 2, 100, 2, 4).mean(axis=(1, 3))
    assert np.abs(made.astype(float) - means)[3:-3, 3:-3].max() <= 2


@pytest.mark.parametrize("factor", [0.1, 0.37, 1.7, 4.0])
@pytest.mark.slow
def test_scaling_keeps_a_plain_colour_and_the_amount_of_paint(factor: float) -> None:
    plain = np.full((150, 150, 4), (200, 100, 50, 255), np.uint8)
    made = transformed(Raster.from_array(plain, 0, 0), scaling(factor, factor))
    pixels = made.read(made.bounds())
    seen = pixels[..., 3] > 16
    assert np.abs(pixels[seen][:, :3].astype(int) - (200, 100, 50)).max() <= 2
    paint = pixels[..., 3].sum(dtype=int) / 255
    assert paint == pytest.approx((150 * factor) ** 2, rel=0.03)


def test_a_turn_there_and_back_is_nearly_what_it_was() -> None:
    raster = Raster.from_array(smooth(), 0, 0)
    there = transformed(raster, rotation(30, (100.0, 100.0)))
    back = transformed(there, rotation(-30, (100.0, 100.0))).read(Rect(0, 0, 200, 200))
    assert np.abs(back.astype(int) - smooth())[4:-4, 4:-4].max() <= 3


def test_a_turned_square_has_the_area_of_the_square() -> None:
    square = Channel.of_rect(Rect(50, 50, 100, 100))
    made = transformed(square, rotation(23, (100.0, 100.0)))
    assert made.read(Rect(0, 0, 200, 200)).sum(dtype=int) / 255 == pytest.approx(10000, rel=0.01)


def test_shrinking_while_turning_does_not_alias() -> None:
    stripes = np.zeros((400, 400, 4), np.uint8)
    stripes[..., 3] = 255
    stripes[:, ::2, :3] = 255
    raster = Raster.from_array(stripes, 0, 0)
    turn = scaling(0.2, 0.2).then(rotation(10, (40.0, 40.0)))
    made = transformed(raster, turn).read(Rect(20, 20, 40, 40))
    assert np.abs(made[..., 0].astype(int) - 127).max() <= 12


def test_a_layer_is_transformed_with_its_mask_and_a_group_with_all_that_is_in_it() -> None:
    layer = Layer(1, "", Raster.from_array(noise(), 0, 0), mask=Channel.of_rect(Rect(0, 0, 9, 9)))
    picture = Picture(Rect(0, 0, 9, 9), (Layer.group(2, "", [layer]),))
    made = transform_layer(2, scaling(-1, 1)).apply(picture)
    check_picture(made)
    assert made.layer(1).raster.bounds() == Rect(-300, 0, 300, 200)
    assert made.layer(1).mask is not None
    assert made.layer(1).mask.bounds() == Rect(-9, 0, 9, 9)
    locked = set_locked(1, locked=True).apply(picture)
    assert transform_layer(1, scaling(-1, 1)).apply(locked) is locked
    assert transform_layer(2, Affine()).apply(picture) is picture


def test_outside_a_mask_that_shows_all_its_default_stays() -> None:
    hole = Channel.of_rect(Rect(0, 0, 40, 40), 0, default=255)
    made = transformed(hole, scaling(2.5, 2.5))
    assert (made.default, made.read(Rect(50, 50, 1, 1))[0, 0]) == (255, 0)
    assert made.read(Rect(-50, -50, 9, 9)).min() == 255
