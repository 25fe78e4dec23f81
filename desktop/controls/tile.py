"""A tile of the tray: one picture with its number, or the place where one will be."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QDrag,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop.canvas.pixmaps import owned_image, small_image
from engine.requests import Pixels

CANDIDATE_TYPE = "application/x-easel-candidate"
"""What a dragged tile says inside Easel: the number of the picture, from 0."""

KEEP = Qt.AspectRatioMode.KeepAspectRatio

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
        self._pixels: Pixels | None = None
        self._cut = QPixmap()
        """The picture as it is shown, made when it is first drawn at this size."""
        self._see_through = False
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
        moved = start is not None and (here - start).manhattanLength() >= far
        if self._finished and moved and self._pixels is not None:
            self._pressed_at = None
            self.setDown(False)
            drag = QDrag(self)
            drag.setMimeData(self.dragged())
            size = _size(self._pixels).scaled(SIDE // 2, SIDE // 2, KEEP)
            drag.setPixmap(QPixmap.fromImage(small_image(self._pixels, *size.toTuple())))
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
        if self._pixels is not None:
            data.setImageData(owned_image(self._pixels))
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, number and ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = self.rect().adjusted(4, 4, -4, -4)
        if self._pixels is None:
            self._draw_place(painter, inner)
        else:
            room = _room(self._pixels, inner) if self._whole else inner
            self._draw_picture(painter, room, self._pixels)
        if self.isChecked() or self.hasFocus() or (self.underMouse() and self._finished):
            self._draw_ring(painter)
        painter.end()

    def _draw_place(self, painter: QPainter, inner: QRect) -> None:
        pen = QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, self._number)

    def _draw_picture(self, painter: QPainter, inner: QRect, pixels: Pixels) -> None:
        ratio = self.devicePixelRatioF()
        size = inner.size() * ratio
        if self._cut.size() != size:
            part = pixels if self._whole else _middle_square(pixels)
            image = small_image(part, size.width(), size.height())
            picture = QPixmap.fromImage(image)
            self._see_through = picture.hasAlphaChannel()
            self._cut = rounded(picture, RADIUS * ratio)
        painter.setOpacity(1.0 if self._finished else 0.7)
        painter.drawPixmap(inner, self._cut)
        painter.setOpacity(1.0)
        if self._see_through:  # what is empty has no edge of its own
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


def rounded(picture: QPixmap, radius: float) -> QPixmap:
    """The picture with round corners.

    Made once for a tile, which is drawn again whenever anything near it changes.
    """
    cut = QPixmap(picture.size())
    cut.fill(Qt.GlobalColor.transparent)
    with QPainter(cut) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(picture))
        painter.drawRoundedRect(cut.rect(), radius, radius)
    return cut


def _size(pixels: Pixels) -> QSize:
    return QSize(pixels.shape[1], pixels.shape[0])


def _room(pixels: Pixels, inner: QRect) -> QRect:
    """Return where all of a picture goes within `inner`."""
    room = QRect(QPoint(), _size(pixels).scaled(inner.size(), KEEP).expandedTo(QSize(1, 1)))
    room.moveCenter(inner.center())
    return room


def _middle_square(pixels: Pixels) -> Pixels:
    """Return the largest square in the middle, so that tiles of any shape fill their place."""
    height, width = pixels.shape[:2]
    side = min(width, height)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]
