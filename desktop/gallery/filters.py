"""The row above the grid: what is looked for, and which pictures are shown in which order."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from desktop.controls.wheel_guard import WheelGuard
from desktop.finding import Question
from desktop.icons import ICON, Icons
from desktop.storage.gallery_entry import Order, Wanted
from desktop.theme import SPACE, WIDE
from desktop.visible import visible

REST = 150
"""Milliseconds after the last letter."""
REST_FOR_MEANING = 500
"""The same where the engine has to read the text."""


class FilterRow(QWidget):
    """Words and switches; `changed` says that a question follows."""

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        """Ask for everything, newest first."""
        super().__init__()
        self.search = QLineEdit()
        self.meaning = self._switch(icons, "meaning", self.tr("By meaning"))
        self.star = self._switch(icons, "star", self.tr("Favourites only"), text=False)
        self.stacks = self._switch(icons, "stack", self.tr("Near duplicates in stacks"), text=False)
        self.trash = self._switch(icons, "discard", self.tr("Trash"), text=False)
        self.collection = QComboBox()
        self.order = QComboBox()
        WheelGuard(self).guard(self.collection, self.order)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.changed)
        self._lay_out(icons)
        self._connect()
        self._show_meaning()
        self.show_collections(())

    def question(self, likes: tuple[int, ...], unlikes: tuple[int, ...]) -> Question:
        """Return what is asked for; `likes` and `unlikes` come from elsewhere."""
        text = self.search.text()
        by_meaning = self.meaning.isChecked()
        wanted = Wanted(
            words="" if by_meaning else text,
            favourites=self.star.isChecked(),
            collection=self.collection.currentData() or "",
            trashed=self.trash.isChecked(),
            order=self.order.currentData(),
        )
        return Question(
            wanted=wanted,
            text=text if by_meaning else "",
            likes=likes,
            unlikes=unlikes,
            stacked=self.stacks.isChecked(),
        )

    def show_collections(self, names: Sequence[str]) -> None:
        """Offer these collections; the one that is chosen stays so while it is there."""
        chosen = self.collection.currentData()
        self.collection.blockSignals(True)
        self.collection.clear()
        self.collection.addItem(self.tr("All pictures"), "")
        for name in names:
            self.collection.addItem(visible(name), name)
        self.collection.setCurrentIndex(max(0, self.collection.findData(chosen)))
        self.collection.blockSignals(False)
        if chosen and self.collection.currentData() != chosen:
            self.changed.emit()

    def clear(self) -> None:
        """Ask for everything again, in the order that is chosen."""
        for switch in (self.star, self.trash):
            switch.setChecked(False)
        self.collection.setCurrentIndex(0)
        self.search.clear()

    def _lay_out(self, icons: Icons) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(500)
        self.search.setAccessibleName(self.tr("Search"))
        self.search.addAction(
            QAction(icons("tool-zoom"), "", self), QLineEdit.ActionPosition.LeadingPosition
        )
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Search"))
        self.collection.setAccessibleName(self.tr("Collection"))
        self.collection.setMinimumWidth(130)
        self.order.setAccessibleName(self.tr("Order"))
        for text, order in (
            (self.tr("Newest first"), Order.NEWEST),
            (self.tr("Oldest first"), Order.OLDEST),
            (self.tr("Best agreement"), Order.AGREEMENT),
        ):
            self.order.addItem(text, order)
        for box in (self.collection, self.order):
            box.view().setAccessibleName(box.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self.search, 1)
        for widget in (self.meaning, self.star, self.collection, self.order):
            row.addWidget(widget)
        row.addWidget(self.stacks)
        row.addWidget(self.trash)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._asked)
        self.meaning.toggled.connect(self._show_meaning)
        for switch in (self.meaning, self.star, self.stacks, self.trash):
            switch.toggled.connect(self._asked)
        for box in (self.collection, self.order):
            box.currentIndexChanged.connect(self._asked)

    def _switch(self, icons: Icons, icon: str, name: str, text: bool = True) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIcon(icons(icon))
        button.setIconSize(ICON)
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(name)
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _typed(self) -> None:
        self._timer.start(REST_FOR_MEANING if self.meaning.isChecked() else REST)

    def _asked(self) -> None:
        self._timer.stop()
        self.changed.emit()

    def _show_meaning(self) -> None:
        self.search.setPlaceholderText(
            self.tr("Describe what you look for: red boats at dusk")
            if self.meaning.isChecked()
            else self.tr("Search the words of your pictures")
        )
        self.meaning.setToolTip(
            self.tr("Compare the pictures themselves with what you write, not their words")
        )
