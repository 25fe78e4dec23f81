"""Brush, eraser and mask brush, by mouse and pen."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from desktop.canvas.view import CanvasView
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import Edit, place_image, set_alpha_locked, set_locked, set_visible
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.selection_edits import select
from desktop.hand import Target
from desktop.options import BrushOptions
from tests.desktop.pointing import ALT, CTRL, ERASER, RIGHT, SHIFT, Mouse, stroke
from tests.desktop.tools.reading import pixel, steps, value

RED, BLACK, WHITE, NOTHING = (255, 0, 0, 255), (0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 0)


@pytest.fixture
def view(view: CanvasView) -> CanvasView:
    """The canvas with a hard brush of 20 pixels that follows the hand."""
    view.hand.take("brush")
    for brush in ("brush", "eraser"):
        view.hand.change(brush, size=20.0, hardness=100.0, smoothing=0.0)
    return view


def test_a_drag_paints_a_line_and_is_one_undo_step(view: CanvasView, mouse: Mouse) -> None:
    mouse.drag((50, 50), (80, 50), (120, 50), (150, 50))
    assert [pixel(view, x, 50) for x in (42, 60, 100, 140, 158)] == [BLACK] * 5
    assert [pixel(view, 100, y) for y in (39, 61)] == [WHITE] * 2
    assert (steps(view), view.document.undo_name) == (1, "Paint")


def test_a_click_paints_one_dab(view: CanvasView, mouse: Mouse) -> None:
    mouse.click((50, 50))
    assert (pixel(view, 50, 50), pixel(view, 58, 50)) == (BLACK, BLACK)
    assert pixel(view, 61, 50) == WHITE


def test_escape_abandons_the_stroke(view: CanvasView, mouse: Mouse, qtbot: QtBot) -> None:
    before = view.document.picture
    mouse.press((50, 50))
    mouse.move((90, 50))
    assert pixel(view, 70, 50) == BLACK
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    mouse.move((120, 50))
    mouse.release((120, 50))
    assert view.document.picture is before
    assert not view.document.can_undo


def test_the_colour_in_the_hand_is_painted_and_remembered(view: CanvasView, mouse: Mouse) -> None:
    view.hand.set_colour((255, 0, 0))
    mouse.click((50, 50))
    assert pixel(view, 50, 50) == RED
    assert view.hand.recent == ((255, 0, 0),)


def test_opacity_is_what_a_stroke_covers_even_where_it_crosses_itself(
    view: CanvasView, mouse: Mouse
) -> None:
    view.hand.change("brush", opacity=50.0)
    mouse.drag((50, 50), (100, 50), (50, 50), (100, 50))
    assert pixel(view, 75, 50) == pytest.approx((128, 128, 128, 255), abs=1)


def test_shift_click_draws_a_straight_line_from_the_last_stroke(
    view: CanvasView, mouse: Mouse
) -> None:
    mouse.click((50, 50))
    mouse.keys = SHIFT
    mouse.click((150, 150))
    assert [pixel(view, at, at) for at in (60, 100, 140)] == [BLACK] * 3


def test_shift_drag_changes_the_size_and_paints_nothing(view: CanvasView, mouse: Mouse) -> None:
    mouse.click((50, 50))
    mouse.keys = SHIFT
    mouse.press((100, 100))
    mouse.move((110, 100), (110 + 15 / view.viewport.scale, 90))
    options = view.hand.options(BrushOptions)
    assert (options.size, options.hardness) == (pytest.approx(20 + 30 / view.viewport.scale), 100)
    mouse.release((125, 90))
    assert steps(view) == 1
    mouse.press((100, 100))
    mouse.move((110, 100), (170, 100))
    view.abandon()
    assert view.hand.options(BrushOptions) == options


def test_a_trembling_shift_click_is_a_straight_line_with_the_firmest_pressure(
    view: CanvasView,
) -> None:
    stroke(view, (50, 50, 1.0))
    stroke(view, (150, 50, 0.05), (150.5, 50, 1.0), (150, 50, 0.2), keys=SHIFT)
    assert [pixel(view, 100, y) for y in (42, 50, 58)] == [BLACK] * 3
    assert view.hand.options(BrushOptions).size == 20


def test_the_other_end_of_the_pen_changes_the_size_of_the_eraser(view: CanvasView) -> None:
    stroke(view, (50, 50, 0.3), (70, 50, 0.3), (90, 50, 0.3), end=ERASER, keys=SHIFT)
    assert view.hand.options(BrushOptions, "brush").size == 20
    assert view.hand.options(BrushOptions, "eraser").size > 40


def test_while_the_size_changes_the_outline_stays_and_shows_all_of_it(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[float, float, float]] = []

    def keep(centre: QPointF | None, radius: float = 0.0) -> None:
        if centre is not None:
            shown.append((centre.x(), centre.y(), radius))

    monkeypatch.setattr(view, "show_brush", keep)
    stroke(view, (100, 100, 0.1), (110, 100, 0.1), (130, 100, 0.1), keys=SHIFT)
    size = view.hand.options(BrushOptions).size
    x, y = view.viewport.place(100, 100)
    assert shown[-2] == pytest.approx((x, y, size / 2 * view.viewport.scale))


def test_the_eraser_makes_transparent(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("eraser")
    mouse.drag((50, 50), (100, 50))
    assert (pixel(view, 75, 50), view.document.undo_name) == (NOTHING, "Erase")


def test_the_other_end_of_the_pen_erases_whatever_the_tool(view: CanvasView) -> None:
    for tool in ("brush", "move"):
        view.hand.take(tool)
        stroke(view, (50, 50, 1.0), (100, 50, 1.0), end=ERASER)
        assert pixel(view, 75, 50) == NOTHING
        view.document.undo()


def test_pressure_sets_the_size(view: CanvasView) -> None:
    stroke(view, (50, 50, 0.5))
    stroke(view, (150, 50, 1.0))
    assert (pixel(view, 50, 54), pixel(view, 50, 57)) == (BLACK, WHITE)
    assert pixel(view, 150, 58) == BLACK


def test_pressure_sets_the_opacity_when_asked(view: CanvasView) -> None:
    view.hand.change("brush", pressure_size=False, pressure_opacity=True)
    stroke(view, (50, 50, 0.5))
    assert 90 < pixel(view, 50, 50)[0] < 160
    assert pixel(view, 50, 58)[0] < 255


def test_a_bent_curve_lets_a_light_hand_do_more(view: CanvasView) -> None:
    view.hand.change("brush", pressure_curve=-100.0)
    stroke(view, (50, 50, 0.5))
    assert pixel(view, 50, 57) == BLACK


def test_smoothing_lags_behind_and_arrives_at_the_end(view: CanvasView, mouse: Mouse) -> None:
    view.hand.change("brush", smoothing=80.0)
    mouse.press((50, 50))
    mouse.move((150, 50))
    assert pixel(view, 140, 50) == WHITE
    mouse.release((150, 50))
    assert pixel(view, 150, 50) == BLACK


def test_only_what_is_selected_is_painted(view: CanvasView, mouse: Mouse) -> None:
    view.document.do(select(Channel.of_rect(Rect(0, 0, 75, 200))))
    mouse.drag((50, 50), (100, 50))
    assert (pixel(view, 70, 50), pixel(view, 80, 50)) == (BLACK, WHITE)


def test_with_q_the_brush_paints_the_mask_and_the_eraser_takes_it_away(
    view: CanvasView, mouse: Mouse
) -> None:
    view.hand.aim(Target.MASK)
    mouse.drag((50, 50), (100, 50))
    assert value(view.document.picture.mask, 75, 50) == 255
    assert (pixel(view, 75, 50), view.document.undo_name) == (WHITE, "Paint mask")
    view.hand.take("eraser")
    mouse.drag((50, 50), (100, 50))
    assert value(view.document.picture.mask, 75, 50) == 0


def test_the_mask_is_seen_as_a_blue_tint(view: CanvasView, mouse: Mouse) -> None:
    view.hand.aim(Target.MASK)
    mouse.drag((50, 50), (100, 50))
    mouse.move((250, 150))
    seen = view.grab().toImage().pixelColor(*(round(part) for part in view.viewport.place(75, 50)))
    assert seen.blue() > seen.red() + 60


def test_an_empty_picture_gets_a_layer_with_the_first_stroke(qtbot: QtBot) -> None:
    view = CanvasView(Document(Picture(Rect(0, 0, 100, 100))))
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.hand.take("brush")
    Mouse(view).drag((20, 50), (80, 50))
    assert pixel(view, 50, 50) == BLACK
    assert [layer.name for layer in view.document.picture.layers] == ["Paint"]
    view.document.undo()
    assert view.document.picture.layers == ()


@pytest.mark.parametrize(
    ("edit", "tool", "word"),
    [
        (set_locked(1, True), "brush", "locked"),
        (set_visible(1, False), "brush", "hidden"),
        (set_alpha_locked(1, True), "eraser", "transparency"),
    ],
)
def test_a_layer_that_cannot_be_painted_is_said_to_be_so(
    view: CanvasView, mouse: Mouse, edit: Edit, tool: str, word: str
) -> None:
    view.document.do(edit)
    view.hand.take(tool)
    before = view.document.picture
    refused: list[str] = []
    view.refused.connect(refused.append)
    mouse.drag((50, 50), (100, 50))
    assert [word in sentence and sentence.endswith(".") for sentence in refused] == [True]
    assert view.document.picture is before


def test_ctrl_takes_a_colour_up_and_paints_nothing(view: CanvasView, mouse: Mouse) -> None:
    before = view.document.picture
    mouse.keys = CTRL
    mouse.click((50, 50))
    assert view.hand.colour == (255, 255, 255)
    assert view.document.picture is before


def test_alt_and_the_right_button_change_size_and_hardness(view: CanvasView, mouse: Mouse) -> None:
    view.hand.change("brush", hardness=50.0)
    mouse.keys = ALT
    mouse.drag((100, 100), (120, 80), button=RIGHT)
    options = view.hand.options_of("brush")
    assert (options.size, options.hardness) == (60.0, 60.0)  # type: ignore[union-attr]
    assert not view.document.can_undo


def test_the_outline_of_the_brush_is_drawn_at_its_exact_size(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    def dark(x: float) -> int:
        place = view.viewport.place(x, 100.5)
        image = view.grab().toImage()
        return min(
            image.pixelColor(round(place[0]) + step, round(place[1])).lightness()
            for step in (-1, 0, 1)
        )

    view.hand.change("brush", size=80.0)
    qtbot.mouseMove(view, view.rect().center())
    mouse.press((100, 100))
    view.document.preview(None)
    assert dark(60) < 128
    assert dark(50) > 200
    view.abandon()


def test_the_outline_grows_with_the_picture_under_a_resting_pointer(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[float] = []
    monkeypatch.setattr(view, "show_brush", lambda _at, radius=0.0: shown.append(radius))
    mouse.press((100, 100))
    view.abandon()
    monkeypatch.setattr(view, "underMouse", lambda: True)
    view.zoom_to(4 * view.viewport.scale)
    assert shown[-1] == pytest.approx(10 * view.viewport.scale)


def test_a_pen_is_heard_once_and_not_again_as_a_mouse(view: CanvasView) -> None:
    stroke(view, (50, 50, 1.0), (100, 50, 1.0))
    assert steps(view) == 1


def test_the_middle_button_pans_with_the_brush_in_hand(view: CanvasView, mouse: Mouse) -> None:
    before = view.viewport.place(0, 0)
    mouse.drag((50, 50), (60, 50), button=Qt.MouseButton.MiddleButton)
    assert view.viewport.place(0, 0)[0] == before[0] + 10
    assert not view.document.can_undo


def test_a_large_touch_goes_on_while_the_hand_rests(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    view.hand.change("brush", size=600.0)
    mouse.press((-200, 60))
    mouse.move((60, 60))
    whole = view.document.seen.layers[0].raster.read(Rect(0, 0, 200, 200)).copy()
    assert (whole[..., :3] == 255).any(), "one step does not paint all of it"

    def all_black() -> bool:
        return not view.document.seen.layers[0].raster.read(Rect(0, 0, 200, 200))[..., :3].any()

    qtbot.waitUntil(all_black)
    mouse.release((60, 60))
    assert steps(view) == 1


def test_a_touch_that_waits_is_whole_once_the_button_is_released(
    view: CanvasView, mouse: Mouse
) -> None:
    view.hand.change("brush", size=600.0)
    mouse.press((-200, 60))
    mouse.move((60, 60))
    mouse.release((60, 60))
    assert not view.document.picture.layers[0].raster.read(Rect(0, 0, 200, 200))[..., :3].any()


def test_what_waits_is_forgotten_with_an_abandoned_stroke(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    view.hand.change("brush", size=600.0)
    before = view.document.picture
    mouse.press((-200, 60))
    mouse.move((60, 60))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.wait(20)
    assert view.document.seen is before


def test_a_stroke_that_an_edit_has_interrupted_is_seen_whole_again(
    view: CanvasView, mouse: Mouse
) -> None:
    mouse.press((40, 40))
    mouse.move((60, 40))
    view.document.do(select(Channel.of_rect(Rect(0, 0, 200, 200))))  # as one found aside
    dirty = list[Rect]()
    view.document.listeners.append(dirty.append)
    mouse.move((120, 40))
    assert pixel(view, 45, 40) == BLACK
    assert any(each.holds(Rect(40, 35, 10, 10)) for each in dirty)
    mouse.release((120, 40))
    assert view.document.undo_name == "Paint"


def test_the_view_does_not_zoom_under_a_hand_that_paints_beyond_the_edge(
    view: CanvasView, mouse: Mouse
) -> None:
    view.fit()
    before = view.viewport
    mouse.drag((250, 50), (320, 50))
    mouse.drag((320, 50), (340, 90))
    assert view.document.picture.content().right > 340
    assert view.viewport == before
    view.document.undo()
    view.document.redo()
    assert view.viewport == before
    # A picture that comes is followed, as one that was painted beside the frame is.
    view.document.do(place_image(np.zeros((50, 300, 3), np.uint8), Rect(300, 0, 300, 50), "a"))
    assert view.viewport.scale < before.scale
