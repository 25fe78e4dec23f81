"""A tile of the tray: one picture with its number, or the place where one will be."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDrag,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop.canvas.pixmaps import image_from_pixels
from engine.requests import Pixels

CANDIDATE_TYPE = "application/x-easel-candidate"
"""What a dragged tile says inside Easel: the number of the picture, from 0."""

SIDE = 88
RADIUS = 6


class Tile(QAbstractButton):
    """One picture, or the place where one will be; a number in its corner, a ring when chosen."""

    def __init__(self, side: int = SIDE, *, whole: bool = False) -> None:
        """Make an empty place without a number.

        whole: show all of a picture of another shape, and not the square in its middle.
        """
        super().__init__()
        self._whole = whole
        self._number = ""
        self._remark = ""
        self._picture = QPixmap()
        self._cut = QPixmap()
        """The picture as it is shown, made when it is first drawn at this size."""
        self._pixels: Pixels | None = None
        self._finished = False
        self._pressed_at: QPoint | None = None
        self.file: Path | None = None
        """Where the picture lies on the disk, if it does."""
        self.setFixedSize(side, side)
        self.setCheckable(True)

    def show_picture(self, number: str, pixels: Pixels, name: str, remark: str = "") -> None:
        """Show a finished picture that can be chosen; `name` is what a screen reader says.

        number: in its upper corner. remark: in its lower one.
        """
        self._remark = remark
        self._show(number, pixels, True, name)
        self.setToolTip(name)

    def show_place(self, number: str, preview: Pixels | None, name: str) -> None:
        """Show an unfinished picture, or the dashed outline of one."""
        self._remark = ""
        self._show(number, preview, False, name)
        self.setToolTip("")

    def _show(self, number: str, pixels: Pixels | None, finished: bool, name: str) -> None:
        if pixels is not self._pixels:
            self._picture = QPixmap() if pixels is None else _pixmap(pixels)
            self._cut = QPixmap()
            self._pixels = pixels
        self._number, self._finished = number, finished
        self.setEnabled(finished)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if finished else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag would begin."""
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture away: into a mix, onto the canvas, out of the window."""
        start, here = self._pressed_at, event.position().toPoint()
        far = QApplication.startDragDistance()
        if self._finished and start is not None and (here - start).manhattanLength() >= far:
            self._pressed_at = None
            self.setDown(False)
            drag = QDrag(self)
            drag.setMimeData(self.dragged())
            drag.setPixmap(self._picture.scaledToWidth(SIDE // 2))
            drag.exec(Qt.DropAction.CopyAction)
        else:
            super().mouseMoveEvent(event)

    def dragged(self) -> QMimeData:
        """Return what a drag carries: the picture, its file, and which of the tray it is, if any.

        The file is for who takes no pixels: a file manager, a browser.
        """
        data = QMimeData()
        if self.file is not None and self.file.is_file():
            data.setUrls([QUrl.fromLocalFile(str(self.file))])
        if self._number.isdigit():
            data.setData(CANDIDATE_TYPE, str(int(self._number) - 1).encode())
        data.setImageData(self._picture.toImage())
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, number and ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = self.rect().adjusted(4, 4, -4, -4)
        if self._picture.isNull():
            self._draw_place(painter, inner)
        else:
            self._draw_picture(painter, self._room(inner))
        if self.isChecked() or self.hasFocus() or (self.underMouse() and self._finished):
            self._draw_ring(painter)
        painter.end()

    def _room(self, inner: QRect) -> QRect:
        """Return where the picture goes."""
        if not self._whole:
            return inner
        size = self._picture.size().scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        room = QRect(QPoint(), size)
        room.moveCenter(inner.center())
        return room

    def _draw_place(self, painter: QPainter, inner: QRect) -> None:
        pen = QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, self._number)

    def _draw_picture(self, painter: QPainter, inner: QRect) -> None:
        ratio = self.devicePixelRatioF()
        if self._cut.size() != inner.size() * ratio:
            part = self._picture.rect() if self._whole else _middle_square(self._picture)
            self._cut = rounded(self._picture.copy(part), inner.size() * ratio, RADIUS * ratio)
        painter.setOpacity(1.0 if self._finished else 0.7)
        painter.drawPixmap(inner, self._cut)
        painter.setOpacity(1.0)
        if self._picture.hasAlphaChannel():  # what is empty has no edge of its own
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5))
            painter.drawRoundedRect(inner, RADIUS, RADIUS)
        self._draw_badge(painter, inner, self._number, low=False)
        if self._remark:
            self._draw_badge(painter, inner, self._remark, low=True)

    def _draw_badge(self, painter: QPainter, inner: QRect, text: str, *, low: bool) -> None:
        """Write a short text on a dark ground, into the upper left or the lower right corner."""
        badge = QRect(0, 0, max(18, painter.fontMetrics().horizontalAdvance(text) + 8), 16)
        if low:
            badge.moveBottomRight(inner.bottomRight() - QPoint(4, 4))
        else:
            badge.moveTopLeft(inner.topLeft() + QPoint(4, 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        painter.setOpacity(0.55)
        painter.drawRoundedRect(badge, 4, 4)
        painter.setOpacity(1.0)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_ring(self, painter: QPainter) -> None:
        strong = self.isChecked()
        role = QPalette.ColorRole.Highlight if strong else QPalette.ColorRole.Mid
        if self.hasFocus() and not strong:
            role = QPalette.ColorRole.PlaceholderText
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.palette().color(role), 3.0 if strong else 1.5))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), RADIUS + 2, RADIUS + 2)


def rounded(picture: QPixmap, size: QSize, radius: float) -> QPixmap:
    """The picture reduced to `size` device pixels with round corners.

    Made once for a tile, which is drawn again whenever anything near it changes.
    """
    cut = QPixmap(size)
    cut.fill(Qt.GlobalColor.transparent)
    shape = QPainterPath()
    shape.addRoundedRect(cut.rect(), radius, radius)
    with QPainter(cut) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(shape)
        painter.drawPixmap(cut.rect(), picture)
    return cut


def _pixmap(pixels: Pixels) -> QPixmap:
    return QPixmap.fromImage(image_from_pixels(pixels))


def _middle_square(picture: QPixmap) -> QRect:
    """Return the largest square in the middle, so that tiles of any shape fill their place."""
    side = min(picture.width(), picture.height())
    return QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
