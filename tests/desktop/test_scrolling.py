"""A part of a window that scrolls: what is in it is painted once when it comes into view."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.scrolling import scrolling
from tests.told import Told

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

GROUND = QColor("#a0c0e0")


def page_of(labels: int) -> tuple[QWidget, list[QLabel]]:
    page = QWidget()
    column = QVBoxLayout(page)
    made = [QLabel(f"line {number}") for number in range(labels)]
    for label in made:
        column.addWidget(label)
    return page, made


def times_painted(qtbot: QtBot, area: QScrollArea, label: QLabel) -> int:
    """How often a label is painted when the page that it is on is chosen again."""
    window, stack, other = QWidget(), QStackedWidget(), QLabel("another page")
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(stack)
    stack.addWidget(other)
    stack.addWidget(area)
    window.resize(300, 200)
    with qtbot.waitExposed(window):
        window.show()
    paintings = Told(QEvent.Type.Paint, label)
    for shown in (area, other, area):  # the first time gives it its style and its place
        paintings.count = 0
        stack.setCurrentWidget(shown)
        qtbot.wait(50)
    return paintings.count


def test_what_comes_into_view_is_painted_once(qtbot: QtBot) -> None:
    page, labels = page_of(4)
    assert times_painted(qtbot, scrolling(page, "lines"), labels[1]) == 1


def test_with_a_ground_of_its_own_qt_paints_it_twice(qtbot: QtBot) -> None:
    """The control: why the ground is left to what is around."""
    page, labels = page_of(4)
    area = scrolling(page, "lines")
    for each in (page, area.viewport()):
        each.setAutoFillBackground(True)
    assert times_painted(qtbot, area, labels[1]) == 2


def test_what_is_around_is_its_ground(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    colours = QPalette()
    colours.setColor(QPalette.ColorRole.Window, GROUND)
    window.setPalette(colours)
    page, labels = page_of(40)
    area = scrolling(page, "lines")
    QVBoxLayout(window).addWidget(area)
    window.resize(300, 200)
    with qtbot.waitExposed(window):
        window.show()
    beside = labels[0].mapTo(window, QPoint(200, 2))
    assert window.grab().toImage().pixelColor(beside) == GROUND
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    image = window.grab().toImage()
    assert image.pixelColor(beside) == GROUND, "and nothing of what scrolled away is left"
    assert labels[-1].visibleRegion().boundingRect().height() > 0
    assert labels[0].visibleRegion().isEmpty()
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
