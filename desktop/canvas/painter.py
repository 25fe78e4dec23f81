"""Draws what lies on the canvas: desk, checkerboard, layers, the tint of the mask.

Everything is snapped to device pixels, so that neighbouring tiles meet without a seam at any scale.
A turned view is drawn upright into an image first, which is then turned as a whole.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import ceil
from typing import TypeAlias

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QTransform

from desktop.canvas.scene import Scene, document_rect, level_for
from desktop.canvas.tiles import TileCache, covered, keys_over

SQUARE = 8
"""Side of a square of the checkerboard, in logical pixels."""

Paint: TypeAlias = Callable[[QPainter, Scene, QRect], None]
"""Draws the part of an upright scene that lies in a rectangle of logical pixels."""


def draw_ground(painter: QPainter, scene: Scene, area: QRect, palette: QPalette) -> None:
    """Fill `area`: a quiet desk, and a checkerboard where frame and layers are transparent.

    The squares stay put on the screen while the picture is panned.
    """
    window = palette.color(QPalette.ColorRole.Window)
    dark = window.lightness() < 128
    painter.fillRect(area, window.darker(118 if dark else 108))
    brush = QBrush(_checkerboard(window.rgb(), dark))
    for rect in (scene.picture.frame, scene.content):
        if rect.is_empty:
            continue
        if scene.viewport.is_upright:
            painter.fillRect(scene.in_view(rect), brush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawPolygon(scene.outline(rect))


@lru_cache(maxsize=4)
def _checkerboard(rgb: int, dark: bool) -> QImage:
    window = QColor.fromRgb(rgb)
    pattern = QImage(2 * SQUARE, 2 * SQUARE, QImage.Format.Format_RGB32)
    pattern.fill(window.lighter(118) if dark else QColor(Qt.GlobalColor.white))
    with QPainter(pattern) as squares:
        shade = window.lighter(136) if dark else window.darker(102)
        squares.fillRect(0, 0, SQUARE, SQUARE, shade)
        squares.fillRect(SQUARE, SQUARE, SQUARE, SQUARE, shade)
    return pattern


def draw_tiles(painter: QPainter, scene: Scene, caches: Sequence[TileCache], area: QRect) -> None:
    """Draw what the caches hold of `area` (logical pixels), one over the other."""

    def paint(onto: QPainter, upright: Scene, part: QRect) -> None:
        for cache in caches:
            _draw_upright(onto, upright, cache, part)

    if scene.viewport.is_upright:
        paint(painter, scene, area)
    else:
        _draw_turned(painter, scene, area, paint)


def _draw_upright(painter: QPainter, scene: Scene, cache: TileCache, area: QRect) -> None:
    painter.save()
    painter.scale(1 / scene.ratio, 1 / scene.ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.smooth)
    part = document_rect(scene.viewport, area).intersected(cache.bounds(scene.picture))
    for key in keys_over(part, level_for(scene.viewport.scale * scene.ratio)):
        painter.drawImage(scene.on_device(covered(key)), cache.tile(scene.picture, key))
    painter.restore()


def _draw_turned(painter: QPainter, scene: Scene, area: QRect, paint: Paint) -> None:
    rect = document_rect(scene.viewport, area)
    upright, scale = scene.upright(rect), scene.viewport.scale
    width, height = ceil(rect.width * scale), ceil(rect.height * scale)
    image = QImage(
        ceil(width * scene.ratio),
        ceil(height * scene.ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(scene.ratio)
    image.fill(0)
    with QPainter(image) as onto:
        paint(onto, upright, QRect(0, 0, width, height))
    painter.save()
    painter.setTransform(
        QTransform.fromTranslate(rect.left * scale, rect.top * scale)
        * QTransform.fromScale(1 / scale, 1 / scale)
        * scene.transform,
        combine=True,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(0, 0, image)
    painter.restore()


def draw_float(
    painter: QPainter, scene: Scene, image: QImage, box: QRectF, matrix: QTransform
) -> None:
    """Draw an image that is being transformed: into `box` of the document, then by `matrix`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(matrix * scene.transform, combine=True)
    painter.drawImage(box, image)
    painter.restore()
