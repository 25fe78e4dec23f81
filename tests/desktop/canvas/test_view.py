"""The canvas, by real events: zoom, pan, moving the frame, drops, and what is on the screen."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.canvas.drops import Zone, cards, zones_for
from desktop.canvas.overlay import Overlay
from desktop.canvas.pixmaps import image_from_pixels, pixels_from_image
from desktop.canvas.view import CanvasView
from desktop.document.document import Document
from desktop.document.edits import Edit, move_frame, place_image, set_visible
from desktop.document.geometry import Point, Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster
from desktop.document.selection_edits import invert_mask
from desktop.held import GRACE

NO_BUTTON, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
MIDDLE, NO_KEY = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
FRAME = Rect(0, 0, 200, 100)
MIDDLE_OF_VIEW = QPointF(300, 200)


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    """A canvas of 600x400 on the screen; the frame is shown at 200 % from (100, 100) on."""
    view = CanvasView(Document(Picture(FRAME)))
    view.hand.change("frame", snap=False)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitExposed(view)
    return view


def wheel(
    view: CanvasView,
    at: tuple[int, int],
    angle: tuple[int, int],
    keys: Qt.KeyboardModifier = NO_KEY,
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
) -> None:
    """Turn the wheel, or move two fingers on a touchpad if there is a phase."""
    place, turn = QPointF(*at), QPoint(*angle)
    seen = view.mapToGlobal(place)
    event = QWheelEvent(place, seen, QPoint(), turn, NO_BUTTON, keys, phase, False)
    QApplication.sendEvent(view, event)


def drag(
    qtbot: QtBot, view: CanvasView, path: list[tuple[int, int]], button: Qt.MouseButton = LEFT
) -> None:
    """Press at the first point, move through the others, release at the last."""
    qtbot.mousePress(view, button, pos=QPoint(*path[0]))
    for point in path[1:]:
        qtbot.mouseMove(view, QPoint(*point))
    qtbot.mouseRelease(view, button, pos=QPoint(*path[-1]))


def colour_at(view: CanvasView, x: int, y: int) -> QColor:
    """The colour on the screen."""
    return view.grab().toImage().pixelColor(x, y)


def red(width: int, height: int) -> np.ndarray:
    """An opaque red picture."""
    return np.full((height, width, 3), (255, 0, 0), np.uint8)


def test_the_frame_is_fitted_at_first_and_while_the_window_grows(view: CanvasView) -> None:
    assert view.viewport.to_view(FRAME) == (100, 100, 400, 200)
    view.resize(800, 500)
    assert view.viewport.to_view(FRAME) == (200, 150, 400, 200)


@pytest.mark.parametrize("keys", [NO_KEY, CTRL])
def test_the_wheel_zooms_and_keeps_the_point_under_the_pointer(
    view: CanvasView, keys: Qt.KeyboardModifier
) -> None:
    before = view.viewport.to_document(173, 211)
    wheel(view, (173, 211), (0, 480), keys)
    assert view.viewport.scale == pytest.approx(4.0)
    assert view.viewport.to_document(173, 211) == pytest.approx(before)


def test_two_fingers_pan_and_with_ctrl_zoom(view: CanvasView) -> None:
    wheel(view, (300, 200), (-30, 20), phase=Qt.ScrollPhase.ScrollUpdate)
    assert view.viewport.to_view(FRAME) == (70, 120, 400, 200)
    wheel(view, (300, 200), (0, -480), CTRL, Qt.ScrollPhase.ScrollUpdate)
    assert view.viewport.scale == pytest.approx(1.0)


def test_the_wheel_can_be_made_to_scroll_and_zooms_with_ctrl_or_alt(view: CanvasView) -> None:
    view.wheel_scrolls = True
    wheel(view, (300, 200), (0, 30))
    assert view.viewport.to_view(FRAME) == (100, 130, 400, 200)
    wheel(view, (300, 200), (0, 480), CTRL)
    wheel(view, (300, 200), (480, 0), Qt.KeyboardModifier.AltModifier)
    assert view.viewport.scale == 8.0


def test_a_new_scale_is_reported_once(view: CanvasView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.zoomed) as zoomed:
        view.zoom_to(0.5)
    assert zoomed.args == [0.5]
    with qtbot.assertNotEmitted(view.zoomed):
        view.zoom_to(0.5)
        view.pan_by(5, 5)


def test_holding_space_makes_a_drag_pan(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyPress(view, Qt.Key.Key_Space)
    drag(qtbot, view, [(300, 200), (310, 190), (330, 170)])
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    qtbot.wait(2 * GRACE)
    assert view.viewport.to_view(FRAME) == (130, 70, 400, 200)
    assert view.document.picture.frame == FRAME
    drag(qtbot, view, [(300, 150), (310, 150)])
    assert view.document.picture.frame != FRAME


def test_the_middle_button_pans(view: CanvasView, qtbot: QtBot) -> None:
    drag(qtbot, view, [(20, 20), (50, 45)], MIDDLE)
    assert view.viewport.to_view(FRAME) == (130, 125, 400, 200)


def test_the_hand_tool_pans_and_the_frame_tool_moves_the_frame(
    view: CanvasView, qtbot: QtBot
) -> None:
    view.hand.take("pan")
    drag(qtbot, view, [(300, 200), (310, 200)])
    assert view.document.picture.frame == FRAME
    view.hand.take("frame")
    drag(qtbot, view, [(300, 200), (320, 200)])
    assert view.document.picture.frame == FRAME.translated(10, 0)


def test_the_picture_cannot_be_pushed_out_of_sight(view: CanvasView) -> None:
    view.pan_by(1e6, -1e6)
    left, top, _, height = view.viewport.to_view(FRAME)
    assert (left, top + height) == (600 - 48, 48)


def test_after_panning_a_resize_keeps_the_middle_in_the_middle(view: CanvasView) -> None:
    view.pan_by(10, 0)
    middle = view.viewport.to_document(300, 200)
    view.resize(700, 500)
    assert view.viewport.to_document(350, 250) == middle


def test_dragging_the_frame_is_one_undo_step(view: CanvasView, qtbot: QtBot) -> None:
    drag(qtbot, view, [(300, 200), (320, 210), (350, 240), (340, 260)])
    assert view.document.picture.frame == FRAME.translated(20, 30)
    view.document.undo()
    assert view.document.picture.frame == FRAME
    assert not view.document.can_undo


def test_escape_abandons_the_drag_of_the_frame(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.mousePress(view, LEFT, pos=QPoint(300, 200))
    qtbot.mouseMove(view, QPoint(340, 200))
    assert view.document.picture.frame == FRAME.translated(20, 0)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseMove(view, QPoint(360, 200))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(360, 200))
    assert view.document.picture.frame == FRAME
    assert not view.document.can_undo


def test_a_drag_keeps_escape_from_the_shortcuts_of_the_window(
    view: CanvasView, qtbot: QtBot
) -> None:
    def keeps_escape() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, NO_KEY)
        event.ignore()
        QApplication.sendEvent(view, event)
        return event.isAccepted()

    assert not keeps_escape()
    qtbot.mousePress(view, LEFT, pos=QPoint(300, 200))
    assert keeps_escape()
    qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_the_pointer_is_reported_in_document_pixels_until_it_leaves(
    view: CanvasView, qtbot: QtBot
) -> None:
    seen = []
    view.pointer_moved.connect(seen.append)
    qtbot.mouseMove(view, QPoint(121, 99))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert seen == [Point(10, -1), None]


def dropped(view: CanvasView, mime: QMimeData, at: QPointF = MIDDLE_OF_VIEW) -> bool:
    """Drag `mime` over the canvas and drop it there; whether it was welcome."""
    actions = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, actions, mime, LEFT, NO_KEY)
    enter.ignore()
    QApplication.sendEvent(view, enter)
    if enter.isAccepted():
        QApplication.sendEvent(view, QDropEvent(at, actions, mime, LEFT, NO_KEY))
    return enter.isAccepted()


def test_dropped_files_are_reported_by_their_paths(
    view: CanvasView, qtbot: QtBot, tmp_path: Path
) -> None:
    files = [tmp_path / "a b.png", tmp_path / "ü.jpg"]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    with qtbot.waitSignal(view.files_dropped) as reported:
        assert dropped(view, mime)
    assert reported.args is not None
    assert [Path(path) for path in reported.args[0]] == files


def test_a_dropped_picture_is_handed_on(view: CanvasView) -> None:
    mime = QMimeData()
    mime.setImageData(image_from_pixels(red(3, 2)))
    seen: list[object] = []
    view.image_dropped.connect(lambda data: seen.append(pixels_from_image(data.imageData())))
    assert dropped(view, mime)
    np.testing.assert_array_equal(seen, [np.full((2, 3, 4), (255, 0, 0, 255))])


@pytest.mark.parametrize("files", [True, False], ids=["files", "a picture"])
def test_what_is_dropped_on_a_card_is_reported_as_what_the_card_says(
    view: CanvasView, tmp_path: Path, files: bool
) -> None:
    mime = QMimeData()
    if files:
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    else:
        mime.setImageData(image_from_pixels(red(3, 2)))
    seen: list[str] = []
    view.files_dropped.connect(lambda _: seen.append("layer"))
    view.image_dropped.connect(lambda _: seen.append("layer"))
    view.idea_dropped.connect(lambda zone, data: seen.append(f"{zone.name} {data.hasImage()}"))
    view.settings_dropped.connect(lambda paths: seen.append(Path(paths[0]).name))
    for card in cards(view.rect(), zones_for(mime)).values():
        assert dropped(view, mime, QPointF(card.center()))
    assert dropped(view, mime, QPointF(5, 5))
    settings = ["a.png"] if files else []
    assert seen == [f"MIX {not files}", "layer", f"LIKE {not files}", *settings, "layer"]


def test_the_cards_are_seen_while_something_is_dragged(view: CanvasView) -> None:
    mime = QMimeData()
    mime.setImageData(image_from_pixels(red(3, 2)))
    empty = view.grab().toImage()
    enter = QDragEnterEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, LEFT, NO_KEY)
    QApplication.sendEvent(view, enter)
    card = cards(view.rect(), zones_for(mime))[Zone.LAYER]
    assert view.grab().toImage().pixelColor(card.topLeft() + QPoint(12, 12)) == (
        view.palette().highlight().color()
    )
    QApplication.sendEvent(view, QDragLeaveEvent())
    assert view.grab().toImage() == empty


def test_text_and_pages_of_the_web_are_not_welcome(view: CanvasView) -> None:
    text, page = QMimeData(), QMimeData()
    text.setText("a red apple")
    page.setUrls([QUrl("https://example.org/picture.png")])
    assert [dropped(view, text), dropped(view, page)] == [False, False]


def test_a_placed_picture_is_on_the_screen_and_undo_takes_it_away(view: CanvasView) -> None:
    empty = colour_at(view, 150, 150)
    view.document.do(place_image(red(200, 100), FRAME, "a"))
    assert colour_at(view, 150, 150) == QColor("red")
    assert colour_at(view, 495, 295) == QColor("red")
    view.document.undo()
    assert colour_at(view, 150, 150) == empty


@pytest.mark.parametrize("scale", [0.1, 0.5, 0.7, 1.0, 1.37, 3.3])
def test_tiles_meet_without_a_seam_at_any_scale(view: CanvasView, scale: float) -> None:
    view.document.do(place_image(red(3000, 2000), Rect(-1000, -700, 3000, 2000), "a"))
    view.document.do(move_frame(Rect(-1000, -700, 3000, 2000)))
    view.fit()
    view.zoom_at(scale, QPointF(301.3, 200.7))
    left, top, width, height = (
        int(side) for side in view.viewport.to_view(Rect(-990, -690, 2980, 1980))
    )
    shown = view.grab().toImage()
    columns = range(max(0, left + 4), min(600, left + width - 4))
    rows = range(max(0, top + 4), min(400, top + height - 4))
    assert len(columns) > 100
    middle = rows[len(rows) // 2]
    assert {shown.pixel(x, middle) for x in columns} == {QColor("red").rgb()}
    assert {shown.pixel(columns[7], y) for y in rows} == {QColor("red").rgb()}


def test_pixels_are_squares_above_two_hundred_per_cent_and_smooth_below(view: CanvasView) -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, 100:] = 255
    view.document.do(place_image(pixels, FRAME, "a"))

    def greys() -> int:
        shown = view.grab().toImage()
        row = [shown.pixelColor(x, 200).red() for x in range(290, 310)]
        return sum(0 < value < 255 for value in row)

    view.zoom_to(4.0)
    sharp = greys()
    view.fit()
    assert (sharp, greys() > 0) == (0, True)


def test_above_eight_hundred_per_cent_every_pixel_has_an_outline(view: CanvasView) -> None:
    view.document.do(place_image(red(200, 100), FRAME, "a"))

    def lines(scale: float) -> int:
        """Columns of the screen that are not all red, across 180 of them."""
        view.zoom_to(scale)
        view.look_at(100.5, 50.5)
        shown, row = view.grab().toImage(), view.rect().center().y()
        return sum(shown.pixelColor(x, row) != QColor("red") for x in range(200, 380))

    assert (lines(8.0), lines(9.0), lines(20.0)) == (0, 180 // 9, 180 // 20)


def test_the_checkerboard_stays_on_the_screen_while_the_picture_moves(view: CanvasView) -> None:
    view.document.do(place_image(red(60, 60), Rect(FRAME.left, FRAME.top, 60, 60), "a"))
    clear, whole = QRect(250, 120, 200, 150), view.rect()

    def shown(area: QRect) -> QImage:
        return view.grab().toImage().copy(area)

    board, before = shown(clear), shown(whole)
    colours = {board.pixel(x, y) for x in range(board.width()) for y in range(board.height())}
    assert len(colours) == 2
    view.pan_by(5, 3)
    assert shown(clear) == board
    assert shown(whole) != before, "the control: the picture has moved"


def test_a_candidate_is_shown_in_the_frame_and_the_document_is_untouched(view: CanvasView) -> None:
    before, empty = view.document.picture, colour_at(view, 110, 110)
    view.set_overlay(Overlay(red(64, 64), view.document.picture.frame))
    assert colour_at(view, 110, 110) == colour_at(view, 490, 290) == QColor("red")
    assert colour_at(view, 90, 290) != QColor("red")
    view.set_overlay(None)
    assert colour_at(view, 110, 110) == empty
    assert view.document.picture is before


def test_a_candidate_stays_where_it_belongs_when_the_frame_goes_on(view: CanvasView) -> None:
    frame = view.document.picture.frame
    view.set_overlay(Overlay(red(64, 64), frame))
    view.document.do(move_frame(frame.translated(2000, 0)))
    assert view.scene().in_view(frame).center().x() < 590
    place = view.scene().in_view(frame).center().toPoint()
    assert colour_at(view, place.x(), place.y()) == QColor("red")


def test_left_of_the_line_is_what_was_before_and_right_of_it_what_comes(view: CanvasView) -> None:
    frame, blue = view.document.picture.frame, np.full((9, 9, 3), (0, 0, 255), np.uint8)
    view.set_overlay(Overlay(red(64, 64), frame, 0.5, blue))
    area = view.scene().in_view(frame)
    y = round(area.center().y())
    assert colour_at(view, round(area.left() + 9), y) == QColor("blue")
    assert colour_at(view, round(area.right() - 9), y) == QColor("red")
    view.set_overlay(Overlay(red(64, 64), frame, 1.0, blue))
    assert colour_at(view, round(area.right() - 9), y) == QColor("blue")
    view.turn_to(90.0)
    view.set_overlay(Overlay(red(64, 64), frame, 0.5, blue))
    turned = view.scene().outline(frame).boundingRect()
    x = round(turned.center().x())
    assert colour_at(view, x, round(turned.top() + 9)) == QColor("blue")
    assert colour_at(view, x, round(turned.bottom() - 9)) == QColor("red")


def test_the_empty_canvas_says_what_to_do_until_there_is_a_picture(view: CanvasView) -> None:
    def ink() -> int:
        shown = view.grab().toImage()
        middle = [(x, y) for x in range(150, 450) for y in range(190, 210)]
        return sum(shown.pixelColor(x, y).lightness() < 60 for x, y in middle)

    view.setPalette(QColor("white"))
    assert ink() > 50
    view.set_overlay(Overlay(np.full((4, 4, 3), 250, np.uint8), view.document.picture.frame))
    assert ink() == 0


@pytest.mark.parametrize("side", [16, 64, 90])
def test_the_sentence_of_the_empty_canvas_crosses_no_frame(view: CanvasView, side: int) -> None:
    view.setPalette(QColor("white"))
    view.document.do(move_frame(Rect(100, 60, side, side)))
    view.fit()
    shown = view.grab().toImage()
    frame = view.scene().outline(view.document.picture.frame).boundingRect().toRect()

    def ink(rows: range, columns: range) -> int:
        return sum(shown.pixelColor(x, y).lightness() < 60 for y in rows for x in columns)

    above = range(max(0, frame.top() - 64))
    assert ink(above, range(shown.width())) > 50
    beside = range(frame.top() - 20, frame.bottom() + 20)
    assert ink(beside, range(frame.left() - 30)) == 0
    assert ink(beside, range(frame.right() + 30, shown.width())) == 0


def test_no_sentence_shines_between_the_cards_of_a_drop(view: CanvasView) -> None:
    view.setPalette(QColor("white"))
    view.document.do(move_frame(Rect(100, 60, 64, 64)))
    view.fit()
    frame = view.scene().outline(view.document.picture.frame).boundingRect().toRect()

    def ink() -> int:
        shown, rows = view.grab().toImage(), range(max(0, frame.top() - 64))
        return sum(shown.pixelColor(x, y).lightness() < 60 for y in rows for x in range(600))

    before = ink()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/somewhere/picture.png")])
    enter = QDragEnterEvent(QPointF(5, 395), Qt.DropAction.CopyAction, mime, LEFT, NO_KEY)
    view.dragEnterEvent(enter)
    assert ink() < before
    view.dragLeaveEvent(QDragLeaveEvent())
    assert ink() == before


class Watched(CanvasView):
    """A canvas that notes what it was asked to draw again."""

    def __init__(self, document: Document) -> None:
        """Begin with nothing noted."""
        self.repainted: list[QRect] = []
        super().__init__(document)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note the area."""
        self.repainted.append(event.rect())
        super().paintEvent(event)


def test_a_small_change_draws_a_small_part_again(qtbot: QtBot) -> None:
    raster = Raster.from_array(red(200, 100), 0, 0)
    dabbed = raster.write(np.zeros((10, 20, 3), np.uint8), 30, 40)
    document = Document(Picture(FRAME, (Layer(1, "a", raster),)))
    view = Watched(document)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitUntil(lambda: bool(view.repainted))
    view.repainted.clear()
    document.do(Edit("Dab", lambda old: Picture(old.frame, (Layer(1, "a", dabbed),))))
    qtbot.waitUntil(lambda: bool(view.repainted))
    assert [(r.width() < 60, r.height() < 40) for r in view.repainted] == [(True, True)]
    assert colour_at(view, 170, 190) == QColor("black")


def test_a_tool_that_is_taken_has_the_handles_of_the_frame_drawn_and_nothing_else(
    qtbot: QtBot,
) -> None:
    document = Document(Picture(FRAME, (Layer(1, "a", Raster.from_array(red(200, 100), 0, 0)),)))
    view = Watched(document)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitUntil(lambda: bool(view.repainted) and view.complete)
    for tool, draws in (("lasso", True), ("wand", False), ("frame", True), ("pick", True)):
        view.repainted.clear()
        view.hand.take(tool)
        QApplication.processEvents()
        assert bool(view.repainted) == draws, tool
        seen = view.screen().grabWindow(view.winId()).toImage()
        wanted = QWidget.grab(view).toImage().convertToFormat(seen.format())
        assert seen == wanted, tool


def shown_with_a_dab_beyond(qtbot: QtBot) -> tuple[Watched, Edit]:
    """A picture of 200 × 60 in a window, and a dab that reaches down to 74."""
    raster = Raster.from_array(red(200, 60), 0, 0)
    beyond = raster.write(red(4, 4), 60, 70)
    view = Watched(Document(Picture(Rect(0, 0, 50, 50), (Layer(1, "a", raster),))))
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitUntil(lambda: bool(view.repainted))
    return view, Edit("Dab", lambda old: Picture(old.frame, (Layer(1, "a", beyond),)))


def test_a_stroke_beyond_the_picture_draws_the_new_ground_alone(qtbot: QtBot) -> None:
    view, dab = shown_with_a_dab_beyond(qtbot)
    view.pan_by(1, 0)  # fitted no more
    qtbot.waitUntil(lambda: view.complete)
    QApplication.processEvents()
    view.repainted.clear()
    view.document.preview(dab)
    QApplication.processEvents()
    assert view.repainted
    shown = view.viewport.scale * 74
    assert all(area.height() < shown / 2 for area in view.repainted), view.repainted
    kept = view.grab().toImage()
    view.update()
    QApplication.processEvents()
    assert view.grab().toImage() == kept


def test_a_turned_view_is_drawn_all_over_when_its_ground_grows(qtbot: QtBot) -> None:
    view, dab = shown_with_a_dab_beyond(qtbot)
    view.turn_to(30)
    QApplication.processEvents()
    view.repainted.clear()
    view.document.preview(dab)
    QApplication.processEvents()
    assert any(area.height() > 60 * view.viewport.scale for area in view.repainted)


def test_a_layer_that_is_shown_again_is_followed(view: CanvasView) -> None:
    view.document.do(place_image(red(900, 400), Rect(0, 0, 900, 400), "large"))
    (layer,) = view.document.picture.layers
    view.document.do(set_visible(layer.id, False))
    view.fit()
    before = view.viewport.scale
    view.document.do(set_visible(layer.id, True))
    assert view.viewport.scale < before


def test_the_tint_of_an_inverted_mask_comes_and_goes_beyond_the_picture(
    qtbot: QtBot, view: CanvasView
) -> None:
    far = QPoint(550, 380)  # beyond the frame, in a tile that it touches

    def on_screen() -> QColor:
        qtbot.waitUntil(lambda: view.complete)
        qtbot.wait(30)
        screen = view.screen().grabWindow(view.winId()).toImage()
        assert screen.pixelColor(far) == view.grab().toImage().pixelColor(far)
        return screen.pixelColor(far)

    plain = on_screen()
    view.document.do(invert_mask())
    assert on_screen() != plain
    view.document.do(invert_mask())
    assert on_screen() == plain
