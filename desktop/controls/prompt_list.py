"""A list of earlier prompts that drops down under the box, with a field that filters it."""

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from desktop.theme import SPACE

HEIGHT = 320


class PromptList(QFrame):
    """Every prompt that was used, the latest first; Enter or a click takes one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.search = QLineEdit()
        self.view = QListView()
        self._empty = QLabel()
        self._prompts = QStringListModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._prompts)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._lay_out()
        self._connect()

    @property
    def shown(self) -> list[str]:
        """The prompts that fit what is written into the field."""
        rows = range(self._shown.rowCount())
        return [str(self._shown.index(row, 0).data()) for row in rows]

    def know(self, prompts: tuple[str, ...]) -> None:
        """Take the prompts, the latest first."""
        self._prompts.setStringList(list(prompts))

    def drop_below(self, widget: QWidget) -> None:
        """Open below a widget, as wide as it is."""
        self.search.clear()
        self._select_first()
        self.resize(widget.width(), HEIGHT)
        self.move(widget.mapToGlobal(QPoint(0, widget.height())))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows of the field walk through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                row = self.view.currentIndex().row() + step
                row = min(max(row, 0), self._shown.rowCount() - 1)
                self.view.setCurrentIndex(self._shown.index(row, 0))
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self.setObjectName("prompt_list")
        self.search.setPlaceholderText(self.tr("Search your prompts"))
        self.search.setAccessibleName(self.tr("Search your prompts"))
        self.view.setAccessibleName(self.tr("Your prompts"))
        self.view.setModel(self._shown)
        self.view.setUniformItemSizes(True)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self._empty.setText(self.tr("No prompt has these words."))
        self._empty.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        for widget in (self.search, self._empty, self.view):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take)
        self.view.clicked.connect(self._take)

    def _filter(self, text: str) -> None:
        self._shown.setFilterFixedString(text.strip())
        self._select_first()

    def _select_first(self) -> None:
        self.view.setCurrentIndex(self._shown.index(0, 0))
        self._empty.setVisible(not self._shown.rowCount())

    def _take(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.hide()
            self.chosen.emit(str(index.data()))
