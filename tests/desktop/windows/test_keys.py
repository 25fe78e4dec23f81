"""Keys in the real window: pressed, changed, warned about, looked up."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QListView, QMessageBox, QScrollArea
from pytestqt.qtbot import QtBot

from desktop.actions import ROWS, plain
from desktop.gestures import GESTURES
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.windows.key_sheet import KeySheet
from desktop.windows.keys import KeysWindow
from tests.fakes import square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CTRL = Qt.KeyboardModifier.ControlModifier


def focus_canvas(qtbot: QtBot, shell: Shell) -> None:
    """As a click does, once the window has given the prompt its first focus."""
    qtbot.waitUntil(shell.window.edit.hasFocus)
    shell.window.canvas.setFocus(Qt.FocusReason.MouseFocusReason)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        focus_canvas(qtbot, shell)
        yield shell


@pytest.fixture
def window(qtbot: QtBot, shell: Shell) -> KeysWindow:
    shell.workbench.change_keys()
    (window,) = shell.window.findChildren(KeysWindow)
    qtbot.waitUntil(window.isVisible)
    return window


@pytest.fixture
def sheet(qtbot: QtBot, shell: Shell) -> KeySheet:
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_F1)
    (sheet,) = shell.window.findChildren(KeySheet)
    qtbot.waitUntil(sheet.isVisible)
    return sheet


def tool(shell: Shell) -> str:
    return shell.window.workbench.parts.hand.tool  # type: ignore[union-attr]


def press(window: KeysWindow, verb: str, key: str, place: int = 0) -> None:
    """Choose a verb and press a key for it."""
    window.choose(verb)
    window.editors[place].setKeySequence(QKeySequence(key))
    window.editors[place].editingFinished.emit()


def test_the_canvas_has_the_keys_of_zoom_and_of_tools(qtbot: QtBot, shell: Shell) -> None:
    canvas, scales = shell.window.canvas, list[float]()
    canvas.zoom_to(2.0)
    canvas.zoomed.connect(scales.append)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_1):
        qtbot.keyClick(canvas, key, CTRL)
    assert scales == [3.0, 2.0, 1.0]
    qtbot.keyClick(canvas, Qt.Key.Key_B)
    assert tool(shell) == "brush"


@pytest.mark.parametrize("scheme", ["easel", "krita", "photoshop"])
def test_delete_clears_the_layer_on_the_canvas_and_deletes_one_in_the_list(
    qtbot: QtBot, shell: Shell, scheme: str
) -> None:
    document, parts = shell.studio.document, shell.workbench.parts
    shell.workbench.keymap.choose(scheme)
    for name in ("below", "above"):
        shell.studio.place_pixels(square(3, 40, 40), name)
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_Delete)
    assert [layer.raster.is_empty for layer in document.picture.layers] == [False, True]
    found = parts.layers.findChild(QListView)
    found.setFocus()
    qtbot.keyClick(found, Qt.Key.Key_Delete)
    assert [layer.name for layer in document.picture.layers] == ["below"]


def test_delete_discards_a_picture_of_the_tray_before_it_clears(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.keymap.choose("krita")
    shell.studio.place_pixels(square(3, 40, 40), "painted")
    shell.window.prompt.generate()
    qtbot.waitUntil(lambda: not shell.studio.busy and len(shell.studio.candidates.items) > 1)
    count = len(shell.studio.candidates.items)
    shell.window.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    shell.studio.candidates.choose(0)
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_Delete)
    assert len(shell.studio.candidates.items) == count - 1
    assert not shell.studio.document.picture.layers[0].raster.is_empty


def test_tab_on_the_canvas_hides_all_else_and_brings_it_back(qtbot: QtBot, shell: Shell) -> None:
    canvas, around = shell.window.canvas, (shell.window.prompt, shell.window.layers)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert not any(part.isVisible() for part in around)
    assert canvas.hasFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert all(part.isVisible() for part in around)


def test_tab_goes_on_from_the_canvas_for_whoever_came_by_tab(qtbot: QtBot, shell: Shell) -> None:
    canvas = shell.window.canvas
    shell.window.prompt.run.setFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert not canvas.hasFocus()
    assert shell.window.prompt.isVisible()


def test_another_scheme_works_at_once_and_is_remembered(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    shell.workbench.keymap.choose("krita")
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_F)
    assert tool(shell) == "fill"
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_T)
    assert tool(shell) == "move"
    assert Settings.load(paths.settings_file).key_scheme == "krita"


def test_keys_of_ones_own_are_there_at_the_next_start(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as first:
        focus_canvas(qtbot, first)
        first.workbench.keymap.give("hand.take:brush", ("P",))
    with open_shell(qtbot, paths, settings=Settings.load(paths.settings_file)) as second:
        focus_canvas(qtbot, second)
        qtbot.keyClick(second.window.canvas, Qt.Key.Key_P)
        assert tool(second) == "brush"
        tip = second.workbench.actions_by_verb["hand.take:brush"].toolTip()
        assert tip == "Brush (P)"


def test_a_free_key_is_given_without_a_question(
    qtbot: QtBot, shell: Shell, window: KeysWindow
) -> None:
    press(window, "hand.take:wand", "J", place=1)
    assert window.findChildren(QMessageBox) == []
    assert shell.workbench.keymap.keys["hand.take:wand"] == ("W", "J")
    window.restore.click()
    assert shell.workbench.keymap.keys["hand.take:wand"] == ("W",)


@pytest.mark.parametrize(
    ("answer", "owner"), [("Give it to “Wand”", "wand"), ("Leave it", "brush")]
)
def test_a_key_in_use_is_warned_about_and_given_only_on_an_answer(
    shell: Shell, window: KeysWindow, answer: str, owner: str
) -> None:
    press(window, "hand.take:wand", "B")
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "B belongs to “Brush”, which would have it no longer."
    (button,) = (button for button in box.buttons() if button.text() == answer)
    button.click()
    keys = shell.workbench.keymap.keys
    assert [verb for verb, each in keys.items() if "B" in each] == [f"hand.take:{owner}"]
    shown = window.editors[0].keySequence().toString()
    assert shown == keys["hand.take:wand"][0]


def test_a_key_that_is_pressed_in_the_editor_is_asked_about_once(
    qtbot: QtBot, shell: Shell, window: KeysWindow
) -> None:
    window.activateWindow()
    window.choose("hand.take:wand")
    for answer, key in ((1, Qt.Key.Key_B), (0, Qt.Key.Key_E)):
        window.editors[0].setFocus()
        qtbot.keyClick(window.editors[0], key)
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=PATIENCE)
        window.editors[1].setFocus()  # as a question does where the system gives it the focus
        (box,) = window.findChildren(QMessageBox)
        box.buttons()[answer].click()
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox), timeout=PATIENCE)
    keys = shell.workbench.keymap.keys
    assert keys["hand.take:brush"] == ("B",)
    assert keys["hand.take:wand"] == ("E",)
    assert not keys["hand.take:eraser"]


def test_verbs_are_found_by_name_and_by_key(window: KeysWindow) -> None:
    window.search.setText("merge down")
    assert window.found == ["layer.merge"]
    window.search.setText("ctrl+shift+i")
    assert window.found == ["select.invert"]


def test_the_wheel_is_set_here_too(shell: Shell, window: KeysWindow, paths: Paths) -> None:
    window.wheel.click()
    assert shell.window.canvas.wheel_scrolls
    assert Settings.load(paths.settings_file).wheel_scrolls


def test_the_sheet_shows_every_verb_that_has_a_key_and_every_gesture(
    shell: Shell, sheet: KeySheet
) -> None:
    keys = shell.workbench.keymap.keys
    verbs = [plain(row.text) for row in ROWS if keys[row.verb]]
    gestures = [gesture.text for gesture in GESTURES]
    words = [line.words for part in sheet.parts for line in part.lines]
    assert len(words) == len(verbs) + len(gestures)
    assert all(any(text.lower() in line for line in words) for text in verbs + gestures)


def test_the_sheet_follows_a_search_and_a_change(shell: Shell, sheet: KeySheet) -> None:
    def shown() -> list[str]:
        parts = (part for part in sheet.parts if not part.isHidden())
        return [line.words for part in parts for line in part.lines if not line.isHidden()]

    sheet.search.setText("straight")
    assert shown() == ["straight line from the last stroke shift+click"]
    sheet.search.setText("wand")
    assert shown() == ["wand w"]
    shell.workbench.keymap.give("hand.take:wand", ("J",))
    assert shown() == ["wand j"]
    sheet.search.setText("no such thing")
    assert shown() == []
    assert sheet.nothing.isVisibleTo(sheet)


def test_the_sheet_stands_in_as_few_columns_as_a_narrow_screen_has_room_for(
    qtbot: QtBot, sheet: KeySheet
) -> None:
    """The screen of the tests is 800 pixels wide, which three columns are not."""
    (area,) = sheet.findChildren(QScrollArea)

    def columns() -> int:
        return len({part.mapTo(sheet, part.rect().topLeft()).x() for part in sheet.parts})

    qtbot.waitUntil(lambda: columns() == 2, timeout=PATIENCE)
    qtbot.wait(50)
    assert area.horizontalScrollBar().maximum() == 0
    assert area.verticalScrollBar().maximum() > 0


def test_it_does_so_too_where_something_was_looked_for_while_it_grew(
    qtbot: QtBot, sheet: KeySheet
) -> None:
    sheet.resize(900, 500)
    area = sheet.findChildren(QScrollArea)[0]
    sheet.search.setText("zoom")  # which finishes it, with most of its lines hidden
    qtbot.wait(50)
    sheet.search.clear()
    qtbot.waitUntil(lambda: bool(sheet.parts) and area.horizontalScrollBar().maximum() == 0)


def test_f1_closes_the_sheet_again(qtbot: QtBot, sheet: KeySheet) -> None:
    qtbot.keyClick(sheet, Qt.Key.Key_F1)
    assert not sheet.isVisible()


def test_f1_twice_in_one_turn_opens_one_sheet(qtbot: QtBot, shell: Shell) -> None:
    for _ in range(2):
        shell.workbench.show_keys()
    qtbot.wait(100)
    assert len([each for each in shell.window.findChildren(KeySheet) if each.isVisible()]) == 1
