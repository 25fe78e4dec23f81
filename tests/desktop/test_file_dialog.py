"""A dialog that asks for a file comes a turn after it was made, once, and goes when it is done."""

import ast
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.file_dialog import open_soon

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise")

DESKTOP = Path(__file__).resolve().parents[2] / "desktop"


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    return owner


def test_a_dialog_comes_in_the_next_turn_and_goes_when_it_is_closed(
    qtbot: QtBot, owner: QWidget
) -> None:
    open_soon(dialog := QFileDialog(owner))
    assert not dialog.isVisible(), "to make it has taken this turn"
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.isModal()
    dialog.reject()
    qtbot.waitUntil(lambda: not owner.findChildren(QFileDialog))


def test_who_asks_twice_in_a_turn_is_asked_once(qtbot: QtBot, owner: QWidget) -> None:
    open_soon(QFileDialog(owner))
    open_soon(second := QFileDialog(owner))
    qtbot.waitUntil(second.isVisible)
    assert owner.findChildren(QFileDialog) == [second]


def test_who_is_closed_before_it_opens_is_not_asked(qtbot: QtBot, owner: QWidget) -> None:
    open_soon(QFileDialog(owner))
    owner.close()
    qtbot.waitUntil(lambda: not owner.findChildren(QFileDialog))
    assert not any(isinstance(each, QFileDialog) for each in QApplication.topLevelWidgets())


def opened_at_once(source: str) -> bool:
    """Whether a module makes a dialog of files and opens something by itself."""
    tree = ast.parse(source)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return "QFileDialog" in called and bool(called & {"dialog.open", "dialog.show"})


def test_every_dialog_is_opened_by_the_one_that_waits_a_turn() -> None:
    sources = [each.read_text(encoding="utf-8") for each in DESKTOP.rglob("*.py")]
    assert sum("open_soon(dialog)" in each for each in sources) > 8
    assert not any(map(opened_at_once, sources))
    assert opened_at_once("dialog = QFileDialog(self)\ndialog.open()"), "the control"
