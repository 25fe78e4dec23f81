"""What the page Create shows before the first picture: what to do, and things to try."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.try_tile import TryTile
from desktop.theme import SPACE, WIDE
from desktop.tries import TRIES

SIDE = 128


class Welcome(QWidget):
    """Two sentences in the middle, and a tile for each thing to try."""

    chosen = Signal(str)
    """The name of one of TRIES."""

    def __init__(self, resources: Path) -> None:
        """`resources` holds the pictures, which are read when they are first seen."""
        super().__init__()
        self.tiles = {each.name: TryTile(each, resources, SIDE) for each in TRIES}
        column = QVBoxLayout(self)
        column.setSpacing(SPACE)
        column.addStretch(2)
        title = _line(self.tr("What would you like to see?"))
        title.setProperty("title", True)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        column.addWidget(title)
        column.addWidget(
            _muted(
                self.tr(
                    "Write it above and press Enter, or drop or paste a picture. Everything is "
                    "painted on this computer."
                )
            )
        )
        column.addStretch(1)
        column.addWidget(_muted(self.tr("Or try one of these, which are ready to go:")))
        row = QHBoxLayout()
        row.setSpacing(WIDE)
        row.addStretch(1)
        for name, tile in self.tiles.items():
            tile.clicked.connect(partial(self.chosen.emit, name))
            row.addWidget(tile)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)


def _muted(text: str) -> QLabel:
    label = _line(text)
    label.setProperty("muted", True)
    return label


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
