"""The frame under the pointer: moved, resized, drawn anew, snapped, nudged."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.canvas.view import CanvasView
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from tests.desktop.pointing import ALT, Mouse, Place

START = Rect(0, 0, 256, 192)


@pytest.fixture
def view(view: CanvasView) -> CanvasView:
    view.hand.take("frame")
    view.document.do(move_frame(START))
    return view


def frame(view: CanvasView) -> Rect:
    return view.document.picture.frame


@pytest.mark.parametrize(
    ("grip", "by", "expected"),
    [
        ((256, 100), (-56, 0), Rect(0, 0, 200, 192)),
        ((0, 100), (40, 0), Rect(40, 0, 216, 192)),
        ((100, 192), (0, -42), Rect(0, 0, 256, 150)),
        ((256, 192), (14, -22), Rect(0, 0, 270, 170)),
        ((0, 0), (20, 30), Rect(20, 30, 236, 162)),
    ],
)
def test_each_edge_and_corner_resizes(
    view: CanvasView, mouse: Mouse, grip: Place, by: Place, expected: Rect
) -> None:
    mouse.keys = ALT
    mouse.drag(grip, (grip[0] + by[0], grip[1] + by[1]))
    assert frame(view) == expected


def test_the_frame_snaps_to_the_grid_unless_alt_is_held(view: CanvasView, mouse: Mouse) -> None:
    mouse.drag((128, 96), (190, 100))
    assert frame(view) == START.translated(64, 0)
    view.document.undo()
    mouse.keys = ALT
    mouse.drag((128, 96), (190, 100))
    assert frame(view) == START.translated(62, 4)


def test_the_frame_snaps_to_the_edges_of_the_picture(view: CanvasView, mouse: Mouse) -> None:
    mouse.drag((128, 96), (128 + 38, 100))
    assert frame(view).right == 300  # the layer's edge, which is not on the grid
    assert frame(view).top == 0


def test_a_drag_outside_draws_another_frame(view: CanvasView, mouse: Mouse) -> None:
    mouse.drag((-90, -90), (-70, 0), (40, 110))
    assert frame(view) == Rect(-90, -90, 130, 200).intersected(frame(view))
    assert frame(view) != START


def test_a_click_moves_nothing(view: CanvasView, mouse: Mouse) -> None:
    for place in ((128, 96), (-50, -50), (255, 100)):
        mouse.click(place)
    assert frame(view) == START


def test_the_frame_does_not_get_smaller_than_it_is_useful(view: CanvasView, mouse: Mouse) -> None:
    mouse.drag((255, 191), (-40, -40))
    assert (frame(view).width, frame(view).height) == (64, 64)


def test_a_fixed_shape_is_kept_while_resizing(view: CanvasView, mouse: Mouse) -> None:
    view.hand.change("frame", shape="1:1")
    mouse.drag((255, 100), (200, 100))
    assert frame(view).width == frame(view).height


def test_arrows_nudge_by_a_pixel_and_with_shift_by_the_grid(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert frame(view) == START.translated(1, -64)


@pytest.mark.parametrize(
    ("place", "shape"),
    [
        ((128, 96), Qt.CursorShape.SizeAllCursor),
        ((255, 96), Qt.CursorShape.SizeHorCursor),
        ((128, 1), Qt.CursorShape.SizeVerCursor),
        ((1, 1), Qt.CursorShape.SizeFDiagCursor),
        ((-60, -60), Qt.CursorShape.CrossCursor),
    ],
)
def test_the_cursor_says_what_a_drag_would_do(
    view: CanvasView, mouse: Mouse, place: Place, shape: Qt.CursorShape
) -> None:
    mouse.move(place)
    assert view.cursor().shape() == shape


def test_the_proportions_it_has_can_be_kept(view: CanvasView, mouse: Mouse) -> None:
    view.hand.change("frame", shape="kept")
    mouse.drag((255, 191), (290, 143))
    made = frame(view)
    assert made != START
    assert made.width / made.height == pytest.approx(256 / 192, rel=0.01)
