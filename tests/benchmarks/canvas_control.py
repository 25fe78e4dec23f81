"""The control of the canvas: one plain QImage, of which dirty rectangles are shown."""

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

SIDE = 4096


class PlainCanvas(QWidget):
    """A picture at 100 % with a round brush; no layers, no undo, nothing else."""

    def __init__(self, size: float) -> None:
        """Begin with white; `size` is the diameter of the brush."""
        super().__init__()
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
        self._image.fill(Qt.GlobalColor.white)
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
            painter.drawImage(part, self._image, part.translated(self.origin))

    def _draw(self, place: QPointF) -> None:
        assert self._last is not None
        with QPainter(self._image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._pen)
            painter.translate(self.origin)
            painter.drawLine(self._last, place)
        reach = int(self._pen.widthF() / 2) + 2
        ends = QRect(self._last.toPoint(), place.toPoint()).normalized()
        self._last = place
        self.update(ends.adjusted(-reach, -reach, reach, reach))


class ControlWindow(QMainWindow):
    """The plain canvas in a window of its own."""

    def __init__(self, size: float) -> None:
        """Show nothing yet."""
        super().__init__()
        self.canvas = PlainCanvas(size)
        self.setWindowTitle("Easel")
        self.setCentralWidget(self.canvas)
