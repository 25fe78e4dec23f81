"""The grid of pictures: keys, dragging out, dropping in. It holds no picture and asks nobody."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.gallery.delegate import MARGIN, SMALLEST, GalleryDelegate
from desktop.gallery.file_drops import FileDrops
from desktop.gallery.model import GalleryModel
from desktop.theme import WIDE

LARGEST = 256


class GalleryGrid(QListView):
    """Cells fill the width; what they mean is said by signals."""

    files_dropped = Signal(object)
    """A list of Paths."""
    opened = Signal()
    """Enter or a double click."""
    discard_pressed = Signal()
    star_pressed = Signal()
    undo_pressed = Signal()
    chosen = Signal()
    """Another picture is current, or others are selected."""

    def __init__(self, model: GalleryModel, delegate: GalleryDelegate) -> None:
        """Show `model` by `delegate`."""
        super().__init__()
        self._model, self._delegate = model, delegate
        self.cell = SMALLEST + 24
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self._drops = FileDrops(self.viewport())
        self._drops.dropped.connect(self.files_dropped)
        self.setMouseTracking(True)
        self.setObjectName("gallery_grid")
        self.setViewportMargins(WIDE - MARGIN, 0, 0, 0)
        self.setAccessibleName(self.tr("Pictures of the gallery"))
        self.activated.connect(self._open)
        # A bar that comes and goes would move the pictures; one with nothing to do is not drawn.
        self.verticalScrollBar().rangeChanged.connect(self._show_bar)
        self._show_bar(0, 0)
        model.known.connect(self._show_known)
        self.selectionModel().selectionChanged.connect(self.chosen)

    def selected_ids(self) -> list[int]:
        """Return the ids of what is selected, in the order of the list."""
        return self._model.ids_at(self.selectionModel().selectedIndexes())

    def select(self, ids: list[int], *, reveal: bool = False) -> None:
        """Select these and no others; `reveal`: and scroll to the first."""
        rows = [row for entry_id in ids if (row := self._model.row_of(entry_id)) is not None]
        wanted = QItemSelection()
        for row in rows:
            wanted.select(self._model.index(row), self._model.index(row))
        model = self.selectionModel()
        model.blockSignals(True)
        model.select(wanted, model.SelectionFlag.ClearAndSelect)
        if rows:
            model.setCurrentIndex(self._model.index(rows[0]), model.SelectionFlag.NoUpdate)
        model.blockSignals(False)
        if rows and reveal:
            self.scrollTo(self._model.index(rows[0]))
        self.viewport().update()
        self.chosen.emit()

    def _show_known(self, first: int, last: int) -> None:
        """Draw anew the lines in view that hold these rows."""
        top, bottom = (self.visualRect(self._model.index(row)) for row in (first, last))
        view = self.viewport().rect()
        where = QRect(0, top.top(), view.width(), bottom.bottom() + 1 - top.top())
        self.viewport().update(where.intersected(view))

    def show_arrived(self, files: Iterable[str]) -> None:
        """Draw anew the cells in view whose pictures have come."""
        inside, where = self.viewport().rect(), QRect()
        for file in files:
            row = self._delegate.awaited.pop(file, None)
            if row is not None and row < self._model.rowCount():
                cell = self.visualRect(self._model.index(row))
                where = where.united(cell.intersected(inside))
        if not where.isEmpty():
            self.viewport().update(where)

    def keep_place(self, place: int) -> None:
        """Scroll back to where the list was before it was shown anew."""
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from the tools of the canvas."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F) and not event.modifiers()
            if plain or event.matches(QKeySequence.StandardKey.Undo):
                event.accept()
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the cells such a size that a whole number of them fills the width."""
        width = self.viewport().width() - 2  # Qt lets the last one fall where it just fits
        columns = max(1, width // self.cell)
        side = min(LARGEST, max(SMALLEST, width // columns))
        self._delegate.cell = QSize(side, side)
        self.setGridSize(QSize(side, side))
        self.verticalScrollBar().setSingleStep(side // 3)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete discards, Ctrl+Z brings back, F marks as favourite."""
        if event.key() == Qt.Key.Key_Delete:
            self.discard_pressed.emit()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_pressed.emit()
        elif event.key() == Qt.Key.Key_F and not event.modifiers():
            self.star_pressed.emit()
        else:
            super().keyPressEvent(event)

    def _show_bar(self, least: int, most: int) -> None:
        self.verticalScrollBar().setEnabled(most > least)

    def _open(self, _index: QModelIndex) -> None:
        self.opened.emit()
