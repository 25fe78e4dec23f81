"""Where the document lies in the widget: scale, origin, turn and mirror, without Qt.

View coordinates are the widget's logical pixels (floats); the scale is logical pixels per document
pixel. A document point is mirrored first, then turned, then enlarged, then moved.
"""

from dataclasses import dataclass, replace
from math import cos, floor, radians, sin

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
    """The corner of document pixel (0, 0) lies at view position (x, y).

    angle: degrees that the picture is turned clockwise. mirrored: left and right are exchanged.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    angle: float = 0.0
    mirrored: bool = False

    @property
    def is_upright(self) -> bool:
        """Whether rows of the document are rows of the view, in the same direction."""
        return self.angle == 0.0 and not self.mirrored

    def matrix(self) -> tuple[float, float, float, float]:
        """Return (a, b, c, d): (u, v) of the document goes to (a·u + c·v + x, b·u + d·v + y)."""
        turn, flip = radians(self.angle), -1.0 if self.mirrored else 1.0
        across, down = self.scale * cos(turn), self.scale * sin(turn)
        return across * flip, down * flip, -down, across

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the document, in fractions of a pixel, under a view position."""
        if self.is_upright:
            return (x - self.x) / self.scale, (y - self.y) / self.scale
        a, b, c, d = self.matrix()
        dx, dy, det = x - self.x, y - self.y, a * d - b * c
        return (d * dx - c * dy) / det, (a * dy - b * dx) / det

    def pixel_at(self, x: float, y: float) -> Point:
        """Return the document pixel under a view position."""
        across, down = self.to_document(x, y)
        return Point(floor(across), floor(down))

    def place(self, across: float, down: float) -> tuple[float, float]:
        """Return the view position of a place in the document."""
        a, b, c, d = self.matrix()
        return a * across + c * down + self.x, b * across + d * down + self.y

    def to_view(self, rect: Rect) -> tuple[float, float, float, float]:
        """Return left, top, width and height of what a document rectangle covers, in view pixels.

        Where the view is turned this is the box around it.
        """
        if self.is_upright:
            left, top = rect.left * self.scale + self.x, rect.top * self.scale + self.y
            return left, top, rect.width * self.scale, rect.height * self.scale
        corners = [
            self.place(u, v) for u in (rect.left, rect.right) for v in (rect.top, rect.bottom)
        ]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
        return left, top, right - left, bottom - top

    def panned(self, dx: float, dy: float) -> "Viewport":
        """Return the view after the document was pushed by (dx, dy) view pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def zoomed(self, scale: float, x: float, y: float) -> "Viewport":
        """Return the view at another scale, with the same document point under (x, y)."""
        scale = min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)
        return self._keeping(replace(self, scale=scale), x, y)

    def turned(self, angle: float, x: float, y: float) -> "Viewport":
        """Return the view turned to `angle`, with the same document point under (x, y)."""
        return self._keeping(replace(self, angle=angle % 360.0), x, y)

    def flipped(self, x: float, y: float) -> "Viewport":
        """Return the view as a mirror shows it, with the same document point under (x, y)."""
        angle = -self.angle % 360.0
        return self._keeping(replace(self, mirrored=not self.mirrored, angle=angle), x, y)

    def limited(self, content: Rect, width: float, height: float) -> "Viewport":
        """Return the nearest view that still shows a strip of `content` in width x height."""
        left, top, across, down = self.to_view(content)
        keep_x, keep_y = min(KEPT, across, width), min(KEPT, down, height)
        dx = min(max(left, keep_x - across), width - keep_x) - left
        dy = min(max(top, keep_y - down), height - keep_y) - top
        return self.panned(dx, dy)

    def fitted(self, content: Rect, width: float, height: float, margin: float) -> "Viewport":
        """Return the view, turned as it is, that shows all of `content` in the middle.

        `margin` view pixels stay free around it.
        """
        _, _, across, down = replace(self, scale=1.0).to_view(content)
        room_x, room_y = max(1.0, width - 2 * margin), max(1.0, height - 2 * margin)
        scale = max(min(room_x / across, room_y / down, FIT_SCALE), SMALLEST_SCALE)
        made = replace(self, scale=scale, x=0.0, y=0.0)
        left, top, across, down = made.to_view(content)
        return made.panned((width - across) / 2 - left, (height - down) / 2 - top)

    def _keeping(self, other: "Viewport", x: float, y: float) -> "Viewport":
        """Return `other` moved so that (x, y) is over the same document point as here."""
        now_x, now_y = other.place(*self.to_document(x, y))
        return other.panned(x - now_x, y - now_y)


def fitted(content: Rect, width: float, height: float, margin: float) -> Viewport:
    """Return the upright view that shows all of `content` in the middle."""
    return Viewport().fitted(content, width, height, margin)


def next_step(scale: float, up: bool) -> float:
    """Return the next scale of STEPS above or below `scale`; at an end, the end."""
    if up:
        return next((step for step in STEPS if step > scale * 1.001), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < scale * 0.999), STEPS[0])
