"""The rim of a brush: what is drawn again when it moves holds all of it."""

from math import ceil

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.rim import RING, SMALLEST_IMAGE, draw_rim, rim_box, rim_image

SIDE = 700
MIDDLE = QPointF(350, 350)
RADII = [2.0, 10.0, SMALLEST_IMAGE - 1, SMALLEST_IMAGE, SMALLEST_IMAGE + 0.5, 100.0, 250.5, 333.0]
PLACES = [QPointF(350, 350), QPointF(340.4, 361.7)]


def drawn(centre: QPointF, radius: float, clipped: bool = False) -> np.ndarray:
    """The alpha of the rim on nothing, within its region or wherever it goes."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        if clipped:
            painter.setClipRect(rim_box(centre, radius))
        draw_rim(painter, centre, radius, 1.0)
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4)[..., 3].copy()


@pytest.mark.parametrize("radius", RADII)
@pytest.mark.parametrize("centre", PLACES)
def test_no_part_of_the_rim_lies_outside_its_box(radius: float, centre: QPointF) -> None:
    whole = drawn(centre, radius)
    assert whole.any()
    assert np.array_equal(drawn(centre, radius, clipped=True), whole)


@pytest.mark.parametrize("radius", RADII[3:])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_all_of_the_image_is_drawn(radius: float, ratio: float) -> None:
    """By parts, which leave out nothing but its empty middle."""
    side, corner = round(SIDE * ratio), 350 - ceil(radius) - RING
    made, wanted = (QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied) for _ in "ab")
    for image in (made, wanted):
        image.fill(Qt.GlobalColor.transparent)
        image.setDevicePixelRatio(ratio)
    with QPainter(made) as painter:
        draw_rim(painter, MIDDLE, radius, ratio)
    with QPainter(wanted) as painter:
        painter.drawImage(corner, corner, rim_image(radius, ratio))
    assert made == wanted


def test_a_box_of_another_size_would_be_noticed() -> None:
    rows, _ = np.nonzero(drawn(MIDDLE, 100.0))
    assert rows.min() < rim_box(MIDDLE, 90.0).top()


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
