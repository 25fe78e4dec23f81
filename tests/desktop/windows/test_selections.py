"""The window of saved selections: what is saved can be taken up, combined and deleted."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.selection_edits import Combine, deselect, select
from desktop.windows.selections import SelectionsWindow

LEFT, RIGHT = Rect(0, 0, 40, 40), Rect(40, 0, 40, 40)


@pytest.fixture
def document() -> Document:
    return Document(Picture(Rect(0, 0, 80, 80), selection=Channel.of_rect(LEFT)))


@pytest.fixture
def window(qtbot: QtBot, document: Document) -> Iterator[SelectionsWindow]:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = SelectionsWindow(parent, document)
    yield window
    window.reject()
    assert document.listeners == []


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_selection_is_saved_taken_up_added_to_and_deleted(
    qtbot: QtBot, document: Document, window: SelectionsWindow
) -> None:
    assert not window.save.isEnabled()
    qtbot.keyClicks(window.name, "left half")
    click(qtbot, window.save)
    assert window.chosen == "left half"
    document.do(select(Channel.of_rect(RIGHT)))
    click(qtbot, window.take[Combine.ADD])
    assert document.picture.selection is not None
    assert document.picture.selection.bounds() == LEFT.united(RIGHT)
    document.do(deselect())
    click(qtbot, window.take[Combine.REPLACE])
    assert document.picture.selection is not None
    assert document.picture.selection.bounds() == LEFT
    click(qtbot, window.delete)
    assert document.picture.saved == ()
    assert not window.delete.isEnabled()
    document.undo()
    assert window.chosen == "left half"


def test_without_a_selection_there_is_nothing_to_save(
    qtbot: QtBot, document: Document, window: SelectionsWindow
) -> None:
    document.do(deselect())
    qtbot.keyClicks(window.name, "nothing")
    qtbot.keyClick(window.name, Qt.Key.Key_Return)
    assert not window.save.isEnabled()
    assert document.picture.saved == ()
