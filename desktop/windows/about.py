"""What Easel is, which version this is, and under which licences its parts came."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.wheel_guard import WheelGuard
from desktop.icons import Icons
from desktop.storage.plain_markdown import without_marks
from desktop.theme import SPACE, WIDE


class AboutWindow(QDialog):
    """Name, version and every text in `licences`, one of them at a time."""

    def __init__(self, parent: QWidget, icons: Icons, version: str, licences: Path) -> None:
        """`licences` is a folder of plain text and Markdown files."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Easel"))
        self.resize(640, 480)
        sign, title = QLabel(), QLabel(textFormat=Qt.TextFormat.PlainText)
        self.part, self.text = QComboBox(), QPlainTextEdit(readOnly=True)
        sign.setPixmap(icons("easel").pixmap(QSize(64, 64), self.devicePixelRatioF()))
        title.setText(
            self.tr(
                "Easel {version}\n"
                "Paints pictures from words on this computer, and sends nothing anywhere.\n"
                "Licence: Apache-2.0. The parts it is made of:"
            ).format(version=version)
        )
        title.setWordWrap(True)
        for file in self._in_order(licences):
            self.part.addItem(self._names().get(file.name, file.stem), file)
        self.part.setAccessibleName(self.tr("Part"))
        WheelGuard(self).guard(self.part)
        self.part.currentIndexChanged.connect(self._show)
        self.text.setAccessibleName(self.tr("Licences"))
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
        column.addWidget(self.part)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self._show()

    def _names(self) -> dict[str, str]:
        """What the texts are called, in the order in which they are offered."""
        return {
            "Apache-2.0.txt": self.tr("Easel itself"),
            "starter-pictures.md": self.tr("Pictures that the Starter learned from"),
            "icons.md": self.tr("Icons"),
            "bundled.md": self.tr("Everything else inside"),
            "CreativeML-Open-RAIL-M.txt": self.tr("Karlo, where it is downloaded"),
        }

    def _in_order(self, folder: Path) -> list[Path]:
        order = list(self._names())
        files = [file for file in folder.glob("*") if file.suffix in (".md", ".txt")]
        return sorted(
            files,
            key=lambda file: (
                order.index(file.name) if file.name in order else len(order),
                file.name,
            ),
        )

    def _show(self) -> None:
        file = self.part.currentData()
        if isinstance(file, Path):
            text = file.read_text(encoding="utf-8").strip("\n")
            self.text.setPlainText(without_marks(text) if file.suffix == ".md" else text)
