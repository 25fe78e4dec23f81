"""The window for a fault of Easel's own: a sentence, the details, and a button to copy them."""

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import SPACE, WIDE

MOST_REPORTS = 20


class FailureWindow(QDialog):
    """Not modal: the picture stays within reach, so it can be exported before anything else."""

    def __init__(self, parent: QWidget | None) -> None:
        """Make an empty window; `report` fills and shows it."""
        super().__init__(parent)
        self._reports: list[str] = []
        self._details = QPlainTextEdit(readOnly=True)
        self._copy = QPushButton(self.tr("Copy the details"))
        self._build()
        self._copy.clicked.connect(self.copy)

    @property
    def details(self) -> str:
        """Everything reported so far, as it would be copied."""
        return "\n\n".join(self._reports)

    def report(self, traceback: str) -> None:
        """Add a traceback; the window comes to the front once and then only grows."""
        self._reports = [*self._reports, traceback.strip()][-MOST_REPORTS:]
        self._details.setPlainText(self.details)
        if not self.isVisible():
            self.show()

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self.details)
        self._copy.setText(self.tr("Copied"))

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Easel found a fault of its own"))
        self.resize(640, 400)
        sentence = QLabel(
            self.tr(
                "Something in Easel went wrong that should not have. Your picture is still open: "
                "export it if it matters, then start Easel again. "
                "The details below help to mend the fault; they contain no picture."
            )
        )
        sentence.setWordWrap(True)
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setAccessibleName(self.tr("Details of the fault"))
        self._copy.setAccessibleName(self.tr("Copy the details"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(sentence)
        column.addWidget(self._details, 1)
        column.addWidget(buttons)
