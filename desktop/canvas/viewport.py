"""Where the document lies in the widget: a scale and an origin, without Qt.

View coordinates are the widget's logical pixels (floats); the scale is logical pixels per document
pixel.
"""

from dataclasses import dataclass, replace
from math import floor

from desktop.document.geometry import Point, Rect

SMALLEST_SCALE = 1 / 64
LARGEST_SCALE = 64.0
FIT_SCALE = 2.0
"""Fitting never enlarges beyond this: more shows squares, not more of the picture."""

STEPS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1.0)
STEPS += (1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
"""The scales that zooming by key or menu stops at."""

KEPT = 48.0
"""View pixels of the picture that no panning can push out of the widget."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """The document pixel (0, 0) begins at view position (x, y)."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the document, in fractions of a pixel, under a view position."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def pixel_at(self, x: float, y: float) -> Point:
        """Return the document pixel under a view position."""
        across, down = self.to_document(x, y)
        return Point(floor(across), floor(down))

    def to_view(self, rect: Rect) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a document rectangle in view pixels."""
        left, top = rect.left * self.scale + self.x, rect.top * self.scale + self.y
        return left, top, rect.width * self.scale, rect.height * self.scale

    def panned(self, dx: float, dy: float) -> "Viewport":
        """Return the view after the document was pushed by (dx, dy) view pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def zoomed(self, scale: float, x: float, y: float) -> "Viewport":
        """Return the view at another scale, with the same document point under (x, y)."""
        scale = min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)
        across, down = self.to_document(x, y)
        return Viewport(scale, x - across * scale, y - down * scale)

    def limited(self, content: Rect, width: float, height: float) -> "Viewport":
        """Return the nearest view that still shows a strip of `content` in width x height."""
        left, top, across, down = self.to_view(content)
        keep_x, keep_y = min(KEPT, across, width), min(KEPT, down, height)
        dx = min(max(left, keep_x - across), width - keep_x) - left
        dy = min(max(top, keep_y - down), height - keep_y) - top
        return self.panned(dx, dy)


def fitted(content: Rect, width: float, height: float, margin: float) -> Viewport:
    """Return the view that shows all of `content` in the middle, `margin` view pixels around it."""
    room_x, room_y = max(1.0, width - 2 * margin), max(1.0, height - 2 * margin)
    scale = min(room_x / content.width, room_y / content.height, FIT_SCALE)
    scale = max(scale, SMALLEST_SCALE)
    x = (width - content.width * scale) / 2 - content.left * scale
    y = (height - content.height * scale) / 2 - content.top * scale
    return Viewport(scale, x, y)


def next_step(scale: float, up: bool) -> float:
    """Return the next scale of STEPS above or below `scale`; at an end, the end."""
    if up:
        return next((step for step in STEPS if step > scale * 1.001), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < scale * 0.999), STEPS[0])
