"""Draws the canvas: checkerboard, layers, the chosen candidate, the frame and the empty state.

Everything is snapped to device pixels, so that neighbouring tiles meet without a seam at any scale.
"""

from dataclasses import dataclass
from math import floor, log2

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.canvas.tiles import TileCache, covered, keys_over
from desktop.canvas.viewport import Viewport
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

SQUARE = 8
"""Side of a square of the checkerboard, in logical pixels."""

LABEL_GAP = 6
LABEL_PADDING = 6
TEXT_WIDTH = 460

SHARP_ABOVE = 2.0
"""Above 200 % document pixels are shown as squares, below they are smoothed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What one repaint shows, and where.

    content: rectangle around what can be seen of the layers. ratio: device pixels per logical one.
    """

    picture: Picture
    content: Rect
    viewport: Viewport
    ratio: float

    @property
    def smooth(self) -> bool:
        """Whether enlarged or reduced pixels are blended."""
        return self.viewport.scale <= SHARP_ABOVE

    def on_device(self, rect: Rect) -> QRect:
        """Return the device pixels of a document rectangle; rectangles that touch still do."""
        left, top, width, height = self.viewport.to_view(rect)
        return _snapped(
            left * self.ratio, top * self.ratio, width * self.ratio, height * self.ratio
        )

    def in_view(self, rect: Rect) -> QRectF:
        """Return the same in logical pixels."""
        snapped = self.on_device(rect)
        return QRectF(
            snapped.x() / self.ratio,
            snapped.y() / self.ratio,
            snapped.width() / self.ratio,
            snapped.height() / self.ratio,
        )


def draw_ground(painter: QPainter, scene: Scene, area: QRect, palette: QPalette) -> None:
    """Fill `area`: a quiet desk, and a checkerboard where frame and layers are transparent.

    The squares stay put on the screen while the picture is panned.
    """
    window = palette.color(QPalette.ColorRole.Window)
    dark = window.lightness() < 128
    painter.fillRect(area, window.darker(118 if dark else 108))
    brush = QBrush(_checkerboard(window, dark))
    for rect in (scene.picture.frame, scene.content):
        painter.fillRect(scene.in_view(rect), brush)


def _checkerboard(window: QColor, dark: bool) -> QPixmap:
    pattern = QPixmap(2 * SQUARE, 2 * SQUARE)
    pattern.fill(window.lighter(118) if dark else QColor(Qt.GlobalColor.white))
    with QPainter(pattern) as squares:
        shade = window.lighter(136) if dark else window.darker(102)
        squares.fillRect(0, 0, SQUARE, SQUARE, shade)
        squares.fillRect(SQUARE, SQUARE, SQUARE, SQUARE, shade)
    return pattern


def draw_layers(painter: QPainter, scene: Scene, cache: TileCache, area: QRect) -> None:
    """Draw the part of the picture that lies in `area` (logical pixels) from cached tiles."""
    painter.save()
    painter.scale(1 / scene.ratio, 1 / scene.ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.smooth)
    part = document_rect(scene.viewport, area).intersected(scene.picture.tile_bounds())
    for key in keys_over(part, level_for(scene.viewport.scale * scene.ratio)):
        painter.drawImage(scene.on_device(covered(key)), cache.tile(scene.picture, key))
    painter.restore()


def draw_overlay(painter: QPainter, scene: Scene, image: QImage) -> None:
    """Draw a candidate over the frame, whatever its own size is."""
    target = scene.on_device(scene.picture.frame)
    painter.save()
    painter.scale(1 / scene.ratio, 1 / scene.ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.smooth)
    if target.width() < image.width():
        image = image.scaled(target.size(), mode=Qt.TransformationMode.SmoothTransformation)
    painter.drawImage(target, image)
    painter.restore()


def draw_frame(painter: QPainter, scene: Scene, palette: QPalette) -> None:
    """Draw the frame's outline in two tones, which show on any picture, and its size above."""
    frame = scene.picture.frame
    inner = scene.in_view(frame)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 160), 3), (QColor(255, 255, 255), 1)):
        painter.setPen(_square_pen(colour, width))
        painter.drawRect(inner.adjusted(-0.5, -0.5, 0.5, 0.5))
    _draw_label(painter, inner, f"{frame.width} × {frame.height}", palette)


def draw_empty_state(painter: QPainter, scene: Scene, widget: QWidget, text: str) -> None:
    """Write what to do where the first picture will be."""
    frame = scene.in_view(scene.picture.frame)
    room = frame if frame.width() >= TEXT_WIDTH else QRectF(widget.rect())
    box = QRectF(0, 0, min(TEXT_WIDTH, room.width()) - 2 * SQUARE, room.height())
    box.moveCenter(room.center())
    painter.setPen(widget.palette().color(QPalette.ColorRole.WindowText))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def draw_drop_hint(painter: QPainter, area: QRect, palette: QPalette) -> None:
    """Show that what is being dragged over the canvas may be dropped."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_square_pen(palette.color(QPalette.ColorRole.Highlight), 3))
    painter.drawRect(area.adjusted(1, 1, -2, -2))


def frame_region(scene: Scene) -> QRect:
    """Return the logical pixels that frame, outline and label may cover."""
    return scene.in_view(scene.picture.frame).toAlignedRect().adjusted(-4, -40, 200, 40)


def document_rect(viewport: Viewport, area: QRect) -> Rect:
    """Return the document pixels under `area` (logical pixels), with one to spare on each side."""
    first = viewport.pixel_at(area.left(), area.top())
    last = viewport.pixel_at(area.right() + 1, area.bottom() + 1)
    return Rect(first.x - 1, first.y - 1, last.x - first.x + 3, last.y - first.y + 3)


def level_for(device_scale: float) -> int:
    """Return the halving from which a scale is reached by reducing to no less than a half."""
    return max(0, floor(-log2(device_scale))) if device_scale < 1 else 0


def _square_pen(colour: QColor, width: int) -> QPen:
    line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin
    return QPen(colour, width, line, cap, join)


def _snapped(left: float, top: float, width: float, height: float) -> QRect:
    x, y = floor(left + 0.5), floor(top + 0.5)
    return QRect(x, y, floor(left + width + 0.5) - x, floor(top + height + 0.5) - y)


def _draw_label(painter: QPainter, frame: QRectF, text: str, palette: QPalette) -> None:
    size = painter.fontMetrics().size(0, text) + QSize(2 * LABEL_PADDING, 4)
    box = QRectF(QPointF(frame.left(), frame.top() - size.height() - LABEL_GAP), size.toSizeF())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.WindowText))
    painter.setOpacity(0.8)
    painter.drawRoundedRect(box, 4, 4)
    painter.setOpacity(1.0)
    painter.setPen(palette.color(QPalette.ColorRole.Window))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
