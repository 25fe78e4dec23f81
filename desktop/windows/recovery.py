"""The page of unsaved work: what windows that ended have left, and what was discarded since."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.controls.model_card import plain, stack
from desktop.controls.recovery_card import RecoveryCard
from desktop.controls.scrolling import scrolling
from desktop.storage.recovery import Found
from desktop.theme import SPACE, WIDE
from engine.requests import Pixels


class RecoveryWindow(QDialog):
    """Not modal: whoever wants to paint first decides later, and the page comes back."""

    open_requested = Signal(object)
    """A Found."""
    discard_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Show an empty page."""
        super().__init__(parent)
        self.cards: list[RecoveryCard] = []
        self.heading = plain("", wraps=True)
        self.note = plain("", wraps=True)
        self.later = QPushButton(self.tr("Decide later"))
        self._page = QWidget()
        self._column = stack(self._page)
        self._build()

    def show_unsaved(self, found: Sequence[Found]) -> None:
        """List what windows that have ended left."""
        self.heading.setText(self.tr("Easel ended before this was saved"))
        self.note.setText(
            self.tr(
                "Open what you want to go on with. What you discard can still be found for "
                "30 days, under File ▸ Recover."
            )
        )
        self.later.setText(self.tr("Decide later"))
        self._show(found)

    def show_all(self, unsaved: Sequence[Found], discarded: Sequence[Found]) -> None:
        """List that and what was discarded or closed without saving."""
        every = (*unsaved, *discarded)
        self.heading.setText(
            self.tr("Work that was not saved") if every else self.tr("There is nothing to recover")
        )
        self.note.setText(
            self.tr(
                "Easel keeps unsaved work after every action. What was discarded, or closed "
                "without saving, stays here for 30 days."
            )
        )
        self.later.setText(self.tr("Close"))
        self._show(every)

    def show_picture(self, found: Found, pixels: Pixels | None) -> None:
        """Show the small picture of one of them."""
        for card in self.cards:
            if card.found.folder == found.folder:
                card.show_picture(pixels)

    def drop(self, found: Found) -> None:
        """List one of them no longer; an empty page closes."""
        for card in [card for card in self.cards if card.found.folder == found.folder]:
            self.cards.remove(card)
            card.deleteLater()
        self._mark_first()
        if not self.cards:
            self.close()

    def _show(self, found: Sequence[Found]) -> None:
        for card in self.cards:
            card.deleteLater()
        self.cards = [self._card(each) for each in found]
        for card in self.cards:
            self._column.insertWidget(self._column.count() - 1, card)
        self._mark_first()
        if self.cards:
            self.cards[0].open.setFocus()

    def _card(self, found: Found) -> RecoveryCard:
        card = RecoveryCard(found, datetime.now())
        card.open_requested.connect(lambda: self.open_requested.emit(found))
        card.discard_requested.connect(lambda: self.discard_requested.emit(found))
        return card

    def _mark_first(self) -> None:
        for place, card in enumerate(self.cards):
            card.offer_first(place == 0)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Recover"))
        self.resize(560, 420)
        self.heading.setProperty("title", True)
        self.note.setProperty("muted", True)
        self._page.setObjectName("cards")
        self._column.addStretch(1)
        area = scrolling(self._page, self.tr("Work that was not saved"))
        area.setObjectName("cards")
        self.later.setAccessibleName(self.later.text())
        self.later.setAutoDefault(False)
        self.later.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.later)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(self.heading)
        column.addWidget(self.note)
        column.addWidget(area, 1)
        column.addLayout(row)
