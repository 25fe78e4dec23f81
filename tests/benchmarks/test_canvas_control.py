"""The control of the canvas is a fair one: it paints what the brush paints, within few levels."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.canvas.pixmaps import pixels_from_image
from desktop.document.brush import Brush
from desktop.document.geometry import Rect
from desktop.document.raster import Pixels, Raster
from desktop.document.stroke import painting
from tests.benchmarks.canvas_control import HARDNESS, SPACING, LineCanvas, PlainCanvas

AREA = Rect(0, 0, 512, 384)
WAY = [(120, 130), (137, 130), (140, 130), (140, 171), (260, 171)]
"""To the right and down, so that dabs of an even distance lie at whole pixels."""

CLOSE = 4
"""Levels of 255: the dab is an image of 8 bits, and several lie over one another."""


def by_control(qtbot: QtBot, canvas: LineCanvas) -> Pixels:
    qtbot.addWidget(canvas)
    canvas.resize(AREA.width, AREA.height)
    places = [QPoint(*place) for place in WAY]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    return pixels_from_image(canvas.image.copy(0, 0, AREA.width, AREA.height))


def by_brush(size: float) -> Pixels:
    white = Raster.empty().filled((255, 255, 255, 255), AREA)
    stroke = painting(
        white, Brush(size=size, hardness=HARDNESS, spacing=SPACING), colour=(255, 0, 0)
    )
    for x, y in WAY:
        stroke.move_to(x, y)
    return stroke.plane.read(AREA)


def apart(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one.astype(int) - other).max())


@pytest.mark.parametrize("size", [20.0, 40.0, 100.0, 200.0])
def test_the_control_paints_what_the_brush_paints(qtbot: QtBot, size: float) -> None:
    assert apart(by_control(qtbot, PlainCanvas(size)), by_brush(size)) <= CLOSE


def test_a_hard_line_is_something_else(qtbot: QtBot) -> None:
    assert apart(by_control(qtbot, LineCanvas(40.0)), by_brush(40.0)) > 10 * CLOSE
