"""The history of edits: every step that can be undone or redone; a click goes there."""

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.speech import said
from desktop.visible import visible


class EditsPanel(QWidget):
    """Lists the history of one document, which outlives the panel; the oldest is at the top."""

    def __init__(self, document: Document) -> None:
        """Follow `document`."""
        super().__init__()
        self._document = document
        self._model = EditNames(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("History of edits, oldest first"))
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.list)
        document.listeners.append(self._changed)
        self._changed(document.picture.frame)

    def _go(self) -> None:
        row = self.list.currentIndex().row()
        if row >= 0:
            self._document.go_to(row)

    def _changed(self, _dirty: Rect) -> None:
        if self._document.previewing:
            return
        names = [
            self.tr("As it was opened"),
            *(visible(said(each)) for each in self._document.history),
        ]
        if names != self._model.stringList():
            self._model.setStringList(names)
        self._model.reach(self._document.position)
        index = self._model.index(self._document.position)
        if index != self.list.currentIndex():
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)


class EditNames(QStringListModel):
    """Names of edits; those that were undone are quieter."""

    _done = 0

    def reach(self, done: int) -> None:
        """Show as undone what lies below the row `done`."""
        if done != self._done:
            self._done = done
            role = Qt.ItemDataRole.ForegroundRole
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1), [role])

    def data(self, index: object, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, or a muted colour for what was undone."""
        undone = index.row() > self._done  # type: ignore[attr-defined]
        if role == Qt.ItemDataRole.ForegroundRole and undone:
            return QColor(128, 128, 128)
        return super().data(index, role)  # type: ignore[arg-type]
