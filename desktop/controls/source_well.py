"""A place for one picture of an idea: shows it, takes what is dropped, dashed while it is empty."""

from functools import cached_property

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from desktop.canvas.pixmaps import image_from_pixels
from desktop.controls.source_menu import SourceMenu
from desktop.source import Source
from desktop.sources import Sources
from desktop.visible import visible
from engine.requests import Pixels

RADIUS = 6
MARGIN = 3
TINY, SMALLEST, LARGEST = 8, 9, 11
"""Logical pixels of the words in a well; tiny where a word would have no room otherwise."""


class SourceWell(QWidget):
    """Offers a menu at a click and takes drops; reports every Source by `taken`."""

    taken = Signal(object)

    def __init__(self, sources: Sources, name: str, side: int = 48) -> None:
        """An empty square of `side`; `name` is what a screen reader says."""
        super().__init__()
        self._sources, self._name = sources, name
        self._source: Source | None = None
        self._picture = QPixmap()
        self._hovered = False
        self.setFixedSize(side, side)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_source(None)

    @cached_property
    def menu(self) -> SourceMenu:
        """The ways to fill it, made when they are first asked for."""
        return SourceMenu(self._sources, self.taken.emit, self)

    @property
    def source(self) -> Source | None:
        """What lies in it."""
        return self._source

    def show_source(self, source: Source | None) -> None:
        """Show another source, or none."""
        self._source = source
        self._picture = (
            pixmap_of(source.pixels) if source and source.pixels is not None else QPixmap()
        )
        what = self.tr("empty") if source is None else visible(source.name)
        self.setAccessibleName(f"{self._name}, {what}")
        hint = self.tr("Drop a picture here, or click to choose one")
        self.setToolTip(hint if source is None else f"{visible(source.name)}\n{hint}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return self.size()

    def mouseReleaseEvent(self, event: object) -> None:
        """Offer where a picture may come from."""
        self.offer()

    def keyPressEvent(self, event: object) -> None:
        """Offer the same at Space and Enter."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            self.offer()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what a source can be made of."""
        if self._sources.accepts(event.mimeData()):
            self._hovered = True
            self.update()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before."""
        self._hovered = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Report what was dropped."""
        self._hovered = False
        self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._sources.drop(event.mimeData(), self.taken.emit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, the first letters of a text, or a dashed place with a plus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = self.rect().adjusted(2, 2, -2, -2)
        draw_source(painter, inner, self._source, self._picture, self.palette())
        if self.hasFocus() or self._hovered:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def offer(self) -> None:
        """Show the menu below it."""
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def pixmap_of(pixels: Pixels) -> QPixmap:
    """HxWx3 or HxWx4 as a pixmap, no larger than a thumbnail on a dense screen needs."""
    step = max(1, min(pixels.shape[:2]) // 256)
    return QPixmap.fromImage(image_from_pixels(pixels[::step, ::step]))


def draw_source(
    painter: QPainter, inner: QRect, source: Source | None, picture: QPixmap, palette: QPalette
) -> None:
    """Draw a source into a rounded square."""
    role = QPalette.ColorRole
    shape = QPainterPath()
    shape.addRoundedRect(inner, RADIUS, RADIUS)
    if source is None:
        pen = QPen(palette.color(role.PlaceholderText), 1.5)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawPath(shape)
        centre, arm = inner.center(), max(4, inner.width() // 8)
        painter.setPen(QPen(palette.color(role.PlaceholderText), 1.5))
        painter.drawLine(centre.x() - arm, centre.y(), centre.x() + arm, centre.y())
        painter.drawLine(centre.x(), centre.y() - arm, centre.x(), centre.y() + arm)
        return
    painter.fillPath(shape, palette.color(role.Midlight))
    if picture.isNull():
        painter.setPen(palette.color(role.WindowText))
        _draw_words(painter, inner.adjusted(MARGIN, 0, -MARGIN, 0), visible(source.name))
        return
    side = min(picture.width(), picture.height())
    middle = QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
    painter.save()
    painter.setClipPath(shape)
    painter.drawPixmap(inner, picture, middle)
    painter.restore()


def _draw_words(painter: QPainter, room: QRect, words: str) -> None:
    """Draw words small and in lines, so that more is seen than the article of most prompts."""
    painter.save()
    font, each = painter.font(), words.split()
    font.setPixelSize(min(max(SMALLEST, room.width() // 4), LARGEST))
    if any(QFontMetrics(font).horizontalAdvance(word) > room.width() for word in each):
        font.setPixelSize(TINY)
    painter.setFont(font)
    metrics, right = painter.fontMetrics(), Qt.TextElideMode.ElideRight
    # A word that has no room all the same says so, where a cut one would look like a mistake.
    shown = " ".join(metrics.elidedText(word, right, room.width()) for word in each)
    gist = metrics.elidedText(shown, right, 2 * room.width())
    painter.setClipRect(room)
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(room, flags, gist)
    painter.restore()
