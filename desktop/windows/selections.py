"""The window of saved selections: save the present one under a name, take one up again, delete."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.selection_edits import (
    Combine,
    forget_selection,
    load_selection,
    save_selection,
)
from desktop.theme import SPACE, WIDE
from desktop.visible import visible

VERBS = (
    ("&Select", Combine.REPLACE),
    ("&Add", Combine.ADD),
    ("S&ubtract", Combine.SUBTRACT),
    ("&Intersect", Combine.INTERSECT),
)


class SelectionsWindow(QDialog):
    """Lists what is saved in the picture; every button is one undo step."""

    def __init__(self, parent: QWidget, document: Document) -> None:
        """Follow `document` until the window is closed."""
        super().__init__(parent)
        self._document = document
        self.list = QListWidget()
        self._names: list[str] = []
        self.name = QLineEdit()
        self.save = QPushButton(self.tr("Sa&ve"))
        self.take = {how: QPushButton(self.tr(text)) for text, how in VERBS}
        self.delete = QPushButton(self.tr("&Delete"))
        self._build()
        document.listeners.append(self._changed)
        self._changed(document.picture.frame)

    def done(self, result: int) -> None:
        """Stop following."""
        if self._changed in self._document.listeners:
            self._document.listeners.remove(self._changed)
        super().done(result)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Saved selections"))
        self.setMinimumWidth(420)
        self.list.setAccessibleName(self.tr("Saved selections"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("Name of the present selection"))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        saving, taking = QHBoxLayout(), QHBoxLayout()
        saving.addWidget(self.name, 1)
        saving.addWidget(self.save)
        for button in (*self.take.values(), self.delete):
            taking.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addLayout(saving)
        column.addWidget(self.list, 1)
        column.addLayout(taking)
        column.addWidget(close)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.save.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.name.textChanged.connect(self._show_what_is_possible)
        self.list.currentRowChanged.connect(self._show_what_is_possible)
        self.list.itemActivated.connect(lambda _: self._load(Combine.REPLACE))
        for how, button in self.take.items():
            button.clicked.connect(lambda _checked=False, how=how: self._load(how))
        self.delete.clicked.connect(self._delete)

    @property
    def chosen(self) -> str | None:
        """The name that is chosen in the list."""
        item = self.list.currentItem()
        return None if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def _changed(self, _dirty: Rect) -> None:
        names = [name for name, _ in self._document.picture.saved]
        if names != self._names:
            chosen, self._names = self.chosen, names
            self.list.clear()
            for name in names:
                item = QListWidgetItem(visible(name), self.list)
                item.setData(Qt.ItemDataRole.UserRole, name)
            row = names.index(chosen) if chosen in names else len(names) - 1
            self.list.setCurrentRow(row)
        self._show_what_is_possible()

    def _show_what_is_possible(self, _changed: object = None) -> None:
        selects = self._document.picture.selection is not None
        self.save.setEnabled(selects and bool(self.name.text().strip()))
        for button in (*self.take.values(), self.delete):
            button.setEnabled(self.chosen is not None)

    def _save(self) -> None:
        if self.save.isEnabled():
            self._document.do(save_selection(self.name.text().strip()))
            self.name.clear()

    def _load(self, how: Combine) -> None:
        if self.chosen is not None:
            self._document.do(load_selection(self.chosen, how))

    def _delete(self) -> None:
        if self.chosen is not None:
            self._document.do(forget_selection(self.chosen))
