"""The colour wheel: a ring of hues around a square of saturation (across) and lightness (up)."""

from math import atan2, cos, hypot, pi, radians, sin, sqrt

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QConicalGradient,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

RING = 16.0
"""Logical pixels that the ring is wide."""

MARK = 5.0
TURN_BY_KEY = 5
"""Degrees that an arrow turns the hue by."""


class ColourWheel(QWidget):
    """Shows and chooses one colour; the hue is kept where a grey has none."""

    chosen = Signal(QColor)

    def __init__(self) -> None:
        """Begin with black."""
        super().__init__()
        self._hue, self._saturation, self._value = 0.0, 0.0, 0.0
        self._drags_ring = False
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Colour wheel; arrows turn the hue"))

    @property
    def colour(self) -> QColor:
        """The colour that is marked."""
        return QColor.fromHsvF(self._hue, self._saturation, self._value)

    def show_colour(self, colour: QColor) -> None:
        """Mark a colour without reporting it."""
        if colour.rgb() == self.colour.rgb():
            return
        self._saturation, self._value = colour.hsvSaturationF(), colour.valueF()
        if colour.hsvHueF() >= 0:
            self._hue = colour.hsvHueF()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for enough to aim well."""
        return QSize(168, 168)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring, square and both marks."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_ring(painter)
            self._draw_square(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose from the ring or from the square, whichever was pressed."""
        centre, at = QRectF(self.rect()).center(), event.position()
        reach = hypot(at.x() - centre.x(), at.y() - centre.y())
        self._drags_ring = reach > self._radius() - RING - 2
        self._choose(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the drag, also beyond the rim."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the hue by arrows."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._hue = (self._hue + step * TURN_BY_KEY / 360) % 1.0
        self._report()

    def _choose(self, at: QPointF) -> None:
        if self._drags_ring:
            centre = QRectF(self.rect()).center()
            self._hue = (atan2(centre.y() - at.y(), at.x() - centre.x()) / (2 * pi)) % 1.0
        else:
            square = self._square()
            across = (at.x() - square.left()) / square.width()
            up = (square.bottom() - at.y()) / square.height()
            self._saturation, self._value = min(max(across, 0.0), 1.0), min(max(up, 0.0), 1.0)
        self._report()

    def _report(self) -> None:
        self.update()
        self.chosen.emit(self.colour)

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - 2

    def _square(self) -> QRectF:
        side = (self._radius() - RING - 4) * sqrt(2)
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(self.rect()).center())
        return square

    def _draw_ring(self, painter: QPainter) -> None:
        centre, radius = QRectF(self.rect()).center(), self._radius()
        hues = QConicalGradient(centre, 0)
        for step in range(13):
            hues.setColorAt(step / 12, QColor.fromHsvF(step / 12 % 1.0, 1.0, 1.0))
        ring = QPainterPath()
        ring.addEllipse(centre, radius, radius)
        ring.addEllipse(centre, radius - RING, radius - RING)
        painter.fillPath(ring, hues)
        turn, middle = radians(self._hue * 360), radius - RING / 2
        _draw_mark(
            painter, QPointF(centre.x() + middle * cos(turn), centre.y() - middle * sin(turn))
        )

    def _draw_square(self, painter: QPainter) -> None:
        square = self._square()
        across = QLinearGradient(square.topLeft(), square.topRight())
        across.setColorAt(0, Qt.GlobalColor.white)
        across.setColorAt(1, QColor.fromHsvF(self._hue, 1.0, 1.0))
        down = QLinearGradient(square.topLeft(), square.bottomLeft())
        down.setColorAt(0, Qt.GlobalColor.transparent)
        down.setColorAt(1, Qt.GlobalColor.black)
        painter.fillRect(square, across)
        painter.fillRect(square, down)
        x = square.left() + self._saturation * square.width()
        y = square.bottom() - self._value * square.height()
        _draw_mark(painter, QPointF(x, y))


def _draw_mark(painter: QPainter, at: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 180), 3.0), (QColor(255, 255, 255), 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, MARK, MARK)
