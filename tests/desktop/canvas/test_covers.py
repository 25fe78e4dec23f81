"""What lies over the canvas is painted when it changes, not whenever the canvas does."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.canvas.covers import CORNER, uncovered

WHOLE = QRegion(0, 0, 100, 80)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    return parent


@pytest.fixture
def cover(parent: QWidget) -> QWidget:
    cover = QWidget(parent)
    cover.setGeometry(QRect(10, 40, 80, 40))
    cover.show()
    return cover


def test_what_a_cover_hides_is_left_out_but_for_its_corners(cover: QWidget) -> None:
    region = uncovered(WHOLE, [cover], 2.0)
    hidden = cover.geometry()
    assert not region.intersects(hidden.adjusted(CORNER, 0, -CORNER, 0))
    assert not region.intersects(hidden.adjusted(0, CORNER, 0, -CORNER))
    assert region.united(hidden) == WHOLE
    for corner in (hidden.topLeft(), hidden.topRight(), hidden.bottomLeft(), hidden.bottomRight()):
        assert region.contains(corner)


def test_a_hidden_cover_hides_nothing(cover: QWidget) -> None:
    cover.hide()
    assert uncovered(WHOLE, [cover], 1.0) == WHOLE


def test_nothing_is_left_out_where_edges_lie_between_the_pixels_of_a_screen(cover: QWidget) -> None:
    assert uncovered(WHOLE, [cover], 1.25) == WHOLE
