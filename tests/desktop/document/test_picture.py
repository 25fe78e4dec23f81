"""The dirty rectangle: outside it two pictures look the same, and it is small for small changes."""

import numpy as np
import pytest

from desktop.document.composite import composite
from desktop.document.edits import (
    Edit,
    move_frame,
    move_layer,
    place_image,
    remove_layer,
    rename_layer,
    set_opacity,
    set_visible,
    shift_layer,
)
from desktop.document.geometry import EMPTY, Rect
from desktop.document.picture import Layer, Picture, check_picture, dirty_rect
from desktop.document.raster import Raster
from desktop.document.tile import Tile

WHOLE = Rect(-300, -300, 1400, 1400)


def grey(width: int, height: int, value: int) -> np.ndarray:
    """One opaque colour."""
    return np.full((height, width, 3), value, np.uint8)


def two_layers() -> Picture:
    """A large layer, 1, and a small one, 2, on it."""
    picture = place_image(grey(700, 600, 90), Rect(0, 0, 700, 600), "large").apply(
        Picture(Rect(0, 0, 64, 64))
    )
    return place_image(grey(100, 80, 200), Rect(300, 300, 100, 80), "small").apply(picture)


EDITS = [
    place_image(grey(30, 30, 1), Rect(-40, -40, 30, 30), "new"),
    remove_layer(1),
    set_visible(2, visible=False),
    set_opacity(2, 0.5),
    move_layer(1, 1),
    shift_layer(2, 5, -7),
    move_frame(Rect(1, 1, 8, 8)),
    rename_layer(1, "other"),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_outside_the_dirty_rectangle_nothing_looks_different(edit: Edit) -> None:
    old = two_layers()
    new = edit.apply(old)
    dirty = dirty_rect(old, new)
    differs = np.any(composite(old, WHOLE) != composite(new, WHOLE), axis=2)
    inside = np.zeros_like(differs)
    inside[dirty.top + 300 : dirty.bottom + 300, dirty.left + 300 : dirty.right + 300] = True
    assert not differs[~inside].any()
    assert dirty_rect(new, old) == dirty
    assert differs.any() == (not dirty.is_empty)


def test_a_changed_square_makes_just_itself_dirty() -> None:
    raster = Raster.from_array(grey(2000, 2000, 90), 0, 0)
    painted = raster.write(grey(64, 64, 7), 1000, 1010)
    old, new = (Picture(Rect(0, 0, 1, 1), (Layer(1, "a", r),)) for r in (raster, painted))
    assert dirty_rect(old, new) == Rect(1000, 1010, 64, 64)


@pytest.mark.parametrize("back", [False, True])
def test_a_layer_that_goes_past_others_makes_itself_alone_dirty(back: bool) -> None:
    tile, apart = Raster.from_array(grey(256, 256, 90), 0, 0), 512
    layers = tuple(Layer(n, str(n), tile.translated(apart * n, 0)) for n in range(9))
    old = Picture(Rect(0, 0, 64, 64), layers)
    new = move_layer(2, 7).apply(old)
    old, new = (new, old) if back else (old, new)
    assert dirty_rect(old, new) == Rect(2 * apart, 0, 256, 256)
    other = move_layer(4, 0).apply(new)  # two have moved: all between may be drawn again
    assert dirty_rect(old, other) == Rect(0, 0, 7 * apart + 256, 256)


def test_a_change_on_a_hidden_layer_makes_nothing_dirty() -> None:
    hidden = set_visible(2, visible=False).apply(two_layers())
    assert dirty_rect(hidden, set_opacity(2, 0.2).apply(hidden)) == EMPTY
    assert dirty_rect(two_layers(), set_opacity(2, 0.2).apply(two_layers())) != EMPTY


def test_content_is_what_can_be_seen() -> None:
    picture = two_layers()
    assert picture.content() == Rect(0, 0, 700, 600)
    assert set_visible(1, visible=False).apply(picture).content() == Rect(300, 300, 100, 80)
    assert set_opacity(1, 0).apply(picture).content() == Rect(300, 300, 100, 80)


def test_asking_for_a_layer_that_is_not_there_is_a_bug() -> None:
    assert two_layers().layer(2).name == "small"
    with pytest.raises(KeyError):
        two_layers().layer(3)


def test_check_picture_finds_what_must_never_be() -> None:
    layer = Layer(1, "a", Raster.empty())
    check_picture(Picture(Rect(0, 0, 1, 1), (layer,)))
    tile = Tile(np.ones((256, 256, 4), np.uint8))
    tile.values.flags.writeable = True
    writable = Layer(2, "b", Raster({(0, 0): tile}))
    for broken in (
        Picture(EMPTY),
        Picture(Rect(0, 0, 1, 1), (layer, layer)),
        Picture(Rect(0, 0, 1, 1), (writable,)),
    ):
        with pytest.raises(AssertionError):
            check_picture(broken)
    with pytest.raises(AssertionError):
        Layer(1, "a", Raster.empty(), opacity=1.5)
