"""What the page Create shows before the first picture: what to do, and things to try."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.theme import SPACE


class Welcome(QWidget):
    """Two sentences in the middle."""

    def __init__(self) -> None:
        """Know nobody yet."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(SPACE)
        self._column.addStretch(1)
        title = _line(self.tr("What would you like to see?"))
        title.setProperty("title", True)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        below = _line(
            self.tr("Write it above and press Enter. Everything is painted on this computer.")
        )
        below.setProperty("muted", True)
        for label in (title, below):
            self._column.addWidget(label)
        self._column.addStretch(1)


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
