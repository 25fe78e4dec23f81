"""The controls of the canvas: one plain QImage, of which dirty rectangles are shown.

`PlainCanvas` paints what Easel's brush paints, as a plain painter would: a soft dab that was made
once is laid at the nearest whole pixel wherever a dab belongs. `LineCanvas` draws a hard line by
one call, which is no brush.
"""

from math import ceil, hypot
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.document.brush import Brush
from desktop.document.dab import Dab, cover

SIDE = 4096
HARDNESS, SPACING = 0.8, 0.1
"""Of the brush that a new user has in hand, and so of the one measured."""

Place: TypeAlias = tuple[float, float]


class LineCanvas(QWidget):
    """A picture at 100 % and a hard line; no layers, no undo, nothing else."""

    def __init__(self, size: float) -> None:
        """Begin with white; `size` is the diameter of the brush."""
        super().__init__()
        self.image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
        self.image.fill(Qt.GlobalColor.white)
        self._pen = QPen(QColor(255, 0, 0), size)
        self._pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._last: QPointF | None = None
        self.origin = QPoint(0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the first touch."""
        self._last = event.position()
        self._draw(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._last is not None:
            self._draw(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        self._last = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy what changed to the screen."""
        with QPainter(self) as painter:
            part = event.rect()
            painter.drawImage(part, self.image, part.translated(self.origin))

    def _draw(self, place: QPointF) -> None:
        assert self._last is not None
        with QPainter(self.image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._pen)
            painter.translate(self.origin)
            painter.drawLine(self._last, place)
        reach = int(self._pen.widthF() / 2) + 2
        ends = QRect(self._last.toPoint(), place.toPoint()).normalized()
        self._last = place
        self.update(ends.adjusted(-reach, -reach, reach, reach))


class PlainCanvas(LineCanvas):
    """The same with a soft brush, whose dab is an image."""

    def __init__(self, size: float) -> None:
        """Begin with white; `size` is the diameter of the brush."""
        super().__init__(size)
        self._dab, self._step, self._left = dab_image(size), SPACING * size, 0.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the first touch."""
        self._left = 0.0
        super().mousePressEvent(event)

    def _draw(self, place: QPointF) -> None:
        assert self._last is not None
        dabs = self._dabs((self._last.x(), self._last.y()), (place.x(), place.y()))
        self._last = place
        side, at = self._dab.width(), self._dab.width() / 2
        if not dabs:
            self.update(QRect(place.toPoint(), place.toPoint()))
            return
        with QPainter(self.image) as painter:
            painter.translate(self.origin)
            for x, y in dabs:
                painter.drawImage(round(x - at), round(y - at), self._dab)
        (left, right), (top, bottom) = (sorted((dabs[0][n], dabs[-1][n])) for n in (0, 1))
        around = QRectF(left - at, top - at, right - left + side, bottom - top + side)
        self.update(around.toAlignedRect().adjusted(-1, -1, 1, 1))

    def _dabs(self, start: Place, goal: Place) -> list[Place]:
        """Return where dabs belong between two places; what is left of the way counts on."""
        found: list[Place] = []
        dx, dy, gone = goal[0] - start[0], goal[1] - start[1], 0.0
        length = hypot(dx, dy)
        while gone + self._left <= length:
            gone += self._left
            share = gone / length if length else 0.0
            found.append((start[0] + dx * share, start[1] + dy * share))
            self._left = self._step
        self._left -= length - gone
        return found


def dab_image(size: float) -> QImage:
    """Return a dab of red, premultiplied, in the middle of an image with a rim of nothing."""
    side = ceil(size) + 2
    amount = cover(Dab(side / 2, side / 2, size / 2), Brush(size=size, hardness=HARDNESS))
    words = np.zeros((side, side), np.uint32)
    rim = (side - amount.shape[0]) // 2
    level = np.rint(amount * 255).astype(np.uint32)
    words[rim : rim + len(level), rim : rim + len(level)] = level << np.uint32(24) | level << 16
    view = QImage(words.data, side, side, 4 * side, QImage.Format.Format_ARGB32_Premultiplied)
    return view.copy()


class ControlWindow(QMainWindow):
    """A control in a window of its own."""

    def __init__(self, canvas: LineCanvas) -> None:
        """Show nothing yet."""
        super().__init__()
        self.canvas = canvas
        self.setWindowTitle("Easel")
        self.setCentralWidget(self.canvas)
