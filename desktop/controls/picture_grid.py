"""Small pictures in rows, each with a line below: a strip of five, frames of a film, sketches."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.controls.source_well import pixmap_of
from engine.requests import Pixels

RADIUS = 4
GAP = 4
SCROLL_BAR = 16
"""Logical pixels that a scroll bar may take away."""


class PictureGrid(QWidget):
    """Reports what was clicked, or chosen by Space or Enter; arrows go from one to another.

    Places without a picture are dashed and cannot be picked.
    """

    picked = Signal(int)

    def __init__(self, name: str, columns: int, count: int = 0) -> None:
        """Begin with `count` empty places; `name` is what a screen reader says."""
        super().__init__()
        self._columns, self._name = columns, name
        self._pixels: list[Pixels | None] = [None] * count
        self._pictures = [QPixmap() for _ in range(count)]
        self._captions: tuple[str, ...] = ()
        self._marked: frozenset[int] = frozenset()
        self._cursor = 0
        self._faded = False
        self._fitted_at = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def pictures(self) -> tuple[Pixels | None, ...]:
        """What is shown, None where there is a place for a picture to come."""
        return tuple(self._pixels)

    @property
    def marked(self) -> frozenset[int]:
        """The places with a ring."""
        return self._marked

    def show_pictures(self, pictures: Sequence[Pixels | None]) -> None:
        """Show these in place of those before."""
        known = {id(p): made for p, made in zip(self._pixels, self._pictures, strict=True)}
        self._pictures = [
            QPixmap() if each is None else known.get(id(each)) or pixmap_of(each)
            for each in pictures
        ]
        self._pixels = list(pictures)
        self._faded = False
        self._cursor = min(self._cursor, max(0, len(pictures) - 1))
        self._fit()

    def show_picture(self, place: int, pixels: Pixels) -> None:
        """Show one of them."""
        self.show_pictures([*self._pixels[:place], pixels, *self._pixels[place + 1 :]])

    def show_captions(self, captions: Sequence[str]) -> None:
        """Write a line below each picture, or none below any."""
        self._captions = tuple(captions)
        self._fit()

    def mark(self, marked: Collection[int]) -> None:
        """Put a ring around some."""
        self._marked = frozenset(marked)
        self.update()

    def fade(self) -> None:
        """Show that the pictures are not up to date, until others come."""
        self._faded = True
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all rows at the present width."""
        return QSize(self._columns * 40, self._height_at(max(self.width(), 120)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the places square, but for the width of a scroll bar.

        A bar that comes makes the grid narrower, so lower, so that the bar goes again: without end.
        """
        if not 0 <= self._fitted_at - self.width() <= SCROLL_BAR:
            self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is clicked."""
        place = self._place_at(event.position().toPoint())
        if place is not None:
            self._cursor = place
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from picture to picture, and pick."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            if 0 <= self._cursor + step < len(self._pictures):
                self._cursor += step
            self._tell_cursor()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every place with its picture, ring and caption."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place in range(len(self._pictures)):
            self._draw(painter, place)
        painter.end()

    def _draw(self, painter: QPainter, place: int) -> None:
        role, palette = QPalette.ColorRole, self.palette()
        box, picture = self._box(place).adjusted(1, 1, -1, -1), self._pictures[place]
        shape = QPainterPath()
        shape.addRoundedRect(box, RADIUS, RADIUS)
        if picture.isNull():
            pen = QPen(palette.color(role.Mid), 1.5)
            pen.setDashPattern([3.0, 3.0])
            painter.setPen(pen)
            painter.drawPath(shape)
        else:
            painter.save()
            painter.setClipPath(shape)
            painter.setOpacity(0.45 if self._faded else 1.0)
            side = min(picture.width(), picture.height())
            left, top = (picture.width() - side) // 2, (picture.height() - side) // 2
            painter.drawPixmap(box, picture, QRect(left, top, side, side))
            painter.restore()
        if place in self._marked or (self.hasFocus() and place == self._cursor):
            chosen = place in self._marked
            painter.setPen(QPen(palette.color(role.Highlight), 3.0 if chosen else 1.5))
            painter.drawPath(shape)
        if place < len(self._captions):
            painter.setPen(palette.color(role.PlaceholderText))
            line = QRect(box.left() - GAP, box.bottom() + 2, box.width() + 2 * GAP, self._line())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._captions[place])

    def _pick(self) -> None:
        self._tell_cursor()
        if self._cursor < len(self._pixels) and self._pixels[self._cursor] is not None:
            self.picked.emit(self._cursor)

    def _tell_cursor(self) -> None:
        caption = self._captions[self._cursor : self._cursor + 1]
        self.setAccessibleDescription(" ".join((str(self._cursor + 1), *caption)))
        self.update()

    def _line(self) -> int:
        return self.fontMetrics().height() if self._captions else 0

    def _side_at(self, width: int) -> int:
        return max(8, (width - GAP * (self._columns - 1)) // self._columns)

    def _box(self, place: int) -> QRect:
        side, line = self._side_at(self.width()), self._line()
        row, column = divmod(place, self._columns)
        return QRect(column * (side + GAP), row * (side + GAP + line), side, side)

    def _place_at(self, point: QPoint) -> int | None:
        found = (n for n in range(len(self._pictures)) if self._box(n).contains(point))
        return next(found, None)

    def _height_at(self, width: int) -> int:
        rows = -(-len(self._pictures) // self._columns)
        return rows * (self._side_at(width) + GAP + self._line())

    def _fit(self) -> None:
        self._fitted_at = self.width()
        self.setFixedHeight(self._height_at(self.width()))
        self.update()
