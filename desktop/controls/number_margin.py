"""Room between the border of a number box and its number, which no style sheet can give."""

from PySide6.QtWidgets import QAbstractSpinBox

LEFT = 8
"""Logical pixels, as fields of text have."""


def give_margin(box: QAbstractSpinBox) -> None:
    """Keep the number off the left border."""
    if (edit := box.lineEdit()) is not None:
        edit.setTextMargins(LEFT, 0, 0, 0)
