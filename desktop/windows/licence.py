"""The text of a model's licence, to read, or to accept before the first download."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.controls.model_card import plain
from desktop.theme import SPACE, WIDE, mark_primary
from engine.families.offers import Offer


class LicenceWindow(QDialog):
    """Accepted means that it was agreed to; where it only shows, there is nothing to accept."""

    def __init__(self, parent: QWidget, offer: Offer, folder: Path, *, asks: bool) -> None:
        """`folder` holds the texts."""
        super().__init__(parent)
        family = offer.family
        self.setWindowTitle(self.tr("Licence of {title}").format(title=offer.title))
        self.resize(620, 520)
        text = QPlainTextEdit(readOnly=True)
        text.setPlainText((folder / family.licence_file).read_text(encoding="utf-8"))
        text.setAccessibleName(self.tr("Licence"))
        head = self.tr("{title} is published under {licence}.").format(
            title=family.title, licence=family.licence
        )
        if asks:
            head += " " + self.tr("Easel downloads it when you agree; this is asked once.")
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(plain(head, wraps=True))
        column.addWidget(text, 1)
        column.addWidget(self._buttons(asks))
        self.finished.connect(self.deleteLater)

    def _buttons(self, asks: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        if asks:
            agree = buttons.addButton(self.tr("Agree and download"), roles.AcceptRole)
            mark_primary(agree, True)
            buttons.addButton(self.tr("Not now"), roles.RejectRole)
        else:
            buttons.addButton(QDialogButtonBox.StandardButton.Close)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        return buttons
