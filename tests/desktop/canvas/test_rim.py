"""The rim of a brush: what is drawn again when it moves holds all of it, and not much more."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.rim import WHOLE, draw_rim, rim_region

SIDE = 700
MIDDLE = QPointF(350, 350)
PLACES = [QPointF(350, 350), QPointF(340.4, 361.7)]


def drawn(centre: QPointF, radius: float, clipped: bool = False) -> np.ndarray:
    """The alpha of the rim on nothing, within its region or wherever it goes."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        if clipped:
            painter.setClipRegion(rim_region(centre, radius))
        draw_rim(painter, centre, radius, 1.0)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 3].copy()


@pytest.mark.parametrize("radius", [2.0, 10.0, WHOLE - 1, WHOLE, WHOLE + 0.5, 100.0, 250.5, 333.0])
@pytest.mark.parametrize("centre", PLACES)
def test_no_part_of_the_rim_lies_outside_its_region(radius: float, centre: QPointF) -> None:
    whole = drawn(centre, radius)
    assert whole.any()
    assert np.array_equal(drawn(centre, radius, clipped=True), whole)


def test_a_region_of_another_size_would_be_noticed() -> None:
    image = drawn(MIDDLE, 100.0)
    inside = rim_region(MIDDLE, 120.0)
    rows, columns = np.nonzero(image)
    assert not all(
        inside.contains(QPointF(x, y).toPoint())
        for x, y in zip(columns.tolist(), rows.tolist(), strict=True)
    )


def test_the_region_of_a_large_brush_is_a_ring_and_not_its_disc() -> None:
    area = sum(rect.width() * rect.height() for rect in rim_region(MIDDLE, 250.0))
    assert area < 0.35 * 500 * 500


@pytest.mark.parametrize("radius", [10.0, 100.0])
def test_the_rim_is_dark_outside_and_light_inside(radius: float) -> None:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    with QPainter(image) as painter:
        draw_rim(painter, MIDDLE, radius, 1.0)
    line = [image.pixelColor(round(350 - radius) + step, 350).lightness() for step in range(-3, 5)]
    assert min(line) < line[0] - 30
    assert max(line) > line[0] + 30
    assert line.index(min(line)) < line.index(max(line))
