"""What the empty canvas shows where the tray will lie: three examples that are ready to go.

How a picture comes here says the canvas itself.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from desktop.controls.try_tile import TryTile
from desktop.theme import SPACE, WIDE
from desktop.tries import find

SHOWN = ("erase", "uncrop", "panorama")
"""Of the things to try those that happen on the canvas."""
SIDE = 64


class Invitation(QFrame):
    """A sentence, and three tiles that are reported by `chosen`."""

    chosen = Signal(str)
    """The name of one of the things to try."""

    def __init__(self, resources: Path) -> None:
        """`resources` holds the pictures, which are read when they are first seen."""
        super().__init__()
        self.setObjectName("tray")
        self.setAutoFillBackground(True)
        self.tiles = {name: TryTile(find(name), resources, SIDE) for name in SHOWN}
        self.sentence = QLabel(self.tr("Or try one of these, which are ready to go:"))
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("muted", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self.sentence, 1)
        for name, tile in self.tiles.items():
            tile.clicked.connect(partial(self.chosen.emit, name))
            row.addWidget(tile)
