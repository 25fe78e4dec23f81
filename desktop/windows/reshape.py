"""The small window with a number by which the selection grows, shrinks or gets a soft rim."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from desktop.controls.number_row import NumberRow
from desktop.document.area_filter import feathered, grown, shrunk
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.selection_edits import replace_selection
from desktop.speech import said
from desktop.theme import SPACE, WIDE, mark_primary
from desktop.tools.tool import SELECTION
from desktop.windows.beside import show_beside, stand_at_the_right
from desktop.windows.parts import Parts

FARTHEST = 500
"""Document pixels, as far as the window lets it go."""

USUAL = 8
"""Document pixels that stand in the box at first."""

NOTHING = "Nothing is selected; select something first."
CHANGED = "The selection was changed meanwhile, and is as you left it; try again."
VANISHES = "Nothing would be left of the selection; it stays as it was. Try a smaller number."


@dataclass(frozen=True, slots=True)
class Reshape:
    """name: that of the edit. change: the selection and a number of pixels to another one."""

    name: str
    change: Callable[[Channel, int], Channel]


RESHAPES = {
    "grow": Reshape("Grow selection", grown),
    "shrink": Reshape("Shrink selection", shrunk),
    "feather": Reshape("Feather selection", lambda channel, width: feathered(channel, width / 2)),
}
"""By the word in the table of verbs; a feathered rim is as wide as the tools for selecting say."""


class ReshapeVerbs(QObject):
    """Opens the window, and remembers the numbers that were chosen last."""

    def __init__(self, window: QWidget, parts: Parts) -> None:
        """`window` is the parent of what opens."""
        super().__init__(window)
        self._window, self._parts = window, parts
        self._numbers = dict.fromkeys(RESHAPES, USUAL)

    def begin(self, word: str) -> None:
        """Ask by how much; without a selection say so."""
        document = self._parts.studio.document
        if document.picture.selection is None:
            self._parts.messages.show_failure(NOTHING)
            return
        canvas, number = self._parts.canvas, self._numbers[word]
        window = ReshapeWindow(self._window, RESHAPES[word].name, number, canvas)
        window.chosen.connect(partial(self._reshape, word))
        show_beside(window)

    def _reshape(self, word: str, number: int) -> None:
        self._numbers[word] = number
        document, canvas, reshape = self._parts.studio.document, self._parts.canvas, RESHAPES[word]
        selection = document.picture.selection
        if selection is None:
            self._parts.messages.show_failure(NOTHING)
            return
        canvas.setFocus()  # where Escape gives it up
        canvas.search(
            lambda: iter((reshape.change(selection, number),)),
            partial(self._take, document, selection, reshape.name),
            about=SELECTION,
        )

    def _take(self, document: Document, before: Channel, name: str, found: object) -> None:
        assert isinstance(found, Channel), found
        if document.picture.selection is not before:
            self._parts.messages.show_failure(CHANGED)
        elif found.is_empty and found.default == 0:
            self._parts.messages.show_failure(VANISHES)
        else:
            document.do(replace_selection(name, found))


class ReshapeWindow(QDialog):
    """One number: typed and confirmed by Enter, or dragged."""

    chosen = Signal(int)
    """Document pixels; the window is closed."""

    def __init__(self, parent: QWidget, name: str, number: int, canvas: QWidget) -> None:
        """`name` is that of the edit, `number` what the box begins with; `canvas` stays in view."""
        super().__init__(parent)
        self._canvas = canvas
        self.setWindowTitle(said(name))
        self.row = NumberRow(said(name), 1, FARTHEST, unit=" px", curved=True)
        self.row.show_value(number, USUAL)
        apply = QPushButton(self.tr("Apply"))
        mark_primary(apply, True)
        apply.setDefault(True)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        box.addButton(apply, QDialogButtonBox.ButtonRole.AcceptRole)
        box.accepted.connect(self._apply)
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(self.row)
        column.addWidget(box)
        self.row.box.setFocus()
        self.row.box.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand beside the picture."""
        super().showEvent(event)
        stand_at_the_right(self, self._canvas)

    def _apply(self) -> None:
        self.accept()
        self.chosen.emit(round(self.row.value))
