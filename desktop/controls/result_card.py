"""One large result: the picture, and below it a button for each thing that can be done with it."""

from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop.candidates import Candidate
from desktop.controls.icon_button import icon_button
from desktop.controls.tile import Tile
from desktop.icons import Icons
from desktop.places import remark_on
from desktop.theme import SPACE, TIGHT
from engine.requests import Pixels

CHOICES = (
    (
        "vary",
        "vary",
        QT_TRANSLATE_NOOP("ResultCard", "Variations"),
        QT_TRANSLATE_NOOP(
            "ResultCard", "New pictures like this one, as far away as the panel Vary says"
        ),
    ),
    (
        "open",
        "to-canvas",
        QT_TRANSLATE_NOOP("ResultCard", "Open on canvas"),
        QT_TRANSLATE_NOOP("ResultCard", "Open on canvas: put it there as a layer (Enter)"),
    ),
    (
        "mix",
        "mix",
        QT_TRANSLATE_NOOP("ResultCard", "Mix"),
        QT_TRANSLATE_NOOP("ResultCard", "Mix: put it onto the mixing desk"),
    ),
    (
        "favour",
        "star",
        QT_TRANSLATE_NOOP("ResultCard", "Favourite"),
        QT_TRANSLATE_NOOP("ResultCard", "Mark it as a favourite in the gallery (F)"),
    ),
    (
        "save",
        "save",
        QT_TRANSLATE_NOOP("ResultCard", "Save…"),
        QT_TRANSLATE_NOOP("ResultCard", "Save a copy of its file"),
    ),
)
"""Verb, icon, text, tip; in the order of the buttons."""

IN_THE_GALLERY = ("favour", "save")
"""What needs the file that the gallery keeps."""


class ResultCard(QWidget):
    """Shows a finished picture, or the place where one will be; asks by `wanted`."""

    wanted = Signal(str)
    """A verb of CHOICES."""

    def __init__(self, icons: Icons, side: int, parent: QWidget | None = None) -> None:
        """A picture of `side` logical pixels, with a row of buttons below."""
        super().__init__(parent)
        self._icons = icons
        self.tile = Tile(side, whole=True)
        self.buttons = {
            verb: self._button(icon, str(text), str(tip)) for verb, icon, text, tip in CHOICES
        }
        self._row = row = QHBoxLayout()
        row.setSpacing(TIGHT // 2)  # four cards in the usual window leave room for the word then
        row.addStretch(1)
        for verb, button in self.buttons.items():
            button.clicked.connect(partial(self.wanted.emit, verb))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        self.resize_to(side)

    def resize_to(self, side: int) -> None:
        """Show the picture in a square of `side` logical pixels; words where they fit below it."""
        self.tile.setFixedSize(side, side)
        words, style = self.buttons["vary"], Qt.ToolButtonStyle
        words.setToolButtonStyle(style.ToolButtonTextBesideIcon)
        self._row.invalidate()  # Qt tells the outermost layout alone
        if self._row.sizeHint().width() > side:
            words.setToolButtonStyle(style.ToolButtonIconOnly)
            self._row.invalidate()

    def show_candidate(self, number: int, candidate: Candidate, name: str) -> None:
        """Show a finished picture under its number; `name` is what a screen reader says."""
        self.tile.file = candidate.file
        self.tile.show_picture(str(number), candidate.pixels, name, remark_on(candidate))
        star = "star-full" if candidate.favourite else "star"
        self.buttons["favour"].setIcon(self._icons(star))
        for verb, button in self.buttons.items():
            button.setEnabled(verb not in IN_THE_GALLERY or candidate.entry is not None)
            button.setAccessibleName(f"{button.text()}: {name}")

    def show_place(self, number: int, preview: Pixels | None, name: str) -> None:
        """Show what an unfinished picture looks like by now, or a dashed place."""
        self.tile.show_place(str(number), preview, name)
        for button in self.buttons.values():
            button.setEnabled(False)
            button.setAccessibleName(f"{button.text()}: {name}")

    def _button(self, icon: str, text: str, tip: str) -> QToolButton:
        button = icon_button(self._icons(icon), _tr(text), _tr(tip))
        button.setText(_tr(text))
        return button


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultCard", text)
