"""Edits: each does what its name says to a picture, and nothing to the picture it was given."""

import numpy as np
import pytest

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
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

SQUARE = np.full((10, 20, 4), 200, np.uint8)
AREA = Rect(3, 4, 20, 10)


@pytest.fixture
def picture() -> Picture:
    """Three equal layers: 1 "a", 2 "b", 3 "c"."""
    made = Picture(Rect(0, 0, 64, 64))
    for name in "abc":
        made = place_image(SQUARE, AREA, name).apply(made)
    return made


def ids(picture: Picture) -> list[int]:
    """Layer ids, the lowest first."""
    return [layer.id for layer in picture.layers]


def test_a_placed_picture_is_the_top_layer_with_the_very_pixels(picture: Picture) -> None:
    placed = place_image(SQUARE, Rect(-50, 7, 20, 10), "d").apply(picture)
    assert (ids(placed), placed.layers[-1].name) == ([1, 2, 3, 4], "d")
    assert np.array_equal(placed.layers[-1].raster.read(Rect(-50, 7, 20, 10)), SQUARE)


def test_a_picture_of_another_size_than_its_area_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        place_image(SQUARE, Rect(0, 0, 10, 20), "d")


def test_pixels_may_change_after_they_were_placed(picture: Picture) -> None:
    pixels = SQUARE.copy()
    edit = place_image(pixels, AREA, "d")
    pixels[:] = 0
    assert edit.apply(picture).layers[-1].raster.bounds() == AREA


def test_each_edit_changes_one_thing_and_shares_the_rest(picture: Picture) -> None:
    assert ids(remove_layer(2).apply(picture)) == [1, 3]
    assert rename_layer(2, "  new ").apply(picture).layer(2).name == "new"
    assert not set_visible(2, visible=False).apply(picture).layer(2).visible
    assert set_opacity(2, 0.25).apply(picture).layer(2).opacity == 0.25
    assert ids(move_layer(3, 0).apply(picture)) == [3, 1, 2]
    assert ids(move_layer(1, 9).apply(picture)) == [2, 3, 1]
    assert move_frame(Rect(9, 9, 5, 5)).apply(picture).frame == Rect(9, 9, 5, 5)
    assert shift_layer(2, 300, -1).apply(picture).layer(2).raster.bounds() == Rect(303, 3, 20, 10)
    assert rename_layer(2, "new").apply(picture).layer(1) is picture.layer(1)
    assert ids(picture) == [1, 2, 3]


@pytest.mark.parametrize(
    "edit",
    [
        rename_layer(2, "b"),
        rename_layer(2, "  "),
        set_visible(2, visible=True),
        set_opacity(2, 1.0),
        move_layer(2, 1),
        move_frame(Rect(0, 0, 64, 64)),
        shift_layer(2, 0, 0),
    ],
    ids=lambda edit: edit.name,
)
def test_an_edit_that_changes_nothing_returns_the_same_picture(
    edit: Edit, picture: Picture
) -> None:
    assert edit.apply(picture) is picture
