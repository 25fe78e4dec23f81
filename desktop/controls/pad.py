"""A square with up to four pictures at its corners and a point between them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.controls.source_well import RADIUS, draw_source, pixmap_of
from desktop.source import Source

CORNER = 32
KNOB = 8.0
STRIDE = 0.05
"""Of the pad, that an arrow key moves the point; with Shift a fifth of it."""


class Pad(QWidget):
    """Reports where the point is dragged to: 0..1 across and down from the upper left."""

    moved = Signal(float, float)

    def __init__(self, name: str) -> None:
        """Begin without corners, the point in the middle."""
        super().__init__()
        self._corners: tuple[tuple[Source, QPixmap], ...] = ()
        self._x = self._y = 0.5
        self._held = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            self.tr("Drag the point: the nearer to a corner, the more of what lies there")
        )

    @property
    def point(self) -> tuple[float, float]:
        """Where the point is."""
        return self._x, self._y

    def show_corners(self, sources: Sequence[Source]) -> None:
        """Put up to four sources at the corners; fewer than two cannot be weighed."""
        known = {id(source): picture for source, picture in self._corners}
        self._corners = tuple((each, known.get(id(each)) or _picture(each)) for each in sources)
        self.setEnabled(len(sources) > 1)
        self.update()

    def show_point(self, x: float, y: float) -> None:
        """Show the point elsewhere, except while it is held."""
        if not self._held:
            self._x, self._y = x, y
            self.update()

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(120, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay square."""
        self.setFixedHeight(self.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the point."""
        self._held = True
        self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._held:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the point by the arrow keys."""
        small = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        by = STRIDE / 5 if small else STRIDE
        steps = {
            Qt.Key.Key_Left: (-by, 0.0),
            Qt.Key.Key_Right: (by, 0.0),
            Qt.Key.Key_Up: (0.0, -by),
            Qt.Key.Key_Down: (0.0, by),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._set(self._x + step[0], self._y + step[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, corners and point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        role, palette = QPalette.ColorRole, self.palette()
        ring = role.Highlight if self.hasFocus() else role.Mid
        painter.setPen(QPen(palette.color(ring), 1.0))
        painter.setBrush(palette.color(role.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        for place, (source, picture) in zip(self._places(), self._corners, strict=False):
            draw_source(painter, place, source, picture, palette)
        if len(self._corners) > 1:
            self._draw_point(painter)
        else:
            painter.setPen(palette.color(role.PlaceholderText))
            inner = self.rect().adjusted(8, 8, -8, -8)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            if not self._corners:
                painter.drawText(inner, flags, self.tr("Two ideas make a pad"))
        painter.end()

    def _draw_point(self, painter: QPainter) -> None:
        area = self._area()
        middle = QPointF(area.left() + self._x * area.width(), area.top() + self._y * area.height())
        painter.setPen(QPen(Qt.GlobalColor.white, 2.0))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(middle, KNOB, KNOB)

    def _places(self) -> list[QRect]:
        """Return where the corners' pictures are, as many as there are corners."""
        gap, side = 4, CORNER
        left, right = gap, self.width() - gap - side
        above, below = gap, self.height() - gap - side
        middle = (self.width() - side) // 2
        match len(self._corners):
            case 0 | 1:
                half = (self.height() - side) // 2
                return [QRect(middle, half, side, side)]
            case 2:
                half = (self.height() - side) // 2
                return [QRect(left, half, side, side), QRect(right, half, side, side)]
            case 3:
                lower = [QRect(middle, below, side, side)]
            case _:
                lower = [QRect(left, below, side, side), QRect(right, below, side, side)]
        return [QRect(left, above, side, side), QRect(right, above, side, side), *lower]

    def _area(self) -> QRectF:
        """Return where the point may be: from the middle of one corner's picture to the next's."""
        inset = 4 + CORNER / 2
        return QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)

    def _move_to(self, position: QPointF) -> None:
        area = self._area()
        self._set(
            (position.x() - area.left()) / max(1.0, area.width()),
            (position.y() - area.top()) / max(1.0, area.height()),
        )

    def _set(self, x: float, y: float) -> None:
        self._x, self._y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
        if len(self._corners) == 2:
            self._y = 0.5
        self.update()
        self.moved.emit(self._x, self._y)


def _picture(source: Source) -> QPixmap:
    return QPixmap() if source.pixels is None else pixmap_of(source.pixels)
