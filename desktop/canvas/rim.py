"""The rim of the brush around the pointer: what of the canvas it covers, and how it is drawn.

It follows every move of the hand. So the rim of a large brush is an image that is made once.
"""

from functools import lru_cache
from math import ceil, floor, sqrt

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

RING = 4
"""Logical pixels beyond the rim that are drawn again when it moves."""

SMALLEST_IMAGE = 48
"""Radius below which a rim is drawn in the time of an image."""

LARGEST_IMAGE = 800
"""Radius up to which the rim is kept as an image: 10 MiB."""

DARK, LIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255, 220)


def rim_box(centre: QPointF, radius: float) -> QRect:
    """Return the logical pixels that are drawn again: a copy of them is quicker than their rim."""
    reach = radius + RING
    return QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach).toAlignedRect()


def draw_rim(painter: QPainter, centre: QPointF, radius: float, ratio: float) -> None:
    """Draw the rim around the pointer, dark and light; ratio: device pixels per logical one."""
    if SMALLEST_IMAGE <= radius <= LARGEST_IMAGE:
        reach = ceil(radius) + RING
        left, top = round(centre.x()) - reach, round(centre.y()) - reach
        image = rim_image(radius, ratio)
        if ratio != int(ratio):  # lines of such an image do not lie between its pixels
            painter.drawImage(left, top, image)
            return
        for part, source in _parts(radius, int(ratio)):
            painter.drawImage(part.translated(left, top), image, source)
        return
    painter.save()
    _draw(painter, centre, radius)
    painter.restore()


def _draw(painter: QPainter, centre: QPointF, radius: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(DARK, 1))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(QPen(LIGHT, 1))
    painter.drawEllipse(centre, radius - 1, radius - 1)


@lru_cache(maxsize=1)
def _parts(radius: float, ratio: int) -> tuple[tuple[QRect, QRect], ...]:
    """Return rectangles that hold all of the rim and hardly half of its image.

    In logical pixels, and in those of the image, whose middle is nothing: a square in the rim.
    """
    reach = ceil(radius) + RING
    inner = floor((radius - RING) * sqrt(0.5))
    side, above, middle = 2 * reach, reach - inner, 2 * inner
    parts = (
        (0, 0, side, above),
        (0, above, above, middle),
        (side - above, above, above, middle),
        (0, side - above, side, above),
    )
    return tuple((QRect(*part), QRect(*(ratio * each for each in part))) for part in parts)


@lru_cache(maxsize=1)
def rim_image(radius: float, ratio: float) -> QImage:
    """Return the rim on nothing, with `RING` logical pixels around it."""
    reach = ceil(radius) + RING
    side = ceil(2 * reach * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        _draw(painter, QPointF(reach, reach), radius)
    return image
