"""The document: undo is the very same older picture, whatever was done; previews record nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.document.blend import BlendMode
from desktop.document.brush import Brush
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.document import NEAR, Document
from desktop.document.edits import (
    Edit,
    duplicate_layer,
    move_frame,
    move_layer,
    place_image,
    remove_layer,
    rename_layer,
    set_alpha_locked,
    set_blend_mode,
    set_isolated,
    set_locked,
    set_opacity,
    set_visible,
    shift_layer,
)
from desktop.document.geometry import EMPTY, Rect
from desktop.document.group_edits import flatten, group_layers, merge_down, merge_group, ungroup
from desktop.document.ledger import Ledger
from desktop.document.picture import Picture, check_picture
from desktop.document.pixel_edits import (
    add_layer_mask,
    apply_layer_mask,
    clear_selected,
    fill_layer,
    paint_layer,
    remove_layer_mask,
)
from desktop.document.raster import TILE_BYTES
from desktop.document.selection_edits import (
    Combine,
    clear_mask,
    deselect,
    feather_selection,
    grow_selection,
    invert_selection,
    mask_selection,
    paint_mask,
    save_selection,
    select,
    select_mask,
    shrink_selection,
)
from desktop.document.stroke import painting

START = Rect(0, 0, 64, 64)
PLACES = st.integers(-400, 400)
SIDES = st.integers(1, 40)
PERCENT = st.integers(0, 100)


def grey(width: int, height: int, value: int = 128) -> np.ndarray:
    """One colour, half transparent."""
    return np.full((height, width, 4), value, np.uint8)


def same(a: Picture, b: Picture) -> bool:
    """Whether two pictures hold the same in every respect, if not in the same objects."""
    layers = [
        [
            (e.id, e.name, e.visible, e.opacity, e.mode, e.locked, e.alpha_locked, e.isolated)
            for e in p.walk()
        ]
        for p in (a, b)
    ]
    planes = list(zip(a.planes(), b.planes(), strict=True)) if layers[0] == layers[1] else []
    return (
        layers[0] == layers[1]
        and a.frame == b.frame
        and [name for name, _ in a.saved] == [name for name, _ in b.saved]
        and all(
            x.tile_bounds() == y.tile_bounds()
            and x.default == y.default
            and np.array_equal(x.read(x.bounds()), y.read(y.bounds()))
            for x, y in planes
        )
    )


class AnyEdits(RuleBasedStateMachine):
    """Any edits in any order, beside a plain list of every picture there has been."""

    def __init__(self) -> None:
        """Start with an empty picture."""
        super().__init__()
        self.document = Document(Picture(START))
        self.pictures = [self.document.picture]
        self.now = 0

    def do(self, *edits: Edit) -> None:
        """Do edits and note the picture they made; what changes nothing makes none."""
        before = self.document.picture
        for edit in edits:
            self.document.do(edit)
        self.note(before)

    def note(self, before: Picture) -> None:
        """Note the picture there is now if it is not `before`, as the document had it.

        The list may have another object for that one, if it was unpacked since.
        """
        if self.document.picture is not before:
            self.pictures[self.now + 1 :] = [self.document.picture]
            self.now += 1

    def any_layer(self, data: st.DataObject) -> int:
        """Draw the id of a layer."""
        return data.draw(st.sampled_from([layer.id for layer in self.document.picture.walk()]))

    @rule(left=PLACES, top=PLACES, width=SIDES, height=SIDES)
    def place(self, left: int, top: int, width: int, height: int) -> None:
        """Place a picture."""
        self.do(place_image(grey(width, height), Rect(left, top, width, height), "placed"))

    @rule(left=PLACES, top=PLACES, width=SIDES, height=SIDES, data=st.data())
    def areas(self, left: int, top: int, width: int, height: int, data: st.DataObject) -> None:
        """Change frame, selection or mask."""
        rect = Rect(left, top, width, height)
        shape, how = Channel.of_rect(rect), data.draw(st.sampled_from(list(Combine)))
        edits = [
            move_frame(rect),
            select(shape, how),
            deselect(),
            invert_selection(),
            grow_selection(width),
            shrink_selection(3),
            feather_selection(1.5),
            save_selection("kept"),
            mask_selection(how),
            select_mask(how),
            paint_mask(shape),
            clear_mask(),
        ]
        self.do(data.draw(st.sampled_from(edits)))

    @precondition(lambda self: self.document.picture.layers)
    @rule(data=st.data(), percent=PERCENT, dx=PLACES, dy=PLACES)
    def change_a_layer(self, data: st.DataObject, percent: int, dx: int, dy: int) -> None:
        """Do one of the edits of a layer."""
        layer_id, other = self.any_layer(data), self.any_layer(data)
        edits = [
            remove_layer(layer_id),
            rename_layer(layer_id, f"name {percent}"),
            set_visible(layer_id, visible=percent % 2 == 0),
            set_opacity(layer_id, percent / 100),
            set_blend_mode(layer_id, list(BlendMode)[percent % len(BlendMode)]),
            set_locked(layer_id, locked=percent % 2 == 0),
            set_alpha_locked(layer_id, locked=percent % 2 == 0),
            set_isolated(layer_id, isolated=percent % 2 == 0),
            move_layer(layer_id, percent % 4),
            shift_layer(layer_id, dx, dy),
            duplicate_layer(layer_id),
            group_layers([layer_id, other], "group"),
            ungroup(layer_id),
            merge_down(layer_id),
            merge_group(layer_id),
            flatten("flat"),
            clear_selected(layer_id),
            fill_layer(layer_id, (9, percent, 200, 2 * percent)),
            add_layer_mask(layer_id),
            remove_layer_mask(layer_id),
            apply_layer_mask(layer_id),
            self.stroke(layer_id, dx, dy),
        ]
        self.do(data.draw(st.sampled_from(edits)))

    def stroke(self, layer_id: int, x: int, y: int) -> Edit:
        """A brush stroke from a place to the origin."""
        picture = self.document.picture
        layer = picture.layer(layer_id)
        brush = Brush(size=9, opacity=0.5)
        stroke = painting(layer.raster, brush, (200, 0, 0), picture.selection, layer.alpha_locked)
        stroke.move_to(x, y)
        stroke.move_to(0, 0)
        return set_opacity(layer_id, 0.4) if layer.is_group else paint_layer(layer_id, stroke.plane)

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

    @rule(left=PLACES, kept=st.booleans())
    def several_at_once(self, left: int, kept: bool) -> None:
        """Do three edits as one step, or abandon them."""
        edits = [move_frame(Rect(left + step, 0, 9, 9)) for step in range(3)]
        before, picture = self.document.history, self.document.picture
        if kept:
            with self.document.group("group"):
                for edit in edits:
                    self.document.do(edit)
            self.note(picture)
        else:
            self.document.open_group("group")
            for edit in edits:
                self.document.do(edit)
            self.document.abandon_group()
            # What was undone before is gone all the same: something else was done since.
            self.pictures[self.now + 1 :] = []
            assert self.document.history == before[: self.now]

    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        """Go to any point of the history."""
        self.now = data.draw(st.integers(0, len(self.pictures) - 1))
        self.document.go_to(self.now)

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

    @rule(late=st.booleans())
    def pack(self, late: bool) -> None:
        """Compress old pictures, perhaps while somebody goes back to them."""
        work = self.document.packing()
        if work is not None:
            made = work()
            if late and self.document.can_undo:
                self.jump_to(0)
            self.document.take_packed(made)

    def jump_to(self, place: int) -> None:
        """Go to one point of the history."""
        self.now = place
        self.document.go_to(place)

    @invariant()
    def the_picture_is_sound_and_the_one_expected(self) -> None:
        """Compare with the list, and the bytes with a count from scratch."""
        check_picture(self.document.picture)
        assert same(self.document.picture, self.pictures[self.now])
        assert self.document.position == self.now
        assert len(self.document.history) == len(self.pictures) - 1

    def teardown(self) -> None:
        """Undo all, then redo all."""
        while self.document.can_undo:
            self.document.undo()
        assert same(self.document.picture, self.pictures[0])
        while self.document.can_redo:
            self.document.redo()
        assert same(self.document.picture, self.pictures[-1])


AnyEdits.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
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


def test_undo_without_packing_is_the_very_same_picture() -> None:
    document = placed(2)
    pictures = [document.picture]
    document.undo()
    pictures.append(document.picture)
    document.undo()
    document.redo()
    assert document.picture is pictures[1]
    document.redo()
    assert document.picture is pictures[0]


def packed(document: Document) -> None:
    """Pack all there is to pack."""
    while (work := document.packing()) is not None:
        document.take_packed(work())


def repainted(steps: int) -> Document:
    """One layer of two tiles, then `steps` edits that each replace the first of them."""
    document = placed(1, side=512)
    for step in range(steps):
        layer = document.picture.layers[0]
        patch = np.random.default_rng(step).integers(0, 2, (256, 256, 3), dtype=np.uint8)
        document.do(paint_layer(layer.id, layer.raster.write(patch, 0, 0), f"step {step}"))
    return document


def test_packing_makes_old_pictures_small_and_leaves_recent_ones_alone() -> None:
    document = repainted(12)
    near = [document.picture]
    for _ in range(NEAR):
        document.undo()
        near.append(document.picture)
    document.go_to(len(document.history))
    before = document.nbytes
    packed(document)
    assert document.packing() is None
    assert document.nbytes < before - 5 * TILE_BYTES
    for picture in near:
        assert document.picture is picture
        document.undo()


def test_packed_pictures_come_back_bit_for_bit_and_share_their_tiles() -> None:
    document = repainted(12)
    wanted = list[np.ndarray]()
    for position in range(13):
        document.go_to(position)
        wanted.append(composite(document.picture, Rect(0, 0, 512, 512)))
    document.go_to(13)
    packed(document)
    tiles = set[int]()
    for position in range(12, -1, -1):
        document.go_to(position)
        assert np.array_equal(composite(document.picture, Rect(0, 0, 512, 512)), wanted[position])
        if document.picture.layers:
            tiles.add(id(document.picture.layers[0].raster.tiles[1, 1]))
    assert len(tiles) == 1  # the tile that no edit touched was never copied


def test_a_picture_that_came_into_use_while_it_was_packed_stays_as_it_is() -> None:
    document = repainted(12)
    work = document.packing()
    assert work is not None
    made = work()
    document.go_to(2)
    used = document.picture
    document.take_packed(made)
    assert document.picture is used
    document.go_to(12)
    document.go_to(2)
    check_picture(document.picture)


def test_bytes_are_counted_right_whatever_was_packed_and_undone() -> None:
    document = repainted(12)
    packed(document)
    for position in (3, 12, 0, 7):
        document.go_to(position)
    document.do(set_opacity(1, 0.3))
    packed(document)
    pictures = document._pictures  # noqa: SLF001
    fresh = Ledger()
    for picture in pictures:
        fresh.hold(picture)
    assert document.nbytes == fresh.nbytes
    for picture in pictures:
        fresh.release(picture)
    assert fresh.nbytes == 0


def test_a_group_is_one_step_with_its_own_name() -> None:
    document = placed(1)
    with document.group("Both"):
        document.do(set_opacity(1, 0.5))
        with document.group("inner"):
            document.do(set_visible(1, visible=False))
    assert document.history == ("Place picture", "Both")
    document.undo()
    assert (document.picture.layer(1).opacity, document.picture.layer(1).visible) == (1.0, True)


def test_a_group_in_which_nothing_is_done_is_no_step() -> None:
    document = placed(1)
    with document.group("nothing"):
        document.do(set_opacity(1, 1.0))
    assert document.history == ("Place picture",)


def test_a_group_that_fails_is_as_if_it_had_not_been() -> None:
    document = placed(1)
    recorded = document.picture

    def fail() -> None:
        with document.group("fails"):
            document.do(set_opacity(1, 0.5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert document.picture is recorded
    assert (document.history, document.can_redo) == (("Place picture",), False)


def test_jumping_goes_over_many_steps_with_one_change() -> None:
    document, heard = placed(4), []
    document.listeners.append(heard.append)
    document.go_to(1)
    assert len(document.picture.layers) == 1
    assert heard == [Rect(256, 0, 768, 256)]
    assert document.history == ("Place picture",) * 4
    assert (document.position, document.can_redo) == (1, True)


def test_a_preview_that_knows_where_it_changed_is_believed() -> None:
    document, heard = placed(1), []
    document.listeners.append(heard.append)
    document.preview(set_opacity(1, 0.5), within=Rect(1, 2, 3, 4))
    assert heard == [Rect(1, 2, 3, 4)]


def test_a_picture_keeps_its_origin_until_another_one_is_begun_also_when_steps_are_forgotten() -> (
    None
):
    document = Document(Picture(Rect(0, 0, 8, 8)), budget=1)
    first = document.origin
    add = place_image(grey(8, 8), Rect(0, 0, 8, 8), "add")
    document.do(add)
    assert document.origin == first
    document.do(replace(add, begins=True))
    second = document.origin
    document.do(add)
    assert not document.can_undo
    assert second == document.origin != first
    document.do(replace(add, begins=True))
    assert document.origin not in (first, second)


def test_undo_across_a_beginning_leads_back_to_the_older_origin() -> None:
    document = placed(2)
    older = document.origin
    document.do(replace(place_image(grey(8, 8), Rect(0, 0, 8, 8), "new"), begins=True))
    later = document.origin
    document.undo()
    assert document.origin == older != later
    document.redo()
    assert document.origin == later
