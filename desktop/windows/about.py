"""What Easel is, which version this is, and under which licences its parts came."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.icons import Icons
from desktop.theme import SPACE, WIDE


class AboutWindow(QDialog):
    """Name, version and every text in `licences`."""

    def __init__(self, parent: QWidget, icons: Icons, version: str, licences: Path) -> None:
        """`licences` is a folder of plain text and Markdown files."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Easel"))
        self.resize(640, 480)
        sign, title = QLabel(), QLabel(textFormat=Qt.TextFormat.PlainText)
        texts = QPlainTextEdit(readOnly=True)
        sign.setPixmap(icons("easel").pixmap(QSize(64, 64), self.devicePixelRatioF()))
        title.setText(
            self.tr(
                "Easel {version}\n"
                "Paints pictures from words on this computer, and sends nothing anywhere.\n"
                "Licence: Apache-2.0. The parts it is made of:"
            ).format(version=version)
        )
        title.setWordWrap(True)
        texts.setPlainText(_all_texts(licences))
        texts.setAccessibleName(self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.finished.connect(self.deleteLater)
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        head = QHBoxLayout()
        head.setSpacing(WIDE)
        head.addWidget(sign)
        head.addWidget(title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(texts, 1)
        column.addWidget(buttons)


def _all_texts(folder: Path) -> str:
    """Return the texts of the folder one after the other, in the order of their names."""
    files = sorted(f for f in folder.glob("*") if f.suffix in (".md", ".txt"))
    return "\n\n\n".join(f.read_text(encoding="utf-8").strip() for f in files)
