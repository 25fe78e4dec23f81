"""The window of settings: a page for each group of the table, and a search through all of them.

Made from the fields of `Settings` and from nothing else. What is changed works at once; where it
does not, its row says when.
"""

from collections.abc import Iterator
from dataclasses import Field, fields, replace
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.by_turns import ByTurns, paint_by_turns
from desktop.controls.scrolling import scrolling
from desktop.controls.setting_row import SettingRow
from desktop.icons import Icons
from desktop.settings import GROUPS, Settings
from desktop.speech import said
from desktop.theme import SPACE, WIDE

FIRST_SIZE = QSize(780, 620)
LIST_WIDTH = 190


class SettingsWindow(QDialog):
    """Shows settings and reports what they are changed to."""

    changed = Signal(object)
    """The Settings with one of them changed here."""
    keys_requested = Signal()
    test_requested = Signal()
    """What was chosen for the engine is to be tried."""
    test_given_up = Signal()
    activated = Signal()
    """The window came to the front: something may have been changed elsewhere meanwhile."""

    def __init__(self, parent: QWidget, icons: Icons) -> None:
        """Show the defaults until `show_values`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(FIRST_SIZE)
        self._icons = icons
        self._values = self._first_values = Settings()
        self.search = QLineEdit(clearButtonEnabled=True)
        self.groups = QListWidget()
        self._rows: dict[str, SettingRow] = {}
        self._headings: dict[str, QLabel] = {}
        self._nothing = QLabel(self.tr("No setting has these words."))
        self.later = QLabel(self.tr("Start Easel again for what you changed to take effect."))
        self.tested = QLabel()
        self.give_up = QPushButton(self.tr("Cancel"))
        self._page = QVBoxLayout()
        self._build()
        self._making = ByTurns(self._make_rows(), self)
        self.search.textChanged.connect(self._filter)
        self.groups.currentRowChanged.connect(self._filter)
        self.groups.setCurrentRow(0)

    def show_values(self, values: Settings) -> None:
        """Show these settings; those of the first call are what Easel was started with."""
        if self._values is self._first_values:
            self._first_values = values
        self._values = values
        for name, row in self._rows.items():
            row.show_value(getattr(values, name))
        self.later.setVisible(any(self._waits(field) for field in fields(Settings)))

    def tell_of_test(self, sentence: str, *, goes_on: bool) -> None:
        """Say how trying the engine went, or that it goes on and can be given up."""
        self.tested.setText(sentence)
        self.tested.show()
        self.give_up.setVisible(goes_on)

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The rows by name, all of them: those that are still being made are made now."""
        self._making.finish()
        return self._rows

    @property
    def shown(self) -> list[str]:
        """Names of the settings in view."""
        return [name for name, row in self.rows.items() if not row.isHidden()]

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the window comes to the front."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.groups.doItemsLayout()
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the list of pages out by the style sheet, which it has only now."""
        super().showEvent(event)
        self.groups.doItemsLayout()
        paint_by_turns((self.groups, self._area), self)

    @property
    def _group(self) -> str:
        """The page that is chosen."""
        return list(GROUPS)[max(0, self.groups.currentRow())]

    def _waits(self, field: Field[Any]) -> bool:
        """Whether the setting was changed and works only from the next start on."""
        differs = getattr(self._values, field.name) != getattr(self._first_values, field.name)
        return differs and field.metadata.get("begins") == "restart"

    def _build(self) -> None:
        self.search.setPlaceholderText(self.tr("Find a setting"))
        self.search.setAccessibleName(self.tr("Find a setting"))
        self.groups.setObjectName("pages")
        self.groups.setAccessibleName(self.tr("Pages of settings"))
        self.groups.addItems([said(each) for each in GROUPS.values()])
        left = QVBoxLayout()
        left.setSpacing(SPACE)
        left.addWidget(self.search)
        left.addWidget(self.groups, 1)
        right = QVBoxLayout()
        right.setSpacing(SPACE)
        self._area = scrolling(self._empty_page(), self.tr("Settings"))
        right.addWidget(self._area, 1)
        test = QHBoxLayout()
        test.setSpacing(SPACE)
        test.addWidget(self.tested, 1)
        test.addWidget(self.give_up)
        right.addLayout(test)
        right.addWidget(self.later)
        for label in (self.later, self._nothing, self.tested):
            label.setWordWrap(True)
        self.tested.setTextFormat(Qt.TextFormat.PlainText)
        self.tested.setAccessibleName(self.tr("What the test has shown"))
        self.tested.hide()
        self.give_up.setAccessibleName(self.tr("Give the test up"))
        self.give_up.clicked.connect(self.test_given_up)
        self.give_up.hide()
        self.later.setProperty("heading", True)
        self.search.setFixedWidth(LIST_WIDTH)
        self.groups.setFixedWidth(LIST_WIDTH)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        columns.setSpacing(WIDE)
        columns.addLayout(left)
        columns.addLayout(right, 1)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("cards")
        page.setLayout(self._page)
        self._page.setContentsMargins(0, 0, SPACE, 0)
        self._page.setSpacing(SPACE)
        self._page.addWidget(self._nothing)
        self._page.addStretch(1)
        return page

    def _make_rows(self) -> Iterator[None]:
        """Make the rows one after the other; after each, it stands where it belongs."""
        yield  # to show the window takes long enough for this turn
        for group, title in GROUPS.items():
            heading = QLabel(said(title))
            heading.setProperty("heading", True)
            self._headings[group] = heading
            self._add(heading)
            for field in fields(Settings):
                if field.metadata.get("group") == group:
                    row = self._row(field)
                    row.show_value(getattr(self._values, field.name))
                    self._add(row)  # first: shown without a parent it would be a window
                    row.setVisible(group == self._group)
                    heading.setVisible(group == self._group)
                    yield

    def _add(self, widget: QWidget) -> None:
        """Add to the page, above the room that is left."""
        self._page.insertWidget(self._page.count() - 1, widget)

    def _row(self, field: Field[Any]) -> SettingRow:
        row = SettingRow(field, self._icons)
        row.changed.connect(self._take)
        row.keys_requested.connect(self.keys_requested)
        row.test_requested.connect(self.test_requested)
        self._rows[field.name] = row
        return row

    def _take(self, name: str, value: object) -> None:
        self._values = replace(self._values, **{name: value})
        self.changed.emit(self._values)

    def _filter(self) -> None:
        """Show one page, or what was found on all of them."""
        words = self.search.text().casefold().split()
        if words:
            self._making.finish()
        for row in self._rows.values():
            found = all(word in row.words for word in words) if words else row.group == self._group
            row.setVisible(found)
        seen = {row.group for row in self._rows.values() if not row.isHidden()}
        for name, heading in self._headings.items():
            heading.setVisible(name in seen)
        self._nothing.setVisible(bool(words) and not seen)
        self.groups.setEnabled(not words)
