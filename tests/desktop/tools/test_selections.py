"""Rectangle, ellipse, lasso, polygon and wand, and what keys make of them."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.canvas.view import CanvasView
from desktop.document.channel import Channel
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.errands import Work, done_at_once
from desktop.held import GRACE
from tests.desktop.pointing import ALT, NO_KEY, SHIFT, Mouse
from tests.desktop.tools.reading import steps, value

SQUARE = [(40, 40), (140, 40), (140, 140), (40, 140)]


def selected(view: CanvasView) -> Rect:
    selection = view.document.picture.selection
    assert selection is not None
    return selection.bounds()


def inside(view: CanvasView, *places: tuple[int, int]) -> list[int]:
    return [value(view.document.picture.selection, *place) for place in places]


def test_a_drag_selects_a_rectangle_and_is_one_undo_step(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("shape")
    mouse.drag((40, 30), (60, 60), (140, 90))
    assert selected(view) == Rect(40, 30, 100, 60)
    assert (steps(view), view.document.undo_name) == (1, "Select")


def test_a_click_gives_the_selection_up(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("shape")
    view.document.do(select(Channel.of_rect(Rect(0, 0, 50, 50))))
    mouse.click((100, 100))
    assert view.document.picture.selection is None


def test_an_ellipse_touches_its_box_and_leaves_the_corners(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("shape")
    view.hand.change("shape", shape="ellipse")
    mouse.drag((40, 40), (140, 100))
    assert selected(view) == Rect(40, 40, 100, 60)
    assert inside(view, (90, 70), (42, 42), (138, 98)) == [255, 0, 0]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (NO_KEY, [0, 255, 255]),
        (SHIFT, [255, 255, 255]),
        (ALT, [255, 0, 0]),
        (SHIFT | ALT, [0, 255, 0]),
    ],
)
def test_shift_adds_alt_subtracts_and_both_intersect(
    view: CanvasView, mouse: Mouse, keys: Qt.KeyboardModifier, expected: list[int]
) -> None:
    view.hand.take("shape")
    view.document.do(select(Channel.of_rect(Rect(0, 0, 100, 100))))
    mouse.keys = keys
    mouse.drag((50, 50), (150, 90))
    assert inside(view, (20, 60), (70, 60), (120, 60)) == expected


def test_the_rim_of_a_large_shape_is_softened_aside(
    view: CanvasView, mouse: Mouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Work] = []

    def search(work: Work, then: Callable[[object], None], *, about: str) -> None:
        asked.append(work)
        then(done_at_once(work))

    monkeypatch.setattr(view, "search", search)
    view.hand.take("shape")
    view.hand.change("shape", feather=20.0)
    mouse.drag((10, 10), (30, 30))
    assert asked == []
    mouse.drag((10, 10), (1000, 800))
    assert len(asked) == 1
    assert view.document.picture.selection is not None
    assert view.document.undo_name == "Select"


def test_shift_pressed_during_the_drag_makes_a_square(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("shape")
    mouse.press((40, 40))
    mouse.keys = SHIFT
    mouse.move((100, 60))
    mouse.release((100, 60))
    assert selected(view) == Rect(40, 40, 60, 60)


def test_a_feathered_selection_has_a_soft_rim(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("shape")
    view.hand.change("shape", feather=10.0)
    mouse.drag((40, 40), (140, 140))
    middle, rim = inside(view, (90, 90), (40, 90))
    assert middle == 255
    assert 64 < rim < 192


def test_a_lasso_selects_what_it_goes_around(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("lasso")
    mouse.drag(*SQUARE)
    assert inside(view, (90, 90), (45, 135), (150, 90)) == [255, 255, 0]


def test_a_polygon_takes_a_corner_a_click_and_ends_with_enter(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    view.hand.take("lasso")
    view.hand.change("lasso", polygon=True)
    mouse.click(*SQUARE)
    assert view.document.picture.selection is None
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert inside(view, (90, 90), (45, 135), (150, 90)) == [255, 255, 0]
    assert steps(view) == 1


def test_a_polygon_ends_at_its_first_corner_too(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("lasso")
    view.hand.change("lasso", polygon=True)
    mouse.click(*SQUARE, (42, 41))
    assert inside(view, (90, 90), (150, 90)) == [255, 0]
    assert not view.busy


def test_escape_abandons_a_polygon(view: CanvasView, mouse: Mouse, qtbot: QtBot) -> None:
    view.hand.take("lasso")
    view.hand.change("lasso", polygon=True)
    mouse.click(*SQUARE)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.busy
    assert not view.document.can_undo


def test_space_pans_in_mid_polygon(view: CanvasView, mouse: Mouse, qtbot: QtBot) -> None:
    view.hand.take("lasso")
    view.hand.change("lasso", polygon=True)
    mouse.click(*SQUARE[:3])
    before = view.viewport.x
    qtbot.keyPress(view, Qt.Key.Key_Space)
    mouse.drag((60, 60), (80, 60))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    qtbot.wait(2 * GRACE)
    assert view.viewport.x == before + 20
    mouse.click(SQUARE[3])
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert inside(view, (90, 90), (150, 90)) == [255, 0]


def spots(view: CanvasView) -> None:
    """Two red squares on the white layer."""
    red = np.full((40, 40, 3), (255, 0, 0), np.uint8)
    for left in (20, 120):
        view.document.do(place_image(red, Rect(left, 20, 40, 40), "red"))


def test_the_wand_selects_connected_pixels_of_a_colour(view: CanvasView, mouse: Mouse) -> None:
    spots(view)
    view.hand.take("wand")
    mouse.click((30.5, 30.5))
    assert selected(view) == Rect(20, 20, 40, 40)


def test_the_wand_selects_every_pixel_of_a_colour_when_asked(
    view: CanvasView, mouse: Mouse
) -> None:
    spots(view)
    view.hand.take("wand")
    view.hand.change("wand", contiguous=False)
    mouse.click((30.5, 30.5))
    assert selected(view) == Rect(20, 20, 140, 40)
    assert inside(view, (100, 40)) == [0]


def test_the_wand_looks_at_the_layer_alone_when_asked(view: CanvasView, mouse: Mouse) -> None:
    spots(view)
    view.hand.take("wand")
    view.hand.change("wand", merged=False)
    mouse.click((30.5, 30.5))
    assert selected(view) == Rect(0, 0, 300, 200)


def test_the_rim_of_the_selection_is_drawn_in_two_tones(view: CanvasView) -> None:
    view.document.do(select(Channel.of_rect(Rect(50, 50, 100, 80))))
    row = round(view.viewport.place(0, 50)[1])
    left = round(view.viewport.place(60, 0)[0])
    image = view.grab().toImage()
    tones = {
        image.pixelColor(left + step, row + down).lightness()
        for step in range(60)
        for down in (-1, 0)
    }
    assert {0, 255} <= tones
