"""The document: undo is the very same older picture, whatever was done; previews record nothing."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.document.composite import composite
from desktop.document.document import Document
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
from desktop.document.picture import Picture, check_picture
from desktop.document.raster import TILE_BYTES

START = Rect(0, 0, 64, 64)
PLACES = st.integers(-400, 400)
SIDES = st.integers(1, 40)
PERCENT = st.integers(0, 100)


def grey(width: int, height: int, value: int = 128) -> np.ndarray:
    """One colour, half transparent."""
    return np.full((height, width, 4), value, np.uint8)


class AnyEdits(RuleBasedStateMachine):
    """Any edits in any order, beside a plain list of every picture there has been."""

    def __init__(self) -> None:
        """Start with an empty picture."""
        super().__init__()
        self.document = Document(Picture(START))
        self.pictures = [self.document.picture]
        self.now = 0

    def do(self, edit: Edit) -> None:
        """Do an edit and note the picture it made; one that changes nothing makes none."""
        self.document.do(edit)
        if self.document.picture is not self.pictures[self.now]:
            self.pictures[self.now + 1 :] = [self.document.picture]
            self.now += 1

    def any_layer(self, data: st.DataObject) -> int:
        """Draw the id of a layer."""
        return data.draw(st.sampled_from([layer.id for layer in self.document.picture.layers]))

    @rule(left=PLACES, top=PLACES, width=SIDES, height=SIDES)
    def place(self, left: int, top: int, width: int, height: int) -> None:
        """Place a picture."""
        self.do(place_image(grey(width, height), Rect(left, top, width, height), "placed"))

    @rule(left=PLACES, top=PLACES, width=SIDES, height=SIDES)
    def frame(self, left: int, top: int, width: int, height: int) -> None:
        """Move the frame."""
        self.do(move_frame(Rect(left, top, width, height)))

    @precondition(lambda self: self.document.picture.layers)
    @rule(data=st.data(), percent=PERCENT, dx=PLACES, dy=PLACES)
    def change_a_layer(self, data: st.DataObject, percent: int, dx: int, dy: int) -> None:
        """Do one of the edits of a layer."""
        layer_id = self.any_layer(data)
        edits = [
            remove_layer(layer_id),
            rename_layer(layer_id, f"name {percent}"),
            set_visible(layer_id, visible=percent % 2 == 0),
            set_opacity(layer_id, percent / 100),
            move_layer(layer_id, percent % 4),
            shift_layer(layer_id, dx, dy),
        ]
        self.do(data.draw(st.sampled_from(edits)))

    @rule(left=PLACES, kept=st.booleans())
    def drag(self, left: int, kept: bool) -> None:
        """Preview a frame, then keep or abandon it."""
        edit = move_frame(Rect(left, 0, 9, 9))
        self.document.preview(edit)
        assert self.document.picture.frame.left == left
        if kept:
            self.do(edit)
        else:
            self.document.preview(None)

    @rule()
    def undo(self) -> None:
        """Go back one."""
        self.document.undo()
        self.now = max(0, self.now - 1)

    @rule()
    def redo(self) -> None:
        """Go forth one."""
        self.document.redo()
        self.now = min(len(self.pictures) - 1, self.now + 1)

    @invariant()
    def the_picture_is_sound_and_the_very_one_expected(self) -> None:
        """Compare with the list."""
        check_picture(self.document.picture)
        assert self.document.picture is self.pictures[self.now]
        assert self.document.can_undo == (self.now > 0)
        assert self.document.can_redo == (self.now < len(self.pictures) - 1)

    def teardown(self) -> None:
        """Undo all, then redo all."""
        while self.document.can_undo:
            self.document.undo()
        assert self.document.picture is self.pictures[0]
        while self.document.can_redo:
            self.document.redo()
        assert self.document.picture is self.pictures[-1]


AnyEdits.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyEdits = AnyEdits.TestCase


def placed(count: int, side: int = 256, budget: int = 2**30) -> Document:
    """A document into which `count` pictures were placed side by side."""
    document = Document(Picture(START), budget)
    for number in range(count):
        area = Rect(side * number, 0, side, side)
        document.do(place_image(grey(side, side, 1 + number), area, f"picture {number}"))
    return document


def test_listeners_hear_where_the_look_changed() -> None:
    document, heard = Document(Picture(START)), []
    document.listeners.append(heard.append)
    document.do(place_image(grey(10, 10), Rect(5, 5, 10, 10), "a"))
    document.do(set_opacity(1, 0.5))
    document.do(move_frame(Rect(1, 1, 2, 2)))
    document.undo()
    assert heard == [Rect(0, 0, 256, 256), Rect(0, 0, 256, 256), EMPTY, EMPTY]


def test_names_of_undo_and_redo_are_those_of_the_edits() -> None:
    document = placed(1)
    document.do(set_visible(1, visible=False))
    document.undo()
    assert (document.undo_name, document.redo_name) == ("Place picture", "Hide layer")
    document.undo()
    assert (document.undo_name, document.redo_name) == ("", "Place picture")


def test_a_new_edit_forgets_what_was_undone() -> None:
    document = placed(2)
    document.undo()
    document.do(move_frame(Rect(1, 1, 2, 2)))
    assert not document.can_redo


def test_a_preview_shows_and_records_nothing() -> None:
    document = placed(1)
    recorded = document.picture
    document.preview(set_opacity(1, 0.1))
    document.preview(set_opacity(1, 0.3))
    assert document.previewing
    assert document.picture.layer(1).opacity == 0.3
    document.preview(None)
    assert document.picture is recorded
    assert document.undo_name == "Place picture"


def test_undo_during_a_preview_takes_back_the_recorded_edit() -> None:
    document = placed(1)
    document.preview(set_opacity(1, 0.1))
    document.undo()
    assert not document.previewing
    assert document.picture.layers == ()


@pytest.mark.parametrize(("tiles", "steps"), [(5, 5), (4, 4), (2, 2)])
def test_undo_steps_are_kept_as_far_as_their_tiles_fit_into_the_budget(
    tiles: int, steps: int
) -> None:
    """Five pictures, each a tile of its own, then each taken away again: all hold the same five."""
    document = placed(5, budget=5 * TILE_BYTES)
    assert undo_depth(document) == 5
    small = Document(Picture(START), tiles * TILE_BYTES)
    for number in range(5):
        small.do(place_image(grey(256, 256, 1 + number), Rect(0, 0, 256, 256), ""))
        small.do(remove_layer(1))
    assert undo_depth(small) == 2 * steps


def test_steps_that_share_all_their_tiles_cost_nothing() -> None:
    document = placed(1, budget=TILE_BYTES)
    for percent in range(50):
        document.do(set_opacity(1, percent / 100))
        document.do(shift_layer(1, 256, 0))  # another raster of the same tile
    assert undo_depth(document) == 101


def test_the_current_picture_is_kept_however_large_it_is() -> None:
    document = placed(3, budget=0)
    assert composite(document.picture, Rect(0, 0, 768, 1))[..., 3].all()


def undo_depth(document: Document) -> int:
    """How many times undo can be pressed."""
    depth = 0
    while document.can_undo:
        document.undo()
        depth += 1
    return depth
