"""A window that comes into view waits a turn, for it may just have been made; one is enough."""

import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.windows.beside import bring, show_beside

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise")


def test_a_kept_window_comes_into_view_in_the_next_turn(qtbot: QtBot) -> None:
    window = QDialog()
    qtbot.addWidget(window)
    for _ in range(2):
        bring(window)
        assert not window.isVisible(), "to make it may have taken this turn"
        bring(window)  # a second press before it is there
        qtbot.waitUntil(window.isVisible)
        bring(window)
        assert window.isVisible()
        window.close()


def test_a_window_that_is_higher_than_the_screen_is_shown_whole(qtbot: QtBot) -> None:
    window = QDialog()
    qtbot.addWidget(window)
    window.resize(300, 5000)
    show_beside(window)
    qtbot.waitUntil(window.isVisible)
    assert (window.width(), window.height()) == (300, window.screen().availableSize().height() - 36)


def test_of_a_kind_that_stands_beside_the_picture_one_is_open(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    first = QDialog(owner)
    show_beside(first)
    qtbot.waitUntil(first.isVisible)
    second = QDialog(owner)
    show_beside(second)
    qtbot.waitUntil(second.isVisible)
    assert [each for each in owner.findChildren(QDialog) if each.isVisible()] == [second]
