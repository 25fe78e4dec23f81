"""How one picture of the gallery is drawn: itself on a card, a star, a ring when it is chosen."""

from collections import OrderedDict

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.gallery.model import ENTRY, STACKED
from desktop.gallery.thumbnails import Thumbnails
from desktop.icons import Icons
from desktop.storage.gallery_entry import Entry

MARGIN = 6
RADIUS = 8
STAR = 18
MOST_CUT = 384
"""Pictures that are kept as they are shown: a screen of 3840 x 2160 has room for some 300."""
SMALLEST = 128
"""Cells are at least so large, in logical pixels, with their margin."""

SELECTED = QStyle.StateFlag.State_Selected.value
POINTED_AT = QStyle.StateFlag.State_HasFocus.value | QStyle.StateFlag.State_MouseOver.value
"""As numbers: flags are made anew by every operator, for each picture in view."""


class GalleryDelegate(QStyledItemDelegate):
    """Draws what the model knows; what is not there yet is an empty card."""

    def __init__(self, thumbnails: Thumbnails, icons: Icons) -> None:
        """Take pictures from `thumbnails`."""
        super().__init__()
        self._thumbnails = thumbnails
        self._star: QIcon = icons("star-full", QPalette.ColorRole.HighlightedText)
        self._gone: QIcon = icons("failure")
        self.cell = QSize(SMALLEST, SMALLEST)
        self._cut: OrderedDict[tuple[int, int, int, float], QPixmap] = OrderedDict()
        """By picture, size and density of the screen: to make one takes longer than to copy it."""

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
        palette: QPalette = option.palette  # pyright: ignore[reportAttributeAccessIssue]
        card = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        entry = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        if isinstance(entry, Entry):
            self._draw_picture(painter, card, entry)
            if (count := index.data(STACKED)) > 1:
                self._draw_count(painter, card, str(count))
        bits = state.value
        if bits & SELECTED:
            _ring(painter, card, QPen(palette.color(QPalette.ColorRole.Highlight), 3))
        elif bits & POINTED_AT:
            _ring(painter, card, QPen(palette.color(QPalette.ColorRole.Mid), 2))
        painter.restore()

    def _draw_picture(self, painter: QPainter, card: QRect, entry: Entry) -> None:
        pixmap = self._thumbnails.pixmap(entry.file)
        if pixmap is not None:
            self._draw_cut(painter, card, pixmap)
        elif self._thumbnails.is_missing(entry.file):
            place = QRect(0, 0, STAR, STAR)
            place.moveCenter(card.center())
            self._gone.paint(painter, place)
        if entry.favourite:
            self._draw_star(painter, card)

    def _draw_cut(self, painter: QPainter, card: QRect, pixmap: QPixmap) -> None:
        """Draw the whole picture, as large as fits, with round corners."""
        size = pixmap.size().scaled(card.size(), Qt.AspectRatioMode.KeepAspectRatio)
        density = painter.device().devicePixelRatio()
        key = pixmap.cacheKey(), size.width(), size.height(), density
        if key not in self._cut:
            self._cut[key] = _cut_of(pixmap, size, density)
        self._cut.move_to_end(key)
        while len(self._cut) > MOST_CUT:
            self._cut.popitem(last=False)
        place = QRect(card.topLeft(), size)
        place.moveCenter(card.center())
        painter.drawPixmap(place.topLeft(), self._cut[key])

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
