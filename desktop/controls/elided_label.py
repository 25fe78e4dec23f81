"""A line of plain text that ends in … where there is no room for the rest."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from desktop.visible import visible

LEAST_CHARACTERS = 8

LEAST_SHARE = 0.5
"""Of its words: what is shown of less says nothing, and looks like a mistake."""


class ElidedLabel(QLabel):
    """Right-aligned unless it is told to be `left`; the whole text is its tooltip."""

    def __init__(self, text: str = "", *, left: bool = False, remark: bool = False) -> None:
        """Show `text` as it is, never as markup; a `remark` only where half of it has room."""
        super().__init__(visible(text))
        self._side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        self._least = LEAST_SHARE if remark else 0.0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(self.text())

    def setText(self, text: str) -> None:
        """Show another text, of which everything can be seen."""
        super().setText(visible(text))

    def minimumSizeHint(self) -> QSize:
        """Give way to whatever stands beside it."""
        width = LEAST_CHARACTERS * self.fontMetrics().averageCharWidth()
        return QSize(width, super().minimumSizeHint().height())

    @property
    def shown(self) -> str:
        """What of the text is seen."""
        metrics = self.fontMetrics()
        if self.width() < self._least * metrics.horizontalAdvance(self.text()):
            return ""
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        aligned = self._side | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), aligned, self.shown)
        painter.end()
