"""The sheet of keys and gestures, to look something up and go on: F1 opens and closes it."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import ROWS, plain
from desktop.by_turns import ByTurns, paint_by_turns
from desktop.gestures import GESTURES
from desktop.key_schemes import SCHEMES
from desktop.keymap import Keymap, shown
from desktop.theme import SPACE, TIGHT, WIDE

COLUMNS = 3
"""Beside each other, where they have the room."""
AT_ONCE = 6
"""Lines that are made in one turn."""
BETWEEN = 3 * WIDE
"""Logical pixels between two columns."""
REST = 100
"""Milliseconds for which a window that is being resized keeps its size before it is fitted."""


class Line(QWidget):
    """One verb or gesture: what it does, and its keys drawn as such."""

    def __init__(self, text: str, keys: tuple[str, ...]) -> None:
        """Show `text` with `keys`, of which each may be pressed."""
        super().__init__()
        self.words = " ".join((text, *keys)).lower()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        name = QLabel(text)
        name.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(name, 1)
        for key in keys:
            cap = QLabel(key)
            cap.setTextFormat(Qt.TextFormat.PlainText)
            cap.setProperty("keycap", True)
            row.addWidget(cap)


class Text(NamedTuple):
    """What a part says: its title, and of each line what is done by which keys."""

    title: str
    lines: list[tuple[str, tuple[str, ...]]]


class Part(QWidget):
    """A heading and the lines below it; gone while none of them is wanted."""

    def __init__(self, text: "Text") -> None:
        """Show the heading of `text`, and its lines as they are added."""
        super().__init__()
        self.text, self.title, self.lines = text, text.title, list[Line]()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, WIDE)
        column.setSpacing(TIGHT)
        heading = QLabel(self.title)
        heading.setProperty("heading", True)
        column.addWidget(heading)
        grow_first(column)
        self._column = column

    def add(self, line: Line) -> None:
        """Show one more line, the last."""
        self.lines.append(line)
        self._column.addWidget(line)

    def show_those(self, words: list[str]) -> None:
        """Show the lines that hold all words, or the title does."""
        some = False
        for line in self.lines:
            wanted = all(word in line.words or word in self.title.lower() for word in words)
            line.setVisible(wanted)
            some = some or wanted
        self.setVisible(some)


Dealt = TypeVar("Dealt", Text, Part)


class KeySheet(QDialog):
    """Everything that keys and gestures do, made from the same tables as they are."""

    def __init__(self, parent: QWidget, keymap: Keymap) -> None:
        """Show the keys of `keymap` as they are now, and whenever they change."""
        super().__init__(parent)
        self._keymap = keymap
        self.search = QLineEdit(clearButtonEnabled=True)
        self.change = QPushButton(self.tr("Change keys…"))
        self._parts: list[Part] = []
        self._columns: list[QVBoxLayout] = []
        self._count = COLUMNS
        self._making: ByTurns | None = None
        self._complete = False
        self._fits = QTimer(self, singleShot=True, interval=REST)
        self._scheme = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._area = QScrollArea()
        self.nothing = QLabel(self.tr("No key and no gesture is called that."))
        self._build()
        self._fill()
        self._fits.timeout.connect(self._fit)
        self.search.textChanged.connect(self._filter)
        keymap.changed.connect(self._fill)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by the key that opened it, too."""
        if event.key() == Qt.Key.Key_F1:
            self.close()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in as many columns as there is room for, whatever was so before it was hidden."""
        super().showEvent(event)
        self._fit_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Do so in the new size, once it is the last one."""
        super().resizeEvent(event)
        self._fits.start()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Keys and gestures"))
        # As wide as the longest words of all languages need, where the screen has the room.
        self.resize(min(1220, self.screen().availableSize().width() - 2 * WIDE), 720)
        self.search.setPlaceholderText(self.tr("What are you looking for?"))
        self.search.setAccessibleName(self.tr("Find a key or a gesture"))
        self.change.setAccessibleName(self.tr("Change keys"))
        self.change.setAutoDefault(False)
        self._scheme.setProperty("muted", True)
        self.nothing.setProperty("muted", True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(self.tr("Keys and gestures"))
        top = QHBoxLayout()
        top.setSpacing(WIDE)
        top.addWidget(self.search, 1)
        top.addWidget(self._scheme)
        top.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(WIDE)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self._area, 1)

    def _fill(self) -> None:
        self._scheme.setText(
            self.tr("Keys of {scheme}").format(scheme=SCHEMES[self._keymap.scheme].title)
        )
        self._parts, self._complete = [], False
        columns = self._lay_columns()[: self._count]
        self._stretch()
        # Each part that is added moves others: painted once, when all of them are in place.
        self._sheet.setUpdatesEnabled(False)
        if self._making is not None:
            self._making.stop()
        self._making = ByTurns(self._make_parts(columns), self)
        self._filter()

    @property
    def parts(self) -> list[Part]:
        """The parts, all of them: those that are still being made are made now."""
        if self._making is not None:
            self._making.finish()
        return self._parts

    def _make_parts(self, columns: list[QVBoxLayout]) -> Iterator[None]:
        """Make part after part, from the top of all columns downwards, a few lines a turn."""
        texts: list[Text] = []
        for text in self._texts():
            texts.append(text)
            yield  # to name all keys as this system does takes longer than to make a part
        for level in zip_longest(*_in_columns(texts, self._count)):
            for column, text in zip(columns, level, strict=True):
                if text is not None:
                    part = Part(text)
                    self._parts.append(part)
                    column.insertWidget(column.count() - 1, part)
                    for number, line in enumerate(text.lines, 1):
                        part.add(Line(*line))
                        if number % AT_ONCE == 0:
                            yield
                    yield
        self._parts.sort(key=lambda part: texts.index(part.text))
        self._complete = True
        self._fit_soon()
        paint_by_turns(self._parts, self)
        self._sheet.setUpdatesEnabled(True)

    def _lay_columns(self) -> list[QVBoxLayout]:
        """Lay out an empty sheet in place of the one that there is."""
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 0, SPACE, 0)
        row.setSpacing(BETWEEN)
        grow_first(row)
        self._columns = [QVBoxLayout() for _ in range(COLUMNS)]
        for column in self._columns:
            column.setSpacing(0)
            column.addStretch(1)
            row.addLayout(column, 1)
        self._area.setWidget(sheet)
        return self._columns

    @property
    def _sheet(self) -> QWidget:
        sheet = self._area.widget()
        assert sheet is not None, "it is there from the first time that the window is filled"
        return sheet

    def _fit_soon(self) -> None:
        QTimer.singleShot(0, self, self._fit)  # once all is laid out

    def _fit(self) -> None:
        """Stand in as many columns as have the room for their words, if all of them are in view."""
        if not (self._complete and self.isVisible()) or self.search.text().strip():
            return
        room = self._area.viewport().width() - SPACE
        count = next((n for n in range(COLUMNS, 1, -1) if self._width_in(n) <= room), 1)
        if count != self._count:
            self._count = count
            self._deal()

    def _deal(self) -> None:
        """Put the parts into as many columns; all stay in one sheet, and so keep their style."""
        for part in self._parts:
            for column in self._columns:
                column.removeWidget(part)
        dealt = _in_columns(self._parts, self._count)
        for column, parts in zip(self._columns, dealt, strict=False):
            for part in parts:
                column.insertWidget(column.count() - 1, part)
        self._stretch()

    def _stretch(self) -> None:
        """Leave no room for columns in which nothing stands."""
        row = self._sheet.layout()
        assert isinstance(row, QHBoxLayout)
        for place in range(COLUMNS):
            row.setStretch(place, int(place < self._count))

    def _width_in(self, count: int) -> int:
        """How wide the words are in so many columns."""
        dealt = _in_columns(self._parts, count)
        widths = [
            max((part.minimumSizeHint().width() for part in each), default=0) for each in dealt
        ]
        return sum(widths) + BETWEEN * (count - 1)

    def _texts(self) -> Iterator[Text]:
        keys = self._keymap.keys
        for menu in dict.fromkeys(row.menu for row in ROWS):
            lines = [
                (plain(row.text), tuple(map(shown, keys[row.verb])))
                for row in ROWS
                if row.menu == menu and keys[row.verb]
            ]
            if lines:
                yield Text(plain(menu), lines)
        for part in dict.fromkeys(gesture.part for gesture in GESTURES):
            of_part = [gesture for gesture in GESTURES if gesture.part == part]
            lines = [(self.tr(gesture.text), (self.tr(gesture.hand),)) for gesture in of_part]
            yield Text(self.tr(part), lines)

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        for part in self.parts if words else self._parts:
            part.show_those(words)
        found = not words or any(not part.isHidden() for part in self._parts)
        self.nothing.setVisible(not found)
        self._area.setVisible(found)
        if not words:
            self._fit_soon()  # it may have grown while lines were hidden


def grow_first(layout: QLayout) -> None:
    """Have the widget of `layout` take the room for what is added before that is laid out.

    Else all of it is squeezed into the room that there was, and laid out once more.
    """
    layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)


def _in_columns(parts: Sequence[Dealt], count: int) -> list[list[Dealt]]:
    """Deal the parts out, in order, to `count` columns of about the same length."""
    height = sum(len(part.lines) + 2 for part in parts)
    columns: list[list[Dealt]] = [[] for _ in range(count)]
    above = 0
    for part in parts:
        middle = above + (len(part.lines) + 2) / 2
        columns[min(count - 1, int(middle * count / height))].append(part)
        above += len(part.lines) + 2
    return columns
