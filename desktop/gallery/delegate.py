"""How one picture of the gallery is drawn: itself with round corners, a star, a ring when chosen.

A frame of scrolling draws every picture in view, so little is asked of Qt for each of them.
"""

from collections import OrderedDict
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.gallery.model import GalleryModel
from desktop.gallery.thumbnails import Thumbnails
from desktop.icons import Icons
from desktop.storage.gallery_entry import Entry

MARGIN = 6
RADIUS = 8
STAR = 18
MOST_CUT = 384
"""Pictures that are kept as they are shown: a screen of 3840 x 2160 has room for some 300."""
MOST_AWAITED = 1024
"""Cells that were drawn without their picture and are remembered: more than a screen has."""
SMALLEST = 128
"""Cells are at least so large, in logical pixels, with their margin."""

SELECTED = QStyle.StateFlag.State_Selected.value
POINTED_AT = QStyle.StateFlag.State_HasFocus.value | QStyle.StateFlag.State_MouseOver.value
"""As numbers: flags are made anew by every operator, for each picture in view."""
MARKED = SELECTED | POINTED_AT


class Cut(NamedTuple):
    """A picture as it is shown.

    source: key of the thumbnail, width and height of the cell's inside, density of the screen.
    place: where in that inside its left upper corner is.
    """

    source: tuple[int, int, int, float]
    pixmap: QPixmap
    place: QPoint


class GalleryDelegate(QStyledItemDelegate):
    """Draws what a GalleryModel knows; the cell of what is not there yet is empty."""

    def __init__(self, thumbnails: Thumbnails, icons: Icons) -> None:
        """Take pictures from `thumbnails`."""
        super().__init__()
        self._thumbnails = thumbnails
        self._star: QIcon = icons("star-full", QPalette.ColorRole.HighlightedText)
        self._gone: QIcon = icons("failure")
        self.cell = QSize(SMALLEST, SMALLEST)
        self.awaited: dict[str, int] = {}
        """Rows by file of the cells that were drawn without their picture."""
        self._cuts: OrderedDict[str, Cut] = OrderedDict()
        """By file: to make one takes longer than to copy it."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the same size for every picture."""
        return self.cell

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one picture."""
        # pyright does not know the members of the option's C++ base classes.
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        model, row, bits = index.model(), index.row(), state.value
        assert isinstance(model, GalleryModel)
        entry = model.entry(row)
        if entry is None and not bits & MARKED:
            return
        card = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry is not None:
            self._draw_picture(painter, card, entry, row)
            if (count := len(model.stack(entry.id))) > 1:
                self._draw_count(painter, card, str(count))
        if bits & MARKED:
            palette: QPalette = option.palette  # pyright: ignore[reportAttributeAccessIssue]
            if bits & SELECTED:
                _ring(painter, card, QPen(palette.color(QPalette.ColorRole.Highlight), 3))
            else:
                _ring(painter, card, QPen(palette.color(QPalette.ColorRole.Mid), 2))
        painter.restore()

    def _draw_picture(self, painter: QPainter, card: QRect, entry: Entry, row: int) -> None:
        pixmap = self._thumbnails.pixmap(entry.file)
        if pixmap is not None:
            self._draw_cut(painter, card, entry.file, pixmap)
        elif self._thumbnails.is_missing(entry.file):
            place = QRect(0, 0, STAR, STAR)
            place.moveCenter(card.center())
            self._gone.paint(painter, place)
        else:
            self._await(entry.file, row)
        if entry.favourite:
            self._draw_star(painter, card)

    def _await(self, file: str, row: int) -> None:
        self.awaited.pop(file, None)  # the latest are last
        self.awaited[file] = row
        if len(self.awaited) > MOST_AWAITED:
            del self.awaited[next(iter(self.awaited))]

    def _draw_cut(self, painter: QPainter, card: QRect, file: str, pixmap: QPixmap) -> None:
        """Draw the whole picture, as large as fits, with round corners."""
        density = painter.device().devicePixelRatio()
        source = pixmap.cacheKey(), card.width(), card.height(), density
        cut = self._cuts.get(file)
        if cut is None or cut.source != source:
            size = pixmap.size().scaled(card.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QPoint(
                (card.width() - 1) // 2 - (size.width() - 1) // 2,
                (card.height() - 1) // 2 - (size.height() - 1) // 2,
            )
            cut = self._cuts[file] = Cut(source, _cut_of(pixmap, size, density), place)
        self._cuts.move_to_end(file)
        while len(self._cuts) > MOST_CUT:
            self._cuts.popitem(last=False)
        painter.drawPixmap(card.topLeft() + cut.place, cut.pixmap)

    def _draw_count(self, painter: QPainter, card: QRect, count: str) -> None:
        """Say in a corner of how many pictures the stack is."""
        width = painter.fontMetrics().horizontalAdvance(count) + 4 * MARGIN
        badge = QRect(card.left() + 5, card.bottom() - STAR - 9, width, STAR + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(badge, RADIUS, RADIUS)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, count)

    def _draw_star(self, painter: QPainter, card: QRect) -> None:
        badge = QRect(card.right() - STAR - 9, card.top() + 5, STAR + 4, STAR + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 110))
        painter.drawEllipse(badge)
        self._star.paint(painter, badge.adjusted(4, 4, -4, -4))


def _cut_of(pixmap: QPixmap, size: QSize, density: float) -> QPixmap:
    """The picture in `size` logical pixels, with round corners."""
    made = QPixmap(size * density)
    made.setDevicePixelRatio(density)
    made.fill(Qt.GlobalColor.transparent)
    shape = QPainterPath()
    shape.addRoundedRect(QRect(QPoint(), size), RADIUS, RADIUS)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape)
    painter.drawPixmap(QRect(QPoint(), size), pixmap)
    painter.end()
    return made


def _ring(painter: QPainter, card: QRect, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)
