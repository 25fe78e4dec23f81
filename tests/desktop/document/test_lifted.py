"""A part of a layer that is moved: what is selected goes, all else stays, nothing is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.channel import Channel
from desktop.document.edits import set_locked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.lifted import laid_over, lifted, mover
from desktop.document.picture import Picture, check_picture
from desktop.document.pixel_edits import masked
from desktop.document.raster import Raster

FRAME, AREA = Rect(0, 0, 64, 64), Rect(-100, -80, 420, 400)
SHIFTS = st.integers(-90, 90)


def noise() -> Raster:
    pixels = np.random.default_rng(1).integers(0, 256, (60, 70, 4), dtype=np.uint8)
    pixels[..., 3] |= 1
    return Raster.from_array(pixels, 200, 220)


def picture(selection: Channel | None) -> Picture:
    return Picture(FRAME, (Layer(1, "a", noise()),), selection=selection)


@pytest.mark.parametrize("default", [0, 255])
def test_every_pixel_is_masked_as_one_would_by_hand_and_whole_tiles_are_shared(
    default: int,
) -> None:
    random = np.random.default_rng(2)
    pixels = random.integers(0, 256, (600, 560, 4), dtype=np.uint8)
    raster = Raster.from_array(pixels, -20, 10)
    some = random.integers(0, 256, (200, 300), dtype=np.uint8)
    mask = Channel.from_array(some, 60, 50, default).filled(255, Rect(256, 256, 300, 256))
    made, area = masked(raster, mask), raster.tile_bounds()
    wanted = raster.read(area)
    wanted[..., 3] = (wanted[..., 3] * mask.read(area).astype(int) + 127) // 255
    wanted[wanted[..., 3] == 0] = 0
    assert np.array_equal(made.read(area), wanted)
    check_picture(Picture(FRAME, (Layer(1, "a", made),)))
    assert made.tiles[1, 1] is raster.tiles[1, 1]


@given(SHIFTS, SHIFTS)
@pytest.mark.slow
def test_what_is_selected_moves_and_what_is_not_stays(dx: int, dy: int) -> None:
    chosen = Rect(210, 230, 20, 30)
    old = picture(Channel.of_rect(chosen))
    move = mover(old, old.layers[0])
    assert move is not None
    new = move(dx, dy).apply(old)
    check_picture(new)
    if dx == dy == 0:
        assert new is old
        return
    before = old.layers[0].raster
    rest = before.filled((0, 0, 0, 0), chosen)
    part = Raster.from_array(before.read(chosen), chosen.left, chosen.top).translated(dx, dy)
    expected = laid_over(rest, part).read(AREA)
    assert np.array_equal(new.layers[0].raster.read(AREA), expected)
    assert new.selection is not None
    assert new.selection.bounds() == chosen.translated(dx, dy)


def test_on_empty_ground_every_pixel_arrives_as_it_was() -> None:
    old = picture(Channel.of_rect(Rect(0, 0, 500, 500)))
    move = mover(old, old.layers[0])
    assert move is not None
    new = move(300, 40).apply(old)
    assert np.array_equal(
        new.layers[0].raster.read(Rect(500, 260, 70, 60)), noise().read(Rect(200, 220, 70, 60))
    )
    assert new.layers[0].raster.bounds() == Rect(500, 260, 70, 60)


def test_without_a_selection_the_layer_moves_and_shares_its_tiles() -> None:
    old = picture(None)
    move = mover(old, old.layers[0])
    assert move is not None
    new = move(5, 0).apply(old)
    tiles = {id(tile) for tile in new.layers[0].raster.tiles.values()}
    assert tiles == {id(tile) for tile in old.layers[0].raster.tiles.values()}


def test_a_selection_beside_the_layer_moves_nothing() -> None:
    old = picture(Channel.of_rect(Rect(0, 0, 20, 20)))
    assert lifted(old, old.layers[0]) is None
    assert mover(old, old.layers[0]) is None


@pytest.mark.parametrize("default", [0, 255])
def test_a_locked_layer_stays(default: int) -> None:
    channel = Channel.of_rect(Rect(210, 230, 9, 9), 255 - default, default)
    old = set_locked(1, locked=True).apply(picture(channel))
    move = mover(old, old.layers[0])
    assert move is not None
    assert move(9, 9).apply(old) is old


@pytest.mark.parametrize("corner", [(0, 0), (37, -11)])
def test_what_is_opaque_or_nothing_is_laid_as_what_is_calculated(corner: tuple[int, int]) -> None:
    random = np.random.default_rng(6)
    below = Raster.from_array(random.integers(0, 256, (400, 400, 4), dtype=np.uint8), 0, 0)
    pixels = random.integers(0, 256, (300, 300, 4), dtype=np.uint8)
    pixels[..., 3] = np.where(random.random((300, 300)) < 0.5, 0, 255)
    above = Raster.from_array(pixels, *corner)
    area = Rect(-20, -20, 440, 440)
    old, new = below.read(area).astype(float), above.read(area).astype(float)
    share = new[..., 3:] / 255
    wanted = np.where(share > 0, new, old)
    made = laid_over(below, above)
    assert np.array_equal(made.read(area), wanted)
    grey = pixels.copy()
    grey[0, 0, 3] = 128  # one pixel of the tile has to be calculated, and so all are
    calculated = laid_over(below, Raster.from_array(grey, *corner)).read(area)
    alike = np.ones(calculated.shape[:2], bool)
    alike[corner[1] + 20, corner[0] + 20] = False
    assert np.array_equal(calculated[alike], wanted[alike])
