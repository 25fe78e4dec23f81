"""The rim of the brush around the pointer: what of the canvas it covers, and how it is drawn.

It follows every move of the hand. So the rim of a large brush is an image that is made once, and a
few strips along it are drawn again, not the disc.
"""

from functools import lru_cache
from itertools import pairwise
from math import ceil, cos, pi, sqrt

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion

RING = 4
"""Logical pixels on either side of the rim that are drawn again when it moves."""

WHOLE = 48
"""Radius below which the whole brush is drawn again and not its rim alone."""

LARGEST_IMAGE = 800
"""Radius up to which the rim is kept as an image: 10 MiB."""

STRIPS = 14

DARK, LIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255, 220)


def rim_region(centre: QPointF, radius: float) -> QRegion:
    """Return the logical pixels that the rim of a brush covers, or a few more."""
    if radius < WHOLE:
        return QRegion(rim_box(centre, radius))
    return _strips(ceil(radius)).translated(round(centre.x()), round(centre.y()))


def rim_box(centre: QPointF, radius: float) -> QRect:
    """Return the rectangle around them: quicker to draw where what is inside is drawn anyway."""
    reach = radius + RING
    return QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach).toAlignedRect()


def draw_rim(painter: QPainter, centre: QPointF, radius: float, ratio: float) -> None:
    """Draw the rim around the pointer, dark and light; ratio: device pixels per logical one."""
    if WHOLE <= radius <= LARGEST_IMAGE:
        reach = ceil(radius) + RING
        corner = QPointF(round(centre.x()) - reach, round(centre.y()) - reach)
        painter.drawImage(corner, _image(radius, ratio))
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
def _image(radius: float, ratio: float) -> QImage:
    reach = ceil(radius) + RING
    side = ceil(2 * reach * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        _draw(painter, QPointF(reach, reach), radius)
    return image


@lru_cache(maxsize=4)
def _strips(radius: int) -> QRegion:
    """Return rectangles that cover a ring around the origin."""
    outer, inner = radius + RING, radius - RING - 1
    edges = [round(-outer * cos(pi * n / STRIPS)) for n in range(STRIPS + 1)]
    found = QRegion()
    for top, bottom in pairwise(edges):
        near = 0 if top < 0 < bottom else min(abs(top), abs(bottom))
        far = max(abs(top), abs(bottom))
        right = ceil(sqrt(outer * outer - near * near))
        left = int(sqrt(max(0, inner * inner - far * far)))
        found = found.united(QRect(-right, top, right - left, bottom - top))
        found = found.united(QRect(left, top, right - left, bottom - top))
    return found
