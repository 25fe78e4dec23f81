"""Tool options, colours, history and navigator, each by its own controls."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox
from pytestqt.qtbot import QtBot

from desktop.canvas import stack
from desktop.canvas.view import CanvasView
from desktop.controls.number_row import NumberRow
from desktop.document import reduced
from desktop.document.document import Document
from desktop.document.edits import Edit, place_image, set_opacity
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.hand import Hand
from desktop.panels import navigator as module
from desktop.panels.colours import ColoursPanel
from desktop.panels.edits import EditsPanel
from desktop.panels.navigator import NavigatorPanel
from desktop.panels.tool_options import ToolOptionsPanel
from desktop.paths import Paths
from desktop.toolbox import TOOLS
from tests.shell import icons

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def options(qtbot: QtBot, hand: Hand) -> ToolOptionsPanel:
    panel = ToolOptionsPanel(hand)
    qtbot.addWidget(panel)
    panel.resize(280, 400)
    panel.show()
    hand.take("brush")
    return panel


@pytest.fixture
def colours(qtbot: QtBot, hand: Hand, paths: Paths) -> ColoursPanel:
    panel = ColoursPanel(hand, icons(paths))
    qtbot.addWidget(panel)
    panel.resize(280, 320)
    panel.show()
    return panel


@pytest.fixture
def document() -> Document:
    document = Document(Picture(Rect(0, 0, 64, 64)))
    for name in "abc":
        document.do(place_image(np.full((8, 8, 3), 200, np.uint8), Rect(0, 0, 8, 8), name))
    return document


def row(panel: ToolOptionsPanel, name: str) -> NumberRow:
    assert panel.form is not None
    found = panel.form.rows[name]
    assert isinstance(found, NumberRow)
    return found


def test_a_typed_size_is_in_the_hand(options: ToolOptionsPanel, hand: Hand) -> None:
    box = row(options, "size").box
    box.selectAll()
    QTest.keyClicks(box, "120")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert hand.options_of("brush").size == 120.0  # type: ignore[union-attr]


def test_the_slider_gives_small_sizes_more_of_its_way(
    options: ToolOptionsPanel, hand: Hand
) -> None:
    slider = row(options, "size").slider
    slider.setValue(500)
    assert 100 < hand.options_of("brush").size < 200  # type: ignore[union-attr]
    assert row(options, "size").value == hand.options_of("brush").size  # type: ignore[union-attr]


def test_a_double_click_on_a_slider_goes_back_to_the_default(
    options: ToolOptionsPanel, hand: Hand
) -> None:
    hand.change("brush", hardness=10.0)
    QTest.mouseDClick(row(options, "hardness").slider, LEFT)
    assert hand.options_of("brush").hardness == 80.0  # type: ignore[union-attr]


def test_keys_that_change_the_brush_are_seen_in_the_panel(
    options: ToolOptionsPanel, hand: Hand
) -> None:
    hand.change("brush", size=33.0)
    assert row(options, "size").value == 33.0


def test_each_tool_has_its_own_options(options: ToolOptionsPanel, hand: Hand) -> None:
    hand.take("wand")
    assert options.form is not None
    assert set(options.form.rows) >= {"tolerance", "contiguous", "combine"}
    check, combine = options.form.rows["contiguous"], options.form.rows["combine"]
    assert isinstance(check, QCheckBox)
    assert isinstance(combine, QComboBox)
    QTest.mouseClick(check, LEFT, pos=QPoint(8, check.height() // 2))
    combine.setCurrentIndex(combine.findData("add"))
    wanted = hand.options_of("wand")
    assert (wanted.contiguous, wanted.combine) == (False, "add")  # type: ignore[union-attr]
    hand.take("pan")
    assert options.form is None


def test_each_tool_says_what_its_presses_do(options: ToolOptionsPanel, hand: Hand) -> None:
    said = set[str]()
    for name, tool in TOOLS.items():
        hand.take(name)
        assert options.hint.text().split("\n") == tool.hint.split(" · ")
        assert options.hint.isVisible()
        said.add(options.hint.text())
    assert len(said) == len(TOOLS)
    assert "" not in said


def test_the_colours_are_seen_with_the_tools_that_lay_or_take_them(
    qtbot: QtBot, options: ToolOptionsPanel, hand: Hand
) -> None:
    hand.set_colour((200, 10, 90))
    assert options.first.colour.getRgb()[:3] == (200, 10, 90)
    options.second.click()
    assert options.second.colour.getRgb()[:3] == (200, 10, 90)
    assert hand.second == (200, 10, 90)
    with qtbot.waitSignal(options.colours_wanted):
        options.first.click()
    for tool, seen in (("fill", True), ("pick", True), ("eraser", False), ("wand", False)):
        hand.take(tool)
        assert options.first.isVisible() is seen


def test_a_hex_number_is_the_colour_in_the_hand(colours: ColoursPanel, hand: Hand) -> None:
    colours.hex.selectAll()
    QTest.keyClicks(colours.hex, "#3366cc")
    QTest.keyClick(colours.hex, Qt.Key.Key_Return)
    assert hand.colour == (0x33, 0x66, 0xCC)


def test_a_damaged_hex_number_changes_nothing(colours: ColoursPanel, hand: Hand) -> None:
    colours.hex.selectAll()
    QTest.keyClicks(colours.hex, "12345")
    QTest.keyClick(colours.hex, Qt.Key.Key_Return)
    assert (hand.colour, colours.hex.text()) == ((0, 0, 0), "#000000")


def test_the_wheel_chooses_hue_and_then_lightness(colours: ColoursPanel, hand: Hand) -> None:
    wheel = colours.wheel
    middle = wheel.rect().center()
    radius = min(wheel.width(), wheel.height()) // 2 - 10
    QTest.mouseClick(wheel, LEFT, pos=middle + QPoint(0, -radius))  # a quarter turn
    corner = wheel._square().topRight().toPoint()  # noqa: SLF001 - where full colour lies
    QTest.mouseClick(wheel, LEFT, pos=corner)
    chosen = QColor(*hand.colour)
    assert abs(chosen.hsvHue() - 90) < 8
    assert chosen.value() > 240
    assert chosen.hsvSaturation() > 240


def test_recent_colours_come_back_with_a_click(colours: ColoursPanel, hand: Hand) -> None:
    for colour in ((255, 0, 0), (0, 255, 0)):
        hand.set_colour(colour)
        hand.note_use()
    assert [swatch.isVisible() for swatch in colours.recent[:3]] == [True, True, False]
    QTest.mouseClick(colours.recent[1], LEFT)
    assert hand.colour == (255, 0, 0)


def test_the_second_colour_is_swapped_in_by_a_click(colours: ColoursPanel, hand: Hand) -> None:
    QTest.mouseClick(colours.second, LEFT)
    assert (hand.colour, hand.second) == ((255, 255, 255), (0, 0, 0))


@pytest.fixture
def edits(qtbot: QtBot, document: Document) -> EditsPanel:
    panel = EditsPanel(document)
    qtbot.addWidget(panel)
    panel.resize(200, 300)
    panel.show()
    return panel


def test_the_history_lists_every_edit_and_a_click_goes_there(
    edits: EditsPanel, document: Document
) -> None:
    model = edits.list.model()
    assert [model.index(i, 0).data() for i in range(4)] == [
        "As it was opened",
        *["Place picture"] * 3,
    ]
    middle = edits.list.visualRect(model.index(1, 0)).center()
    QTest.mouseClick(edits.list.viewport(), LEFT, pos=middle)
    assert [layer.name for layer in document.picture.layers] == ["a"]
    assert document.can_redo


def test_a_jump_in_the_history_draws_every_undone_step_anew(
    edits: EditsPanel, document: Document
) -> None:
    model, drawn = edits.list.model(), list[tuple[int, int]]()
    model.dataChanged.connect(lambda first, last, _roles: drawn.append((first.row(), last.row())))
    count = len(document.history)
    document.go_to(0)
    assert drawn == [(0, count)]
    role = Qt.ItemDataRole.ForegroundRole
    greys = [model.data(model.index(row, 0), role) is not None for row in range(count + 1)]
    assert greys == [False] + [True] * count


def test_undo_moves_the_mark_in_the_history(edits: EditsPanel, document: Document) -> None:
    document.undo()
    assert edits.list.currentIndex().row() == 2


@pytest.fixture
def navigator(qtbot: QtBot) -> NavigatorPanel:
    document = Document(Picture(Rect(0, 0, 1000, 1000)))
    document.do(
        place_image(np.full((1000, 1000, 3), (255, 0, 0), np.uint8), Rect(0, 0, 1000, 1000), "a")
    )
    canvas = CanvasView(document)
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    canvas.zoom_to(1.0)
    panel = NavigatorPanel(canvas)
    qtbot.addWidget(panel)
    panel.resize(200, 200)
    panel.show()
    qtbot.waitUntil(lambda: red_in_the_middle(panel))
    return panel


def red_in_the_middle(panel: NavigatorPanel) -> bool:
    return panel.grab().toImage().pixelColor(30, 170).name() == "#ff0000"


def test_the_navigator_shows_the_picture_and_a_click_looks_there(
    navigator: NavigatorPanel,
) -> None:
    canvas = navigator._canvas  # noqa: SLF001
    QTest.mouseClick(navigator, LEFT, pos=QPoint(146, 54))
    across, down = canvas.viewport.to_document(150, 150)
    assert (across, down) == pytest.approx((750, 250), abs=12)


def test_the_mark_of_a_view_wider_than_the_picture_has_all_its_sides(
    navigator: NavigatorPanel,
) -> None:
    canvas = navigator._canvas  # noqa: SLF001
    canvas.zoom_to(0.05)
    mark = navigator._view()  # noqa: SLF001
    assert QRectF(navigator.rect()).contains(mark.boundingRect())
    assert mark.boundingRect().width() > 180


def test_the_navigator_waits_until_the_canvas_has_been_drawn(
    navigator: NavigatorPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = navigator._canvas  # noqa: SLF001
    looked, real, complete = list[bool](), module.reduced_picture, [False]
    monkeypatch.setattr(type(canvas), "complete", property(lambda _: complete[0]))
    monkeypatch.setattr(
        module, "reduced_picture", lambda *given: (looked.append(complete[0]), real(*given))[1]
    )
    navigator._timer.setInterval(1)  # noqa: SLF001
    canvas.document.do(set_opacity(1, 0.5))
    qtbot.wait(30)
    assert looked == []
    complete[0] = True
    qtbot.waitUntil(lambda: looked == [True])


def test_many_layers_are_laid_by_the_painter_of_the_canvas(
    navigator: NavigatorPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laid exactly, fifty took longer than the canvas itself."""
    canvas, exactly = navigator._canvas, list[int]()  # noqa: SLF001
    for each in (stack, reduced):
        monkeypatch.setattr(each, "composite_layers", lambda layers, _: exactly.append(len(layers)))
    sheet = canvas.document.picture.layers[0]
    layers = tuple(replace(sheet, id=n, opacity=0.5) for n in range(50))
    canvas.document.do(Edit("many", lambda picture: replace(picture, layers=layers)))
    qtbot.waitUntil(lambda: not navigator._stale)  # noqa: SLF001
    shown = navigator.grab().toImage().pixelColor(30, 170)
    assert shown.red() > 240
    assert shown.green() < 10
    assert exactly == []
