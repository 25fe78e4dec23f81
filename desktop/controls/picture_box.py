"""A square that shows one picture as large as it fits, or a sentence where there is none yet."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.canvas.pixmaps import image_from_pixels
from desktop.speech import said
from engine.requests import Pixels

RADIUS = 6
FADED = 0.45


class PictureBox(QWidget):
    """Shows; nothing can be done with it."""

    def __init__(self, name: str, sentence: str) -> None:
        """Begin with the sentence; `name` is what a screen reader says."""
        super().__init__()
        self._name, self._sentence, self._first_sentence = name, sentence, sentence
        self._picture = QPixmap()
        self._faded = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def sentence(self) -> str:
        """What is written where there is no picture."""
        return self._sentence

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._picture.isNull()

    def show_picture(self, pixels: Pixels) -> None:
        """Show a picture."""
        self._picture = QPixmap.fromImage(image_from_pixels(pixels))
        self._faded = False
        self.update()

    def show_sentence(self, sentence: str = "") -> None:
        """Show a sentence in place of a picture: the first one unless another is given."""
        self._picture, self._sentence = QPixmap(), said(sentence) or self._first_sentence
        self.setAccessibleDescription(self._sentence)
        self.update()

    def fade(self, faded: bool = True) -> None:
        """Show that the picture is not up to date."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(120, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay square."""
        self.setFixedHeight(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture in its own shape, or the sentence on a quiet ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        if self._picture.isNull():
            shape.addRoundedRect(self.rect(), RADIUS, RADIUS)
            painter.fillPath(shape, self.palette().color(QPalette.ColorRole.Midlight))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(6, 6, -6, -6), flags, self._sentence)
        else:
            place = fitted_into(self.rect(), self._picture.size())
            shape.addRoundedRect(place, RADIUS, RADIUS)
            painter.setClipPath(shape)
            painter.setOpacity(FADED if self._faded else 1.0)
            painter.drawPixmap(place, self._picture)
        painter.end()


def fitted_into(room: QRect, size: QSize) -> QRect:
    """Return where something of `size` lies when it fills as much of `room` as its shape allows."""
    scaled = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left = room.left() + (room.width() - scaled.width()) // 2
    return QRect(left, room.top() + (room.height() - scaled.height()) // 2, *scaled.toTuple())
