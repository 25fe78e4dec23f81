"""Groups, masks and the edits that make them: what is seen, and what is shared."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.edits import (
    Edit,
    add_layer,
    duplicate_layer,
    move_into,
    move_layer,
    remove_layer,
    set_alpha_locked,
    set_blend_mode,
    set_isolated,
    set_locked,
    set_opacity,
    set_visible,
    shift_layer,
)
from desktop.document.geometry import EMPTY, Point, Rect
from desktop.document.group_edits import flatten, group_layers, merge_down, merge_group, ungroup
from desktop.document.picture import Layer, Picture, check_picture, dirty_rect
from desktop.document.pixel_edits import (
    add_layer_mask,
    apply_layer_mask,
    paint_layer_mask,
    remove_layer_mask,
)
from desktop.document.raster import Raster

ONE = Rect(0, 0, 1, 1)
AREA = Rect(-40, -30, 400, 380)


def dot(colour: tuple[int, int, int, int]) -> Raster:
    """A raster of one pixel."""
    return Raster.from_array(np.array([[colour]], np.uint8), 0, 0)


def noise(seed: int, left: int = 0, top: int = 0, side: int = 300) -> Raster:
    """Random RGBA."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 4), dtype=np.uint8)
    return Raster.from_array(pixels, left, top)


def tree() -> Picture:
    """1 below, a group 4 of 2 and 3, and 5 above, all of noise."""
    inner = (Layer(2, "b", noise(2, 20, 10)), Layer(3, "c", noise(3, -30, 20), opacity=0.6))
    layers = (Layer(1, "a", noise(1)), Layer.group(4, "group", inner), Layer(5, "d", noise(5)))
    return Picture(Rect(0, 0, 64, 64), layers)


def ids(picture: Picture) -> list[object]:
    """Ids as nested lists, the lowest first."""

    def of(layers: tuple[Layer, ...]) -> list[object]:
        return [
            layer.id if layer.children is None else [layer.id, of(layer.children)]
            for layer in layers
        ]

    return of(picture.layers)


def test_a_plain_group_that_is_passed_through_looks_like_its_layers() -> None:
    picture = set_isolated(4, isolated=False).apply(tree())
    loose = ungroup(4).apply(tree())
    assert np.array_equal(composite(picture, AREA), composite(loose, AREA))


def test_a_group_is_composited_on_its_own_before_it_meets_what_is_below() -> None:
    """Two half opaque whites make 3/4; at half opacity over black that is 3/8 of white."""
    white = dot((255, 255, 255, 128))
    children = (Layer(2, "", white), Layer(3, "", white))
    group = replace(Layer.group(4, "", children), opacity=0.5)
    picture = Picture(ONE, (Layer(1, "", dot((0, 0, 0, 255))), group))
    half = 128 / 255
    expected = int(255 * 0.5 * (half + half * (1 - half)) + 0.5)
    assert composite(picture, ONE)[0, 0].tolist() == [expected] * 3 + [255]


@pytest.mark.parametrize(("isolated", "red"), [(True, 200), (False, 100 * 200 // 255)])
def test_a_mode_inside_an_isolated_group_does_not_reach_below(isolated: bool, red: int) -> None:
    multiplied = Layer(2, "", dot((200, 0, 0, 255)), mode=BlendMode.MULTIPLY)
    group = replace(Layer.group(3, "", [multiplied]), isolated=isolated)
    picture = Picture(ONE, (Layer(1, "", dot((100, 100, 100, 255))), group))
    assert composite(picture, ONE)[0, 0, 0] == red


def test_a_mask_hides_what_it_is_dark_over() -> None:
    layer = Layer(1, "", dot((90, 80, 70, 200)), mask=Channel.of_rect(ONE, 128))
    assert composite(Picture(ONE, (layer,)), ONE)[0, 0].tolist() == [90, 80, 70, 100]
    hidden = replace(layer, mask=Channel.empty())
    shown = replace(layer, mask=Channel.empty(255))
    assert not composite(Picture(ONE, (hidden,)), ONE).any()
    assert composite(Picture(ONE, (shown,)), ONE)[0, 0].tolist() == [90, 80, 70, 200]


def test_a_masked_group_hides_all_that_is_in_it() -> None:
    picture = add_layer_mask(4, Channel.of_rect(Rect(0, 0, 50, 50))).apply(tree())
    without = set_visible(4, visible=False).apply(tree())
    differs = np.any(composite(picture, AREA) != composite(without, AREA), axis=2)
    assert differs[30:80, 40:90].any()
    differs[30:80, 40:90] = False
    assert not differs.any()


EDITS = [
    set_blend_mode(5, BlendMode.DIFFERENCE),
    set_blend_mode(4, BlendMode.SCREEN),
    set_opacity(3, 0.1),
    set_opacity(4, 0.5),
    set_visible(4, visible=False),
    set_isolated(4, isolated=False),
    shift_layer(4, 13, -7),
    shift_layer(3, 256, 0),
    remove_layer(2),
    remove_layer(4),
    move_layer(3, 0),
    move_into(5, 4, 0),
    move_into(2, None, 9),
    group_layers([1, 5], "new"),
    ungroup(4),
    duplicate_layer(4),
    merge_down(5),
    merge_down(3),
    merge_group(4),
    flatten("all"),
    add_layer_mask(4, Channel.of_rect(Rect(9, 9, 99, 99), 77)),
    add_layer_mask(5, Channel.of_rect(Rect(9, 9, 99, 99), 0, default=255)),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_outside_the_dirty_rectangle_nothing_looks_different(edit: Edit) -> None:
    old = tree()
    new = edit.apply(old)
    check_picture(new)
    dirty = dirty_rect(old, new)
    differs = np.any(composite(old, AREA) != composite(new, AREA), axis=2)
    inside = np.zeros_like(differs)
    part = dirty.intersected(AREA).translated(-AREA.left, -AREA.top)
    inside[part.top : part.bottom, part.left : part.right] = True
    assert not differs[~inside].any()


@pytest.mark.parametrize(
    "edit", [merge_down(5), merge_group(4), flatten("all")], ids=lambda edit: edit.name
)
def test_merging_changes_no_pixel_by_more_than_rounding(edit: Edit) -> None:
    before, after = (composite(p, AREA).astype(int) for p in (tree(), edit.apply(tree())))
    seen = before[..., 3] > 16  # where little alpha is left, colour is coarse
    assert np.abs(before - after)[seen].max() <= 9
    assert np.abs(before - after)[..., 3].max() <= 1


def test_layers_go_where_they_are_put() -> None:
    picture = tree()
    assert ids(picture) == [1, [4, [2, 3]], 5]
    assert ids(move_layer(3, 0).apply(picture)) == [1, [4, [3, 2]], 5]
    assert ids(move_layer(5, 0).apply(picture)) == [5, 1, [4, [2, 3]]]
    assert ids(move_into(5, 4, 1).apply(picture)) == [1, [4, [2, 5, 3]]]
    assert ids(move_into(2, None, 0).apply(picture)) == [2, 1, [4, [3]], 5]
    assert ids(move_into(4, 4, 0).apply(picture)) == ids(picture)
    assert ids(group_layers([2, 5], "g").apply(picture)) == [1, [4, [3]], [6, [2, 5]]]
    assert ids(group_layers([3, 4], "g").apply(picture)) == [1, [6, [[4, [2, 3]]]], 5]
    assert ids(ungroup(4).apply(picture)) == [1, 2, 3, 5]
    assert ids(duplicate_layer(4).apply(picture))[:3] == [1, [4, [2, 3]], [8, [6, 7]]]
    assert ids(add_layer(Layer(9, "n", Raster.empty()), above=2).apply(picture)) == [
        1,
        [4, [2, 9, 3]],
        5,
    ]
    assert ids(merge_down(5).apply(picture)) == [1, 4]
    assert ids(merge_down(1).apply(picture)) == ids(picture)
    assert ids(flatten("all").apply(picture)) == [6]


def test_an_edit_of_one_layer_shares_the_others() -> None:
    picture = tree()
    changed = set_opacity(3, 0.2).apply(picture)
    assert changed.layer(2) is picture.layer(2)
    assert changed.layer(5) is picture.layer(5)
    assert changed.layer(3).raster is picture.layer(3).raster


def test_moving_a_large_group_copies_no_tile() -> None:
    picture = tree()
    moved = shift_layer(4, 13, -7).apply(picture)
    before, after = picture.layer(3).raster, moved.layer(3).raster
    assert {id(tile) for tile in before.tiles.values()} == {id(t) for t in after.tiles.values()}
    assert np.array_equal(after.read(AREA.translated(13, -7)), before.read(AREA))


@pytest.mark.parametrize(
    "edit",
    [
        remove_layer(2),
        shift_layer(2, 1, 1),
        merge_group(4),
        merge_down(3),
        add_layer_mask(2),
        flatten("all"),
    ],
    ids=lambda edit: edit.name,
)
def test_what_is_locked_or_in_a_locked_group_stays(edit: Edit) -> None:
    locked = set_locked(4, locked=True).apply(tree())
    assert locked.is_locked(2)
    assert not locked.is_locked(5)
    assert edit.apply(locked) is locked
    assert edit.apply(tree()) is not tree()


def test_locks_and_modes_that_are_so_already_are_no_change() -> None:
    picture = tree()
    for edit in (
        set_locked(2, locked=False),
        set_alpha_locked(2, locked=False),
        set_blend_mode(2, BlendMode.NORMAL),
        set_isolated(4, isolated=True),
        remove_layer_mask(2),
        apply_layer_mask(2),
    ):
        assert edit.apply(picture) is picture


def test_a_mask_that_is_applied_becomes_alpha() -> None:
    mask = Channel.of_rect(Rect(30, 30, 50, 50), 100, default=255)
    masked = add_layer_mask(3, mask).apply(tree())
    applied = apply_layer_mask(3).apply(masked)
    assert applied.layer(3).mask is None
    before, after = (composite(p, AREA).astype(int) for p in (masked, applied))
    assert np.abs(before - after)[..., 3].max() <= 1
    assert remove_layer_mask(3).apply(masked).layer(3).mask is None
    other = Channel.empty(255)
    assert paint_layer_mask(3, other).apply(masked).layer(3).mask is other


def test_a_group_knows_the_bounds_of_what_shows_in_it() -> None:
    picture = tree()
    assert picture.layer(4).bounds() == Rect(-30, 10, 350, 310)
    assert picture.layer(4).offset == Point(-30, 10)
    hidden = set_visible(3, visible=False).apply(picture)
    assert hidden.layer(4).bounds() == Rect(20, 10, 300, 300)
    assert Layer.group(1, "").bounds() == EMPTY
    assert [layer.id for layer in picture.path_to(3)] == [4, 3]
    assert not set_visible(4, visible=False).apply(picture).is_seen(3)
    assert picture.is_seen(3)
