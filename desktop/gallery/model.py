"""The list of pictures as Qt's views see it: ids only; what is in view is read when it is seen."""

import html
import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QStringListModel,
    Qt,
    QUrl,
    Signal,
)

from desktop.jobs import Job
from desktop.keeping import Keeping
from desktop.storage.gallery_entry import Entry
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.storage.gallery_stacks import Stacks

ENTRY = Qt.ItemDataRole.UserRole
"""Role of the Entry, None until it was read."""
STACKED = Qt.ItemDataRole.UserRole + 1
"""Role of how many pictures the one in a row stands for, itself among them."""
IDS = "application/x-easel-gallery-ids"
"""What a drag carries beside the files: the ids, as JSON."""
DRAGGABLE = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
"""What every picture is; once, because it is asked for with each that is drawn."""

PAGE = 128
"""Rows that are read at once."""
MOST_KNOWN = 8192
"""Entries that are kept in memory."""

Index = QModelIndex | QPersistentModelIndex


class GalleryModel(QStringListModel):
    """Any number of pictures; `ids` is all that is held of those out of view.

    The rows are counted by Qt, as so many empty texts: a view asks for their number twice with
    each row it lays out, and would hear it from Python.
    """

    known = Signal(int, int)
    """Entries have come that were asked for: those of the rows from the first to the second."""

    def __init__(
        self, keeping: Keeping, pictures: GalleryPictures, parent: QObject | None = None
    ) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._keeping, self._pictures = keeping, pictures
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._earlier: OrderedDict[int, Entry] = OrderedDict()
        self._gone: set[int] = set()
        self._stacks: Stacks = {}
        self._job: Job | None = None

    @property
    def ids(self) -> NDArray[np.int64]:
        """The pictures in order."""
        return self._ids

    def show(self, ids: NDArray[np.int64], stacks: Stacks | None = None) -> None:
        """Show other pictures, or the same in another order; `stacks` of some of them."""
        self._ids, self._stacks = ids, stacks or {}
        self.setStringList([""] * len(ids))

    @property
    def stacks(self) -> Stacks:
        """What some of the pictures stand for."""
        return self._stacks

    def stack(self, entry_id: int) -> tuple[int, ...]:
        """Return the near duplicates that a picture stands for, and itself first."""
        return self._stacks.get(entry_id, (entry_id,))

    def forget(self) -> None:
        """Read entries anew, because something about them may have changed."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._gone.clear()
        # The old ones are shown until the new ones are there, so that nothing flickers.
        self._earlier, self._entries = self._entries, OrderedDict()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the prompt, a tooltip, or the Entry."""
        entry = self.entry(index.row())
        if role == ENTRY:
            return entry
        count = len(self.stack(int(self._ids[index.row()])))
        if role == STACKED:
            return count
        if entry is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole and count > 1:
            return self.tr("{prompt}, a stack of {count}").format(prompt=entry.prompt, count=count)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.prompt or self.tr("Picture {number}").format(number=entry.id)
        if role == Qt.ItemDataRole.ToolTipRole:
            return html.escape(entry.prompt[:500])
        return None

    def entry(self, row: int) -> Entry | None:
        """Return what is known of the picture in a row; what is not yet is read."""
        entry_id = int(self._ids[row])
        found = self._entries.get(entry_id)
        if found is not None:
            self._entries.move_to_end(entry_id)
            return found
        self._read(row)
        return self._earlier.get(entry_id)

    def ids_at(self, indexes: Iterable[Index]) -> list[int]:
        """Return the ids of rows, in the order of the list."""
        return [int(self._ids[row]) for row in sorted({index.row() for index in indexes})]

    def row_of(self, entry_id: int) -> int | None:
        """Return where a picture is."""
        rows = np.flatnonzero(self._ids == entry_id)
        return int(rows[0]) if len(rows) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let pictures be dragged out."""
        return DRAGGABLE if index.isValid() else Qt.ItemFlag.NoItemFlags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Change nothing, and say so."""
        return False

    def supportedDropActions(self) -> Qt.DropAction:
        """Copies only: what is dropped here stays where it was."""
        return Qt.DropAction.CopyAction

    def supportedDragActions(self) -> Qt.DropAction:
        """Copies only: dragging a picture out takes nothing away."""
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Files for everybody, ids for ourselves."""
        return ["text/uri-list", IDS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Give the files of the pictures that are known."""
        entries = [e for row in sorted(i.row() for i in indexes) if (e := self.entry(row))]
        data = QMimeData()
        paths = [self._pictures.path(entry.file) for entry in entries]
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        data.setData(IDS, json.dumps([entry.id for entry in entries]).encode())
        return data

    def _read(self, row: int) -> None:
        """Read the page around a row; the view asks again for what it still misses after that."""
        if self._job is not None or int(self._ids[row]) in self._gone:
            return
        first = row // PAGE * PAGE
        ids = self._ids[first : first + PAGE].tolist()

        def take(entries: list[Entry]) -> None:
            self._job = None
            self._take(first, ids, entries)

        self._job = self._keeping.ask(lambda gallery: gallery.entries(ids), take)

    def _take(self, first: int, ids: list[int], entries: list[Entry]) -> None:
        self._entries.update((entry.id, entry) for entry in entries)
        self._gone.update(set(ids) - {entry.id for entry in entries})
        while len(self._entries) > MOST_KNOWN:
            self._entries.popitem(last=False)
        if self._ids[first : first + PAGE].tolist() == ids:
            self.known.emit(first, first + len(ids) - 1)
        elif len(self._ids):  # another list is shown by now
            self.known.emit(0, len(self._ids) - 1)
