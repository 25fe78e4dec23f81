"""What one repaint of the canvas shows, and where on the screen it lies."""

from dataclasses import dataclass
from math import ceil, floor, log2

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPolygonF, QTransform

from desktop.canvas.viewport import Viewport
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

SHARP_ABOVE = 2.0
"""Above 200 % document pixels are shown as squares, below they are smoothed."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture in a viewport.

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

    @property
    def transform(self) -> QTransform:
        """From document pixels to logical pixels of the view."""
        a, b, c, d = self.viewport.matrix()
        return QTransform(a, b, c, d, self.viewport.x, self.viewport.y)

    def on_device(self, rect: Rect) -> QRect:
        """Return the device pixels of a document rectangle; rectangles that touch still do.

        Where the view is turned this is the box around it.
        """
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

    def outline(self, rect: Rect) -> QPolygonF:
        """Return the corners of a document rectangle in logical pixels, clockwise, closed."""
        if self.viewport.is_upright:
            return QPolygonF(self.in_view(rect))
        sides = QRectF(rect.left, rect.top, rect.width, rect.height)
        return self.transform.map(QPolygonF(sides))

    def upright(self, rect: Rect) -> "Scene":
        """Return the same picture at the same scale, not turned, with `rect` at the origin."""
        scale = self.viewport.scale
        viewport = Viewport(scale, -rect.left * scale, -rect.top * scale)
        return Scene(self.picture, self.content, viewport, self.ratio)


def document_rect(viewport: Viewport, area: QRect) -> Rect:
    """Return the document pixels under `area` (logical pixels), with one to spare on each side."""
    right, bottom = area.right() + 1, area.bottom() + 1
    corners = [
        viewport.to_document(x, y) for x in (area.left(), right) for y in (area.top(), bottom)
    ]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    left, top = floor(left) - 1, floor(top) - 1
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    return Rect(left, top, ceil(right) + 1 - left, ceil(bottom) + 1 - top)


def level_for(device_scale: float) -> int:
    """Return the halving from which a scale is reached by reducing to no less than a half."""
    return max(0, floor(-log2(device_scale))) if device_scale < 1 else 0


def point_in_view(scene: Scene, across: float, down: float) -> QPointF:
    """Return a place in the document in logical pixels of the view."""
    return QPointF(*scene.viewport.place(across, down))


def _snapped(left: float, top: float, width: float, height: float) -> QRect:
    x, y = floor(left + 0.5), floor(top + 0.5)
    return QRect(x, y, floor(left + width + 0.5) - x, floor(top + height + 0.5) - y)
