"""What is drawn by strips is what is drawn at once, and no other thread is woken for it."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.canvas.strips import STRIP, draw_by_strips, strips
from desktop.canvas.view import CanvasView
from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

AREA = QRect(10, 7, 400, 3 * STRIP + 11)


def noise() -> QImage:
    words = np.random.default_rng(1).integers(0, 2**32, (256, 256), dtype=np.uint32)
    words |= np.uint32(0xFF000000)
    return QImage(words.data, 256, 256, 1024, QImage.Format.Format_RGB32).copy()


def drawn(scale: float, at_once: bool) -> np.ndarray:
    made, image = QImage(600, 500, QImage.Format.Format_RGB32), noise()
    made.fill(Qt.GlobalColor.gray)
    with QPainter(made) as painter:
        painter.scale(scale, scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

        def draw() -> None:
            painter.drawImage(QRectF(AREA), image)
            painter.fillRect(QRectF(40.3, 7, 3, 250.5), QColor(0, 0, 0, 160))

        if at_once:
            draw()
        else:
            draw_by_strips(painter, AREA, draw)
    return np.frombuffer(made.constBits(), np.uint8).copy()


def test_strips_follow_one_another_and_none_is_high() -> None:
    found = list(strips(-3, 2 * STRIP + 5))
    assert [row for row, _ in found] == [-3, STRIP - 3, 2 * STRIP - 3]
    assert sum(rows for _, rows in found) == 2 * STRIP + 8
    assert max(rows for _, rows in found) <= STRIP
    assert list(strips(4, 4)) == []


@pytest.mark.parametrize("scale", [1.0, 0.5, 1.5])
def test_by_strips_the_same_is_drawn(scale: float) -> None:
    assert np.array_equal(drawn(scale, at_once=False), drawn(scale, at_once=True))


def test_nothing_is_drawn_of_nothing_and_afterwards_nothing_is_clipped() -> None:
    image, called = QImage(300, 300, QImage.Format.Format_RGB32), list[int]()
    with QPainter(image) as painter:
        draw_by_strips(painter, QRect(), lambda: called.append(1))
        assert called == []
        draw_by_strips(painter, AREA, lambda: called.append(1))
        assert len(called) == 4
        assert not painter.hasClipping()


def woken() -> int:
    """How often threads of Qt's pool in this process have gone to sleep again."""
    told = 0
    for task in Path("/proc/self/task").iterdir():
        if "pooled" in (task / "comm").read_text():
            lines = (task / "status").read_text().splitlines()
            told += next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
    return told


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="Qt shares out among processors")
@pytest.mark.parametrize("scale", [0.6, 1.0])
def test_no_other_thread_draws_the_canvas(qtbot: QtBot, scale: float) -> None:
    document = Document(Picture(Rect(100, 100, 900, 900)))
    pixels = np.random.default_rng(2).integers(0, 256, (1200, 1200, 3), dtype=np.uint8)
    document.do(place_image(pixels, Rect(0, 0, 1200, 1200), "a"))
    view = CanvasView(document)
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    qtbot.waitExposed(view)
    view.zoom_to(scale)
    QWidget.grab(view)
    qtbot.waitUntil(lambda: view.complete)
    qtbot.wait(50)
    before = woken()
    for step in range(10):
        view.show_brush(QPointF(300 + step, 300), 250 * scale)
        view.repaint()
    qtbot.wait(50)
    assert woken() - before <= 2
    # The control: as many images, each reduced in one piece.
    made = QImage(600, 600, QImage.Format.Format_RGB32)
    with QPainter(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for _ in range(10):
            painter.drawImage(QRect(QPoint(0, 0), view.size() / 2), noise())
    qtbot.wait(50)
    assert woken() - before > 2
