"""The layers panel, by real events: eyes, names, opacity, deleting, thumbnails."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QListView,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.controls.layer_model import Role
from desktop.document.blend import BlendMode
from desktop.document.document import Document
from desktop.document.edits import place_image, remove_layer, set_opacity, set_visible
from desktop.document.geometry import Rect
from desktop.document.group_edits import group_layers
from desktop.document.picture import Picture
from desktop.hand import Hand
from desktop.panels.layers import LayersPanel
from desktop.paths import Paths
from tests.shell import icons

# Said by the platform without a screen about every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
AREA = Rect(0, 0, 60, 40)
RED, BLUE = np.full((2, 40, 60, 3), [[[[255, 0, 0]]], [[[0, 0, 255]]]], np.uint8)


@pytest.fixture
def document() -> Document:
    """Two layers: 1 "below", red, and 2 "above", blue."""
    document = Document(Picture(Rect(0, 0, 64, 64)))
    document.do(place_image(RED, AREA, "below"))
    document.do(place_image(BLUE, AREA, "above"))
    return document


@pytest.fixture
def panel(document: Document, qtbot: QtBot, paths: Paths) -> LayersPanel:
    """The panel on the screen."""
    panel = LayersPanel(document, Hand(), icons(paths), paths.cache / "dragged")
    qtbot.addWidget(panel)
    panel.resize(260, 320)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def the(panel: LayersPanel, kind: type[QWidget]) -> QWidget:
    """The only control of its kind; the number's own line edit is part of the number."""
    found = panel.findChild(kind)
    assert found is not None
    return found


def names(panel: LayersPanel) -> list[str]:
    """What the list says, from the top."""
    model = panel.findChild(QListView).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def click_eye(panel: LayersPanel, row: int) -> None:
    """Click the eye of a row."""
    QTest.mouseClick(panel.findChild(QListView).viewport(), LEFT, NO_KEY, panel.eye_position(row))


def handle(slider: QSlider) -> QPoint:
    """The middle of a slider's handle."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    control = QStyle.ComplexControl.CC_Slider
    return slider.style().subControlRect(control, option, part, slider).center()


def test_the_top_layer_is_first_and_chosen(panel: LayersPanel) -> None:
    assert names(panel) == ["above", "below"]
    assert panel.selected == 2


def test_a_click_on_the_eye_hides_and_undo_shows_again(
    panel: LayersPanel, document: Document
) -> None:
    click_eye(panel, 1)
    assert [layer.visible for layer in document.picture.layers] == [False, True]
    assert panel.selected == 2
    document.undo()
    assert document.picture.layer(1).visible
    assert document.undo_name == "Place picture"


def test_a_second_click_on_the_eye_shows_again(panel: LayersPanel, document: Document) -> None:
    click_eye(panel, 0)
    click_eye(panel, 0)
    assert document.picture.layer(2).visible
    assert document.undo_name == "Show layer"


def test_a_click_beside_the_eye_chooses_and_hides_nothing(
    panel: LayersPanel, document: Document
) -> None:
    beside = panel.eye_position(1) + QPoint(80, 0)
    QTest.mouseClick(panel.findChild(QListView).viewport(), LEFT, NO_KEY, beside)
    assert panel.selected == 1
    assert document.picture.layer(1).visible


def test_the_space_bar_hides_the_chosen_layer(panel: LayersPanel, document: Document) -> None:
    QTest.keyClick(panel.findChild(QListView), Qt.Key.Key_Space)
    assert not document.picture.layer(2).visible


def test_a_double_click_on_the_name_renames(
    panel: LayersPanel, document: Document, qtbot: QtBot
) -> None:
    view = panel.findChild(QListView)
    name = panel.eye_position(1) + QPoint(80, 0)
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, name)
    QTest.mouseDClick(view.viewport(), LEFT, NO_KEY, name)
    editor = view.viewport().findChild(QLineEdit)
    assert editor.text() == "below"
    QTest.keyClicks(editor, "sky")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.undo_name == "Rename layer")
    assert document.picture.layer(1).name == "sky"


def test_a_name_with_markup_is_shown_as_it_is(panel: LayersPanel, document: Document) -> None:
    document.do(place_image(RED, AREA, "<b>bold</b>"))
    assert names(panel)[0] == "<b>bold</b>"
    assert panel.findChild(QListView).model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_drag_of_the_opacity_is_one_undo_step_and_shows_while_it_lasts(
    panel: LayersPanel, document: Document, qtbot: QtBot
) -> None:
    slider, start = the(panel, QSlider), handle(panel.findChild(QSlider))
    qtbot.mousePress(slider, LEFT, pos=start)
    for x in (20, 40, 60):
        qtbot.mouseMove(slider, start - QPoint(x, 0))
        assert document.previewing
    shown = document.picture.layer(2).opacity
    qtbot.mouseRelease(slider, LEFT, pos=start - QPoint(60, 0))
    assert 0 < shown < 1
    assert (document.picture.layer(2).opacity, document.previewing) == (shown, False)
    document.undo()
    assert document.picture.layer(2).opacity == 1
    assert document.undo_name == "Place picture"


def test_the_number_sets_the_opacity_when_it_is_complete(
    panel: LayersPanel, document: Document
) -> None:
    number = the(panel, QDoubleSpinBox)
    number.selectAll()
    QTest.keyClicks(number, "35")
    assert document.picture.layer(2).opacity == 1
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert document.picture.layer(2).opacity == 0.35
    assert the(panel, QSlider).value() == 350


def test_opacity_follows_the_chosen_layer_and_undo(panel: LayersPanel, document: Document) -> None:
    document.do(set_opacity(1, 0.4))
    assert the(panel, QDoubleSpinBox).value() == 100
    panel.select(1)
    assert (the(panel, QDoubleSpinBox).value(), the(panel, QSlider).value()) == (40, 400)
    document.undo()
    assert the(panel, QDoubleSpinBox).value() == 100


@pytest.mark.parametrize("kind", [QSlider, QDoubleSpinBox])
def test_the_wheel_changes_a_value_only_where_the_focus_is(
    panel: LayersPanel, document: Document, kind: type[QWidget]
) -> None:
    control = the(panel, kind)

    def turn() -> None:
        at = QPointF(control.rect().center())
        down, phase = QPoint(0, -120), Qt.ScrollPhase.NoScrollPhase
        seen = control.mapToGlobal(at)
        button = Qt.MouseButton.NoButton
        event = QWheelEvent(at, seen, QPoint(), down, button, NO_KEY, phase, False)
        QApplication.sendEvent(control, event)

    panel.activateWindow()
    panel.findChild(QListView).setFocus()
    turn()
    assert document.picture.layer(2).opacity == 1
    control.setFocus()
    turn()
    assert document.picture.layer(2).opacity < 1


def test_the_chosen_layer_is_deleted_and_undo_brings_it_back(
    panel: LayersPanel, document: Document
) -> None:
    panel.activateWindow()
    panel.findChild(QListView).setFocus()
    QTest.keyClick(panel.findChild(QListView), Qt.Key.Key_Delete)
    assert names(panel) == ["below"]
    assert panel.selected == 1
    document.undo()
    assert names(panel) == ["above", "below"]


def test_a_new_layer_is_chosen_and_other_edits_keep_the_choice(
    panel: LayersPanel, document: Document
) -> None:
    panel.select(1)
    document.do(set_visible(2, visible=False))
    assert panel.selected == 1
    document.do(place_image(RED, AREA, "new"))
    assert panel.selected == 3


def test_without_layers_there_is_nothing_to_change(panel: LayersPanel, document: Document) -> None:
    controls = [the(panel, kind) for kind in (QSlider, QDoubleSpinBox, QComboBox)]
    assert all(control.isEnabled() for control in controls)
    for layer_id in (1, 2):
        document.do(remove_layer(layer_id))
    assert panel.selected is None
    assert not any(control.isEnabled() for control in controls)


def colour_of_thumbnail(panel: LayersPanel, row: int) -> str | None:
    """The colour in the middle of a thumbnail, or None while there is none."""
    image = panel.findChild(QListView).model().index(row, 0).data(Role.THUMBNAIL)
    return None if image is None else image.pixelColor(image.rect().center()).name()


def test_thumbnails_show_what_the_layers_hold(panel: LayersPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: colour_of_thumbnail(panel, 0) == "#0000ff")
    assert colour_of_thumbnail(panel, 1) == "#ff0000"


@pytest.mark.slow
def test_thumbnails_wait_while_a_drag_lasts(
    panel: LayersPanel, document: Document, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: colour_of_thumbnail(panel, 0) == "#0000ff")
    document.preview(place_image(RED, AREA, "provisional"))
    qtbot.wait(700)
    assert colour_of_thumbnail(panel, 0) == "#0000ff", "the list waits as well"
    document.preview(None)
    document.do(place_image(RED, AREA, "new"))
    qtbot.waitUntil(lambda: colour_of_thumbnail(panel, 0) == "#ff0000")


def test_every_control_has_an_accessible_name(panel: LayersPanel) -> None:
    controls = [the(panel, kind) for kind in (QListView, QSlider, QDoubleSpinBox, QComboBox)]
    said = [control.accessibleName() for control in controls]
    assert all(said)
    assert len(set(said)) == len(said)


def test_a_hidden_layer_is_read_aloud_as_hidden(panel: LayersPanel, document: Document) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    document.do(set_visible(2, visible=False))
    model = panel.findChild(QListView).model()
    assert [model.index(row, 0).data(role) for row in (0, 1)] == ["above, hidden", "below"]


def test_the_eye_looks_different_when_closed(panel: LayersPanel, document: Document) -> None:
    panel.grab()
    before = panel.grab().toImage()
    document.do(set_visible(1, visible=False))
    QApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    assert panel.grab().toImage() != before


def drop(panel: LayersPanel, moved: int, row: int, onto: int | None = None) -> None:
    """Drop a layer between rows, or onto the row of a group, as a drag of the list does."""
    model = panel.findChild(QListView).model()
    dragged = next(i for i in range(model.rowCount()) if model.layer(i).id == moved)
    data = model.mimeData([model.index(dragged)])
    parent = QModelIndex() if onto is None else model.index(onto)
    model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, parent)


def test_a_layer_is_dragged_below_another_one(panel: LayersPanel, document: Document) -> None:
    drop(panel, moved=2, row=2)
    assert names(panel) == ["below", "above"]
    assert (document.undo_name, panel.selected) == ("Reorder layers", 2)
    drop(panel, moved=2, row=0)
    assert names(panel) == ["above", "below"]


def test_a_layer_dropped_on_a_group_goes_into_it_and_out_again(
    panel: LayersPanel, document: Document
) -> None:
    document.do(group_layers((1,), "group"))
    group = next(layer for layer in document.picture.walk() if layer.is_group)
    row = names(panel).index("group")
    drop(panel, moved=2, row=-1, onto=row)
    assert [layer.id for layer in document.picture.layer(group.id).children or ()] == [1, 2]
    drop(panel, moved=2, row=0)
    assert document.picture.layers[-1].id == 2


def test_a_closed_group_hides_what_is_in_it(panel: LayersPanel, document: Document) -> None:
    document.do(group_layers((1, 2), "group"))
    group = next(layer for layer in document.picture.walk() if layer.is_group)
    assert names(panel) == ["group", "above", "below"]
    panel.findChild(QListView).model().toggle_group(group.id)
    assert names(panel) == ["group"]


def test_the_blend_mode_is_chosen_from_the_list(panel: LayersPanel, document: Document) -> None:
    panel.mode.setFocus()
    QTest.keyClicks(panel.mode, "Mult")
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert document.picture.layer(2).mode is BlendMode.MULTIPLY
    document.undo()
    assert panel.mode.currentData() is BlendMode.NORMAL


@pytest.mark.parametrize(("button", "field"), [("lock", "locked"), ("alpha_lock", "alpha_locked")])
def test_locks_are_set_by_their_buttons(
    panel: LayersPanel, document: Document, button: str, field: str
) -> None:
    QTest.mouseClick(getattr(panel, button), LEFT)
    assert getattr(document.picture.layer(2), field)
