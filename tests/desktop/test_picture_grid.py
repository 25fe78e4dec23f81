"""A grid of pictures keeps its places square and comes to rest at every height of its area."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.picture_grid import SCROLL_BAR, PictureGrid
from desktop.controls.scrolling import scrolling
from tests.fakes import square


def test_a_scroll_bar_that_comes_does_not_make_itself_go_again(qtbot: QtBot) -> None:
    """Without the rule this recursed until the program had no stack left."""
    stage = QWidget()
    column = QVBoxLayout(stage)
    grid = PictureGrid("ideas", 4)
    column.addWidget(grid)
    column.addStretch(1)
    area = scrolling(stage, "ideas")
    qtbot.addWidget(area)
    area.show()
    grid.show_pictures([square(n, 8, 8) for n in range(12)])
    sizes = 0
    for height in range(150, 260):
        area.resize(262, height)
        for _ in range(3):
            QCoreApplication.processEvents()
        before = grid.size()
        QCoreApplication.processEvents()
        assert grid.size() == before, f"it goes on moving at {height}"
        wanted = grid.sizeHint().height()
        assert wanted <= grid.height() <= wanted + 3 * SCROLL_BAR
        sizes += 1
    assert sizes == 110
