"""How an idea is drawn in its place."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from desktop.controls.source_well import MARGIN, draw_source
from desktop.source import Source
from desktop.theme import LIGHT, palette

SIDE = 40


@pytest.mark.parametrize("words", ["a woodcut", "Sonnenuntergangsstimmung", "a red apple"])
def test_no_word_in_a_well_is_cut(qtbot: QtBot, words: str) -> None:
    shown = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    shown.fill(QColor(LIGHT.hover))
    with QPainter(shown) as painter:
        source = Source(name=words, text=words)
        draw_source(painter, QRect(0, 0, SIDE, SIDE), source, QPixmap(), palette(LIGHT))

    def ink(columns: range) -> int:
        return sum(shown.pixelColor(x, y).lightness() < 120 for x in columns for y in range(SIDE))

    assert ink(range(SIDE)) > 20
    # A word that was cut would stand at both edges of its room.
    at_left, at_right = (ink(range(x, x + 1)) for x in (MARGIN, SIDE - MARGIN - 1))
    assert min(at_left, at_right) == 0
