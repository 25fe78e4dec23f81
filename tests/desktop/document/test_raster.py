"""Rasters: what is written is read back, nothing else changes, and untouched tiles are shared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.geometry import EMPTY, Rect
from desktop.document.raster import TILE, Raster, canonical, tile_rect

PLACES = st.integers(-600, 600)
SIDES = st.integers(1, 400)


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Random RGBA, a third of it wholly transparent."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[generator.random((height, width)) < 1 / 3, 3] = 0
    return pixels


@given(PLACES, PLACES, SIDES, SIDES)
def test_what_is_written_anywhere_is_read_back(
    left: int, top: int, width: int, height: int
) -> None:
    pixels = noise(width, height)
    raster = Raster.from_array(pixels, left, top)
    read = raster.read(Rect(left - 3, top - 3, width + 6, height + 6))
    expected = np.zeros((height + 6, width + 6, 4), np.uint8)
    expected[3:-3, 3:-3] = canonical(pixels)
    assert np.array_equal(read, expected)


@given(PLACES, PLACES, SIDES, SIDES)
def test_a_second_write_replaces_only_what_it_covers(
    x: int, y: int, width: int, height: int
) -> None:
    whole = Rect(-700, -700, 1750, 1750)
    below, above = noise(400, 300, seed=1), noise(width, height, seed=2)
    first = Raster.from_array(below, -400, -300)
    expected = first.read(whole)
    expected[y + 700 : y + 700 + height, x + 700 : x + 700 + width] = canonical(above)
    assert np.array_equal(first.write(above, x, y).read(whole), expected)


def test_visible_pixels_come_back_bit_for_bit_and_invisible_ones_lose_their_colour() -> None:
    pixels = noise(300, 300)
    read = Raster.from_array(pixels, 7, 9).read(Rect(7, 9, 300, 300))
    seen = pixels[..., 3] > 0
    assert np.array_equal(read[seen], pixels[seen])
    assert not read[~seen].any()


def test_rgb_is_stored_as_opaque() -> None:
    rgb = noise(5, 4)[..., :3]
    read = Raster.from_array(rgb, 0, 0).read(Rect(0, 0, 5, 4))
    assert np.array_equal(read[..., :3], rgb)
    assert read[..., 3].min() == 255


@pytest.mark.parametrize("pixels", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_other_arrays_are_refused_as_bugs(pixels: np.ndarray) -> None:
    with pytest.raises(AssertionError):
        Raster.from_array(pixels, 0, 0)


def test_one_small_square_in_a_large_picture_copies_at_most_four_tiles() -> None:
    tile = Raster.from_array(np.full((TILE, TILE, 3), 128, np.uint8), 0, 0).tiles[0, 0]
    large = Raster({(column, row): tile for column in range(32) for row in range(32)})
    square = np.zeros((64, 64, 3), np.uint8)
    inside, corner = large.write(square, 100, 100), large.write(square, TILE - 32, TILE - 32)
    assert large.bounds() == Rect(0, 0, 8192, 8192)
    assert (len(large.changed_tiles(inside)), len(large.changed_tiles(corner))) == (1, 4)
    assert large.changed_tiles(large) == set()


def test_a_write_that_changes_nothing_shares_every_tile() -> None:
    pixels = noise(600, 600)
    raster = Raster.from_array(pixels, 0, 0)
    assert raster.changed_tiles(raster.write(pixels, 0, 0)) == set()
    assert raster.changed_tiles(raster.write(255 - pixels, 0, 0)) == set(raster.tiles)


def test_a_stray_write_into_a_tile_raises() -> None:
    raster = Raster.from_array(noise(10, 10), 0, 0)
    with pytest.raises(ValueError, match="read-only"):
        raster.tiles[0, 0].values[0, 0] = 1


def test_what_was_read_may_be_changed_without_touching_the_raster() -> None:
    raster = Raster.from_array(np.full((4, 4, 3), 9, np.uint8), 0, 0)
    raster.read(Rect(0, 0, 4, 4))[:] = 0
    assert raster.read(Rect(0, 0, 4, 4)).min() == 9


def test_a_tile_that_is_erased_is_no_longer_stored() -> None:
    raster = Raster.from_array(noise(300, 10), 0, 0)
    erased = raster.write(np.zeros((TILE, TILE, 4), np.uint8), 0, 0)
    assert (set(raster.tiles), set(erased.tiles)) == ({(0, 0), (1, 0)}, {(1, 0)})


@given(PLACES, PLACES, SIDES, SIDES)
def test_bounds_are_exact_and_tile_bounds_hold_them(
    x: int, y: int, width: int, height: int
) -> None:
    raster = Raster.from_array(np.full((height, width, 3), 1, np.uint8), x, y)
    assert raster.bounds() == Rect(x, y, width, height)
    assert raster.tile_bounds().united(raster.bounds()) == raster.tile_bounds()


def test_bounds_follow_what_is_added_and_erased() -> None:
    raster = Raster.from_array(np.full((700, 700, 3), 1, np.uint8), 10, 20)
    assert raster.bounds() == Rect(10, 20, 700, 700)
    erased = raster.write(np.zeros((700, 100, 4), np.uint8), 10, 20)
    assert erased.bounds() == Rect(110, 20, 600, 700)
    added = erased.write(np.ones((5, 5, 3), np.uint8), -300, 0)
    assert added.bounds() == Rect(-300, 0, 1010, 720)


def test_an_empty_raster_has_empty_bounds() -> None:
    assert (Raster.empty().bounds(), Raster.empty().tile_bounds()) == (EMPTY, EMPTY)


@given(st.integers(1, 300), st.integers(-300, 300), st.integers(-300, 300))
def test_a_sample_is_every_nth_pixel_of_the_whole(step: int, left: int, top: int) -> None:
    raster = Raster.from_array(noise(500, 300), -100, -40)
    rect = Rect(left, top, 650, 350)
    assert np.array_equal(raster.sampled(rect, step), raster.read(rect)[::step, ::step])


@given(PLACES, PLACES)
def test_translated_pixels_are_the_same_pixels_elsewhere(dx: int, dy: int) -> None:
    raster = Raster.from_array(noise(300, 280), -20, 30)
    moved = raster.translated(dx, dy)
    assert np.array_equal(
        moved.read(Rect(-20 + dx, 30 + dy, 300, 280)), raster.read(Rect(-20, 30, 300, 280))
    )
    assert moved.bounds() == raster.bounds().translated(dx, dy)


def test_moving_by_whole_tiles_copies_none() -> None:
    raster = Raster.from_array(noise(300, 300), 0, 0)
    moved = raster.translated(TILE, -2 * TILE)
    assert moved.tiles[1, -2] is raster.tiles[0, 0]


def test_has_tiles_in_tells_stored_from_empty_areas() -> None:
    raster = Raster.from_array(noise(10, 10), 0, 0)
    assert raster.has_tiles_in(Rect(-5, -5, 6, 6))
    assert not raster.has_tiles_in(tile_rect((1, 0)))
