"""Every window at once: each control is named, can be reached by keys, and shows text as text."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QSpinBox,
    QToolBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

import desktop
from desktop.controls.number_margin import LEFT
from desktop.model_keeper import ModelKeeper
from desktop.paths import Paths
from desktop.windows.licence import LicenceWindow
from desktop.windows.models import ModelsWindow
from desktop.windows.recovery import RecoveryWindow
from engine.families.offers import OFFERS
from tests.shell import Shell, open_shell
from tests.translate import FOLDER, file_of, messages

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise")

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
PARTS_OF_QT = (QAbstractSpinBox, QComboBox, QDockWidget, QLineEdit)
WINDOWS = {
    "AboutWindow", "AdjustmentWindow", "ExportWindow", "ExtendWindow", "FailureWindow",
    "GuideWindow", "KeySheet", "KeysWindow", "LicenceWindow", "MainWindow", "ModelsWindow",
    "RecoveryWindow", "ReshapeWindow", "SelectionsWindow", "SettingsWindow",
}  # fmt: skip


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def open_all(qtbot: QtBot, shell: Shell, paths: Paths) -> None:
    """Open every window that there is, over a picture with a layer and with results."""
    shell.studio.place_pixels(np.full((8, 8, 4), 9, np.uint8), "a")
    verbs = shell.workbench.actions_by_verb
    verbs["adjust.begin:levels"].trigger()
    verbs["select.all"].trigger()
    verbs["reshape.begin:grow"].trigger()
    for name in ("settings.show", "window.change_keys", "window.show_keys", "window.show_guide"):
        verbs[name].trigger()
    for name in ("window.selections", "window.extend", "window.about", "exchange.export"):
        verbs[name].trigger()
    shell.window.failure.report("x")
    keeper = ModelKeeper(paths, Mock(), parent=shell.window)
    licences = paths.resources / "licences"
    ModelsWindow(shell.window, keeper, licences).show()
    with_text = next(each for each in OFFERS if each.family.licence_file)
    LicenceWindow(shell.window, with_text, licences, asks=True).show()
    RecoveryWindow(shell.window).show()
    shell.paint(qtbot)
    shell.workbench.pages.show_gallery(True)


def of_ours(root: QWidget) -> Iterator[QWidget]:
    """Every widget below `root` but the inner parts of Qt's own."""
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar | QHeaderView)
        popup = "QComboBoxPrivateContainer" in str(widget.window().metaObject().className())
        named = widget.objectName().startswith("qt_")
        if not (inner or popup or named or isinstance(widget.parent(), PARTS_OF_QT)):
            yield widget


def controls(root: QWidget) -> Iterator[QWidget]:
    return (widget for widget in of_ours(root) if isinstance(widget, CONTROLS))


def nameless(root: QWidget) -> set[str]:
    """Controls that a screen reader has no word for; the text of a button is one."""
    return {
        said(widget)
        for widget in controls(root)
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text().strip())
    }


def out_of_reach(root: QWidget) -> set[str]:
    """Controls that Tab leaves out, but those of a tool bar, whose verbs have keys and a menu."""
    return {
        f"{said(widget)}: {widget.accessibleName()}"
        for widget in controls(root)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parent(), QToolBar)
    }


def maybe_markup(root: QWidget, known: Iterable[str]) -> set[str]:
    """Labels that would take markup and show what is not one of Easel's own fixed texts."""
    return {
        f"{said(widget)}: {widget.text()!r}"
        for widget in of_ours(root)
        if isinstance(widget, QLabel)
        and widget.textFormat() != Qt.TextFormat.PlainText
        and widget.text().replace("&", "") not in known
    }


def cramped(root: QWidget) -> set[str]:
    """Number boxes whose number stands at their very border."""
    boxes = (widget for widget in of_ours(root) if isinstance(widget, QAbstractSpinBox))
    lines = ((box, box.lineEdit()) for box in boxes)
    return {said(box) for box, line in lines if line and line.textMargins().left() < LEFT}


def turning(root: QWidget) -> set[str]:
    """Controls that a turn of the wheel changes although they do not have the focus."""
    found = set[str]()
    for widget in of_ours(root):
        if isinstance(widget, QAbstractSlider | QAbstractSpinBox | QComboBox):
            assert not widget.hasFocus()
            before = value_of(widget)
            for turn in (-120, 120):
                turn_wheel(widget, turn)
                if value_of(widget) != before:
                    found.add(f"{said(widget)}: {widget.accessibleName()}")
    return found


def value_of(widget: QWidget) -> object:
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    assert isinstance(widget, QAbstractSlider | QAbstractSpinBox)
    return widget.value() if isinstance(widget, QAbstractSlider) else widget.text()


def turn_wheel(widget: QWidget, angle: int) -> None:
    at, turn = QPointF(widget.rect().center()), QPoint(0, angle)
    nobody, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    seen = widget.mapToGlobal(at)
    event = QWheelEvent(at, seen, QPoint(), turn, nobody, keys, phase, False)
    QApplication.sendEvent(widget, event)


def said(widget: QWidget) -> str:
    owner = type(widget.parent()).__name__
    return f"{type(widget).__name__} in {owner} of {type(widget.window()).__name__}"


def test_every_control_of_every_window_is_named_reached_and_plain(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    open_all(qtbot, shell, paths)
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    assert {type(each).__name__ for each in shown} >= WINDOWS
    known = {each.source.replace("&", "") for each in messages(FOLDER / file_of("de"))} | {""}
    assert nameless(shell.window) == set()
    assert out_of_reach(shell.window) == set()
    assert maybe_markup(shell.window, known) == set()
    assert cramped(shell.window) == set()
    shell.window.canvas.setFocus()
    assert turning(shell.window) == set()


def test_what_has_no_name_no_key_and_takes_markup_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    line, label = QLineEdit(), QLabel("<b>a file</b>")
    line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    column = QVBoxLayout(window)
    box = QSpinBox()
    box.setAccessibleName("a number")
    column.addWidget(box)
    column.addWidget(line)
    column.addWidget(label)
    assert len(nameless(window)) == len(out_of_reach(window)) == 1
    assert len(maybe_markup(window, {"a file"})) == 1
    assert len(cramped(window)) == 1
    label.setTextFormat(Qt.TextFormat.PlainText)
    assert maybe_markup(window, set()) == set()
    assert len(turning(window)) == 1


LOSES_DATA = {"QMessageBox"}
"""What may be modal beside file dialogs: questions (`desktop.windows.questions`) that are asked
where something may be lost."""

ASKING = ("QMessageBox.", "QInputDialog.", "QFileDialog.get", "QColorDialog.get", "QFontDialog.get")
"""Beginnings of calls that come back with an answer."""


def modal(windows: Iterable[QWidget]) -> set[str]:
    """Kinds of windows that let nothing else be used, but those that may."""
    held = {type(each).__name__ for each in windows if each.isVisible() and each.isModal()}
    return held - LOSES_DATA - {"QFileDialog"}


def blocking(source: str) -> list[str]:
    """Calls that wait for a person in the middle of the program, or make a window modal."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [ast.unparse(node) for node in calls]
    return [
        call
        for call in said
        if re.search(r"\.(exec|exec_|setWindowModality)\(|\.setModal\(True", call)
        or call.startswith(ASKING)
    ]


def test_nothing_is_modal_but_what_would_lose_data(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    open_all(qtbot, shell, paths)
    assert modal(QApplication.topLevelWidgets()) == set()


def test_a_modal_window_is_found(qtbot: QtBot) -> None:
    """The control."""
    window = QDialog()
    qtbot.addWidget(window)
    window.open()
    assert modal([window]) == {"QDialog"}
    window.setModal(False)
    window.show()
    assert modal([window]) == set()


def test_nothing_waits_for_an_answer_in_the_middle_of_the_program() -> None:
    folder = Path(desktop.__file__).parent
    found = {
        f"{path.relative_to(folder)}: {call}"
        for path in folder.rglob("*.py")
        for call in blocking(path.read_text(encoding="utf-8"))
    }
    drag = "controls/tile.py: drag.exec(Qt.DropAction.CopyAction)"
    assert found == {"app.py: program.app.exec()", drag}


def test_what_waits_for_an_answer_is_found() -> None:
    """The control."""
    source = "QMessageBox.question(w, 'a', 'b')\ndialog.exec()\nw.setModal(True)\nw.setModal(False)"
    assert len(blocking(source)) == 3
