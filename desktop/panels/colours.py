"""The colour panel: wheel, hex, the two colours in the hand, and those used last."""

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QColor, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop.controls.colour_wheel import ColourWheel
from desktop.controls.swatch import Swatch
from desktop.hand import MOST_RECENT, Hand, Rgb
from desktop.icons import ICON, Icons

IN_A_ROW = 8


class ColoursPanel(QWidget):
    """Shows and changes the colours of one hand."""

    def __init__(self, hand: Hand, icons: Icons) -> None:
        """Follow `hand`."""
        super().__init__()
        self._hand = hand
        self.wheel = ColourWheel()
        self.hex = QLineEdit()
        self.first = Swatch(self.tr("Colour"), 28)
        self.second = Swatch(self.tr("Second colour; click to paint with it"), 28)
        self.recent = tuple(Swatch(self.tr("Used before:")) for _ in range(MOST_RECENT))
        self._swap = QToolButton()
        self._build(icons)
        self._connect()
        self._show()

    def _build(self, icons: Icons) -> None:
        self.hex.setValidator(QRegularExpressionValidator(QRegularExpression("#?[0-9a-fA-F]{0,6}")))
        self.hex.setMaximumWidth(88)
        self.hex.setAccessibleName(self.tr("Colour as hexadecimal number"))
        self._swap.setIcon(icons("swap"))
        self._swap.setIconSize(ICON)
        self._swap.setAccessibleName(self.tr("Swap the colours"))
        self._swap.setToolTip(self.tr("Swap the colours (X)"))
        line = QHBoxLayout()
        for widget in (self.first, self._swap, self.second):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(QLabel(self.tr("Hex")))
        line.addWidget(self.hex)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.wheel, 1)
        column.addLayout(line)
        for start in range(0, MOST_RECENT, IN_A_ROW):
            row = QHBoxLayout()
            row.setSpacing(4)
            for swatch in self.recent[start : start + IN_A_ROW]:
                row.addWidget(swatch)
            row.addStretch(1)
            column.addLayout(row)

    def _connect(self) -> None:
        self.wheel.chosen.connect(self._choose)
        self.hex.editingFinished.connect(self._choose_hex)
        self._swap.clicked.connect(self._hand.swap_colours)
        self.second.clicked.connect(self._hand.swap_colours)
        for swatch in self.recent:
            swatch.clicked.connect(self._choose_again)
        self._hand.colours_changed.connect(self._show)

    def _choose(self, colour: QColor) -> None:
        self._hand.set_colour((colour.red(), colour.green(), colour.blue()))

    def _choose_hex(self) -> None:
        digits = self.hex.text().lstrip("#")
        if len(digits) in (3, 6):
            self._choose(QColor(f"#{digits}"))
        self._show()

    def _choose_again(self) -> None:
        swatch = self.sender()
        assert isinstance(swatch, Swatch)
        self._choose(swatch.colour)

    def _show(self) -> None:
        first = _colour(self._hand.colour)
        self.wheel.show_colour(first)
        self.first.show_colour(first)
        self.second.show_colour(_colour(self._hand.second))
        self.hex.setText(first.name())
        for place, swatch in enumerate(self.recent):
            known = place < len(self._hand.recent)
            swatch.setVisible(known)
            if known:
                swatch.show_colour(_colour(self._hand.recent[place]))


def _colour(rgb: Rgb) -> QColor:
    return QColor(*rgb)
