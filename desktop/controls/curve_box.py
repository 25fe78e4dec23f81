"""What pressure does, drawn: a curve that is bent by dragging it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.document.brush import bend_through, pressure_curve

HEIGHT, WIDEST = 96, 220
"""Logical pixels."""

MARGIN = 6
HANDLE = 5.0
"""Radius of the handle in the middle of the curve, in logical pixels."""

POINTS = 48
"""Of the curve, as it is drawn."""


class CurveBox(QWidget):
    """Pressure from left to right, what comes of it upwards."""

    bent = Signal(float)
    """The bend that the curve was given here, -100..100."""

    def __init__(self, name: str) -> None:
        """`name` is what a screen reader says; by keyboard the number beside it does the same."""
        super().__init__()
        self._bend = 0.0
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFixedHeight(HEIGHT)
        self.setMaximumWidth(WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size in which the curve can be gripped."""
        return QSize(WIDEST, HEIGHT)

    def show_bend(self, bend: float) -> None:
        """Show another curve without reporting it."""
        if bend != self._bend:
            self._bend = bend
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bend the curve through the place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._bend_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on bending."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._bend_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Make it straight again."""
        self.bent.emit(0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a quarter grid, the curve and its handle."""
        room, palette = self._room(), self.palette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(room, palette.color(QPalette.ColorRole.Base))
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
            for part in range(5):
                x, y = room.left() + room.width() * part / 4, room.top() + room.height() * part / 4
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
                painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            colour = palette.color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(colour, 2))
            painter.drawPath(self._path())
            painter.setBrush(colour)
            painter.drawEllipse(self._place(0.5), HANDLE, HANDLE)

    def _bend_to(self, at: QPointF) -> None:
        room = self._room()
        pressure = (at.x() - room.left()) / room.width()
        factor = (room.bottom() - at.y()) / room.height()
        self.bent.emit(round(bend_through(pressure, factor)))

    def _path(self) -> QPainterPath:
        path = QPainterPath(self._place(0.0))
        for point in range(1, POINTS + 1):
            path.lineTo(self._place(point / POINTS))
        return path

    def _place(self, pressure: float) -> QPointF:
        room, factor = self._room(), pressure_curve(self._bend).at(pressure)
        return QPointF(
            room.left() + room.width() * pressure, room.bottom() - room.height() * factor
        )

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
