"""A new value of a bar is painted with everything else, not by itself and at once."""

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.progress_bar import ProgressBar


class Beside(QWidget):
    """Counts how often it is painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.painted = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.painted += 1


def painted_beside(qtbot: QtBot, bar: QProgressBar) -> tuple[int, int]:
    """How often a neighbour is painted while three values come, and when the turn is over."""
    window = QWidget()
    qtbot.addWidget(window)
    beside = Beside(window)
    bar.setParent(window)
    bar.setGeometry(0, 40, 100, 20)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: beside.painted > 0)
    before = beside.painted
    for value in (1, 2, 3):
        beside.update()
        if isinstance(bar, ProgressBar):
            bar.show_share(value, 3)
        else:
            bar.setRange(0, 3)
            bar.setValue(value)
    at_once = beside.painted - before
    qtbot.waitUntil(lambda: beside.painted > before)
    assert (bar.value(), bar.maximum()) == (3, 3)
    return at_once, beside.painted - before


def test_values_that_come_together_are_painted_once(qtbot: QtBot) -> None:
    assert painted_beside(qtbot, ProgressBar()) == (0, 1)


def test_the_control_paints_its_neighbours_with_each_value(qtbot: QtBot) -> None:
    at_once, _ = painted_beside(qtbot, QProgressBar())
    assert at_once >= 3
