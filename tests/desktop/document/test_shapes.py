"""Shapes, wand and the edits of selections: held to exact areas and to slow, obvious versions."""

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.area_filter import EXACT, feathered, gaussian, grown, shrunk, smoothed
from desktop.document.channel import Channel, channel_dirt
from desktop.document.geometry import EMPTY, EVERYWHERE, Point, Rect
from desktop.document.picture import Layer, Picture, check_picture, overlay_dirt
from desktop.document.raster import Raster
from desktop.document.selection_edits import (
    Combine,
    clear_mask,
    combined,
    deselect,
    forget_selection,
    grow_selection,
    invert_mask,
    invert_selection,
    load_selection,
    mask_selection,
    save_selection,
    select,
    select_layer,
    select_mask,
)
from desktop.document.shapes import ellipse, polygon
from desktop.document.wand import similar

VIEW = Rect(-300, -300, 900, 900)
COORDINATES = st.floats(-250, 500)


def area(channel: Channel) -> float:
    """How many pixels are covered, parts counted as such."""
    return float(channel.read(VIEW).sum(dtype=np.int64)) / 255


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=3))
def test_a_triangle_covers_its_exact_area(corners: list[tuple[float, float]]) -> None:
    (ax, ay), (bx, by), (cx, cy) = corners
    exact = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
    around = max(p[0] for p in corners) - min(p[0] for p in corners) + 1
    assert area(polygon(corners)) == pytest.approx(exact, abs=0.15 * around + 1, rel=0.002)


def test_an_ellipse_covers_its_exact_area_and_is_symmetric() -> None:
    made = ellipse(-100.5, -50, 299.5, 250)
    assert area(made) == pytest.approx(pi * 200 * 150, rel=0.0005)
    values = made.read(Rect(-101, -50, 401, 300)).astype(int)
    assert np.abs(values - values[::-1]).max() <= 1
    assert np.abs(values - values[:, ::-1]).max() <= 1
    assert ellipse(3, 3, 3, 9).is_empty


def test_a_rectangle_as_polygon_is_the_rectangle_and_its_parts_are_exact() -> None:
    corners = [(-20, 5), (280, 5), (280, 300), (-20, 300)]
    assert np.array_equal(
        polygon(corners).read(VIEW), Channel.of_rect(Rect(-20, 5, 300, 295)).read(VIEW)
    )
    half = polygon([(0.5, 0.5), (3.25, 0.5), (3.25, 2), (0.5, 2)]).read(Rect(0, 0, 4, 2))
    assert half.tolist() == [[64, 128, 128, 32], [128, 255, 255, 64]]


def test_a_star_has_a_hole_where_it_overlaps_itself() -> None:
    star = [(100 * sin(4 * pi * n / 5), -100 * cos(4 * pi * n / 5)) for n in range(5)]
    values = polygon(star).read(VIEW)
    assert (values[300, 300], values[300 - 80, 300]) == (0, 255)
    assert polygon([(1, 1), (5, 5)]).is_empty


def flood(inside: np.ndarray, x: int, y: int) -> np.ndarray:
    """One pixel after the other."""
    seen, waiting = np.zeros_like(inside), [(y, x)]
    while waiting:
        row, column = waiting.pop()
        held = 0 <= row < inside.shape[0] and 0 <= column < inside.shape[1]
        if held and inside[row, column] and not seen[row, column]:
            seen[row, column] = True
            waiting += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    return seen


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.9), st.integers(1, 30), st.integers(1, 30))
def test_the_wand_finds_the_piece_that_a_slow_flood_finds(
    seed: int, density: float, width: int, height: int
) -> None:
    generator = np.random.default_rng(seed)
    inside = generator.random((height, width)) < density
    x, y = int(generator.integers(width)), int(generator.integers(height))
    inside[y, x] = True
    pixels = np.where(inside[..., None], 200, 20).astype(np.uint8).repeat(4, axis=2)
    made = similar(pixels, Point(-5, 7), Point(x - 5, y + 7), 10, contiguous=True)
    assert np.array_equal(made.read(Rect(-5, 7, width, height)) == 255, flood(inside, x, y))
    everywhere = similar(pixels, Point(-5, 7), Point(x - 5, y + 7), 10, contiguous=False)
    assert np.array_equal(everywhere.read(Rect(-5, 7, width, height)) == 255, inside)


def test_a_spiral_is_one_piece_however_long() -> None:
    side = 129
    inside = np.zeros((side, side), np.bool_)
    inside[::2] = True
    inside[1::4, -1] = inside[3::4, 0] = True
    pixels = np.where(inside[..., None], 200, 20).astype(np.uint8).repeat(4, axis=2)
    made = similar(pixels, Point(0, 0), Point(64, 0), 0, contiguous=True)
    assert np.array_equal(made.read(Rect(0, 0, side, side)) == 255, inside)


def test_tolerance_is_counted_in_every_channel_and_clear_pixels_are_all_alike() -> None:
    row = [[100, 0, 0, 255], [110, 0, 0, 255], [111, 0, 0, 255], [0, 0, 0, 0], [9, 9, 9, 0]]
    pixels = np.array([row], np.uint8)

    def found(x: int, tolerance: int) -> list[bool]:
        made = similar(pixels, Point(0, 0), Point(x, 0), tolerance, contiguous=False)
        return (made.read(Rect(0, 0, 5, 1))[0] > 0).tolist()

    assert found(0, 10) == [True, True, False, False, False]
    assert found(4, 0) == [False, False, False, True, True]
    assert similar(pixels, Point(0, 0), Point(9, 0), 5, contiguous=True).is_empty


def around(radius: int) -> np.ndarray:
    """A disc of pixels."""
    places = np.arange(-radius, radius + 1)
    return places[:, None] ** 2 + places[None, :] ** 2 <= radius**2


@pytest.mark.parametrize("radius", [1, 2, 5, EXACT])
def test_growing_is_by_an_exact_disc(radius: int) -> None:
    dot = Channel.of_rect(Rect(100, 200, 1, 1), 77)
    values = grown(dot, radius).read(
        Rect(100 - radius, 200 - radius, 2 * radius + 1, 2 * radius + 1)
    )
    assert np.array_equal(values, around(radius) * np.uint8(77))


@pytest.mark.parametrize("radius", [EXACT + 1, 40, 100])
def test_growing_far_is_nearly_a_disc(radius: int) -> None:
    made = grown(Channel.of_rect(Rect(100, 200, 1, 1)), radius)
    assert made.bounds() == Rect(100 - radius, 200 - radius, 2 * radius + 1, 2 * radius + 1)
    assert area(made) == pytest.approx(around(radius).sum(), rel=0.09)


def test_shrinking_undoes_growing_for_a_rectangle_and_vanishes_when_too_far() -> None:
    rect = Channel.of_rect(Rect(10, -20, 300, 200))
    assert np.array_equal(shrunk(grown(rect, 9), 9).read(VIEW), rect.read(VIEW))
    assert shrunk(rect, 100).is_empty
    assert grown(rect, 0) is rect


def test_feathering_is_a_gaussian_whose_middle_stays() -> None:
    values = feathered(Channel.of_rect(Rect(0, -300, 600, 900)), 10).read(Rect(-60, 0, 120, 1))[0]
    assert values[60] == pytest.approx(255 * 0.52, abs=3)
    assert values[60 + 10] == pytest.approx(255 * 0.853, abs=3)
    assert values[60 - 10] == pytest.approx(255 * 0.171, abs=3)
    assert (values[0], values[-1]) == (0, 255)


@pytest.mark.parametrize("sigma", [16, 31, 100])
def test_a_wide_feather_is_within_a_level_of_the_exact_one(sigma: int) -> None:
    disc = ellipse(100, 90, 700, 500)
    area = Rect(-400, -400, 1600, 1400)
    exact = smoothed(disc.read(area), gaussian(sigma)).astype(int)
    assert np.abs(feathered(disc, sigma).read(area).astype(int) - exact).max() <= 1


def test_feathering_does_not_depend_on_where_the_tiles_lie() -> None:
    disc = ellipse(100, 90, 700, 500)
    made = feathered(disc.translated(77, 33), 40).read(Rect(-123, -167, 1300, 1100))
    here = feathered(disc, 40).read(Rect(-200, -200, 1300, 1100))
    assert np.abs(made.astype(int) - here).max() <= 1


def test_filters_make_only_tiles_near_an_edge() -> None:
    large = Channel.of_rect(Rect(0, 0, 4096, 4096))
    made = feathered(large, 5)
    inner = {id(made.tiles[column, row]) for column in range(1, 15) for row in range(1, 15)}
    assert len(inner) == 1


RECTS = st.builds(Rect, *[st.integers(-200, 300)] * 2, *[st.integers(0, 300)] * 2)
CHANNELS = st.builds(Channel.of_rect, RECTS, st.integers(0, 255), st.sampled_from([0, 255]))


@given(CHANNELS, CHANNELS, st.integers(-300, 300))
def test_channels_combine_pixel_by_pixel(a: Channel, b: Channel, shift: int) -> None:
    b = b.translated(shift, 3)
    x, y = a.read(VIEW), b.read(VIEW)
    assert np.array_equal(a.added(b).read(VIEW), np.maximum(x, y))
    assert np.array_equal(a.intersected(b).read(VIEW), np.minimum(x, y))
    assert np.array_equal(a.subtracted(b).read(VIEW), np.minimum(x, 255 - y))
    assert np.array_equal(a.inverted().read(VIEW), 255 - x)
    assert np.array_equal(a.inverted().inverted().read(VIEW), x)
    assert np.array_equal(b.on_grid((0, 0)).read(VIEW), y)


@given(CHANNELS, CHANNELS)
def test_outside_its_dirt_a_channel_is_as_before(a: Channel, b: Channel) -> None:
    dirty = channel_dirt(a, b).intersected(VIEW).translated(300, 300)
    differs = a.read(VIEW) != b.read(VIEW)
    differs[dirty.top : dirty.bottom, dirty.left : dirty.right] = False
    assert not differs.any()


def test_changing_everything_is_dirt_everywhere() -> None:
    assert channel_dirt(None, Channel.empty(255)) == EVERYWHERE
    assert channel_dirt(None, Channel.empty()) == EMPTY
    old = Picture(Rect(0, 0, 9, 9))
    assert overlay_dirt(old, select(Channel.of_rect(Rect(3, 3, 5, 5))).apply(old)) == Rect(
        0, 0, 256, 256
    )


def rect_of(picture: Picture) -> Rect | None:
    """Bounds of the selection."""
    return None if picture.selection is None else picture.selection.bounds()


def test_selections_are_added_taken_away_and_met() -> None:
    empty = Picture(Rect(0, 0, 64, 64))
    left, right = Channel.of_rect(Rect(0, 0, 20, 10)), Channel.of_rect(Rect(10, 0, 20, 10))
    picture = select(left).apply(empty)
    assert rect_of(picture) == Rect(0, 0, 20, 10)
    assert rect_of(select(right, Combine.ADD).apply(picture)) == Rect(0, 0, 30, 10)
    assert rect_of(select(right, Combine.SUBTRACT).apply(picture)) == Rect(0, 0, 10, 10)
    assert rect_of(select(right, Combine.INTERSECT).apply(picture)) == Rect(10, 0, 10, 10)
    assert rect_of(select(right).apply(picture)) == Rect(10, 0, 20, 10)
    assert select(left, Combine.SUBTRACT).apply(picture).selection is None
    assert combined(None, left, Combine.SUBTRACT).read(Rect(0, 0, 21, 1))[0].tolist() == [
        0
    ] * 20 + [255]
    assert deselect().apply(empty) is empty
    assert invert_selection().apply(empty) is empty
    assert grow_selection(3).apply(empty) is empty
    inverted = invert_selection().apply(picture)
    assert inverted.selection is not None
    assert inverted.selection.default == 255
    assert rect_of(grow_selection(2).apply(picture)) == Rect(-2, -2, 24, 14)


def test_selection_and_mask_become_each_other_and_the_mask_stays() -> None:
    picture = select(Channel.of_rect(Rect(5, 5, 9, 9), 100)).apply(Picture(Rect(0, 0, 64, 64)))
    masked = mask_selection().apply(picture)
    assert np.array_equal(masked.mask.read(VIEW), Channel.of_rect(Rect(5, 5, 9, 9), 100).read(VIEW))
    again = select_mask().apply(deselect().apply(masked))
    assert rect_of(again) == Rect(5, 5, 9, 9)
    assert clear_mask().apply(masked).mask.is_empty
    assert clear_mask().apply(picture) is picture
    assert invert_mask().apply(picture).mask.default == 255
    check_picture(again)


def test_saved_selections_come_back_by_name() -> None:
    picture = select(Channel.of_rect(Rect(5, 5, 9, 9))).apply(Picture(Rect(0, 0, 64, 64)))
    saved = deselect().apply(save_selection("eye").apply(picture))
    assert [name for name, _ in saved.saved] == ["eye"]
    assert rect_of(load_selection("eye").apply(saved)) == Rect(5, 5, 9, 9)
    assert forget_selection("eye").apply(saved).saved == ()
    assert forget_selection("nose").apply(saved) is saved
    with pytest.raises(KeyError):
        load_selection("nose").apply(saved)


def test_the_pixels_of_a_layer_are_selected_by_their_alpha() -> None:
    pixels = np.full((4, 4, 4), 90, np.uint8)
    layer = Layer(1, "", Raster.from_array(pixels, -2, 3))
    made = select_layer(1).apply(Picture(Rect(0, 0, 9, 9), (layer,)))
    assert made.selection is not None
    assert made.selection.read(Rect(-2, 3, 4, 4)).tolist() == [[90] * 4] * 4
