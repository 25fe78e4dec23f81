"""Beside Fill and Extend: how far new parts take after the rest, or after a picture put in here."""

from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.ask import Meaning
from desktop.controls.number_row import NumberRow
from desktop.controls.source_well import SourceWell
from desktop.settings import Settings
from desktop.source import Source
from desktop.sources import Sources
from desktop.studio import Studio
from desktop.theme import WIDE

SIDE = 30
HALF = 50


class FollowRow(QWidget):
    """Shown where a run would fill something; keeps the share as a setting."""

    def __init__(self, studio: Studio, sources: Sources) -> None:
        """Show what is set in `studio`; `sources` finds pictures."""
        super().__init__()
        self._studio, self._sources = studio, sources
        self.well = SourceWell(sources, self.tr("What new parts take after"), SIDE)
        self.share = NumberRow(self.tr("How far new parts take after it"), 0, 100, unit=" %")
        self.share.show_value(studio.settings.follow, Settings().follow)
        self.share.setToolTip(
            self.tr(
                "0: the prompt alone says what is painted. 100, or no prompt at all: the rest of "
                "the picture does, or the picture put in here"
            )
        )
        self.well.menu.addSeparator()
        self.well.menu.addAction(self.tr("The &rest of the picture"), self._forget)
        self.well.taken.connect(self.take)
        self.share.settled.connect(self._remember)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, WIDE, 0)
        row.addWidget(QLabel(self.tr("Follow"), textFormat=Qt.TextFormat.PlainText))
        row.addWidget(self.well)
        row.addWidget(self.share)
        studio.intent.changed.connect(self._show_meaning)
        self._show_meaning(studio.intent.meaning)

    def take(self, source: Source) -> None:
        """Let new parts take after a picture; at least half of the way, if not at all until now."""
        if source.pixels is None:
            self._sources.refused.emit(
                self.tr("New parts take after pictures; write words into the prompt instead.")
            )
            return
        self._show(source)
        if not self._studio.settings.follow:
            self.share.show_value(HALF, Settings().follow)
            self._remember(HALF)

    def drop(self, data: QMimeData) -> None:
        """Take what was dropped on the canvas for this."""
        self._sources.drop(data, self.take)

    def offer(self) -> None:
        """Show where a picture may come from; for the menu and the keyboard."""
        if not self.isVisible():
            self._sources.refused.emit(
                self.tr("There is nothing to fill; mask, select or erase something first.")
            )
            return
        self.well.setFocus()
        self.well.offer()

    def _forget(self) -> None:
        self._show(None)

    def _show(self, source: Source | None) -> None:
        self._studio.intent.example = source
        self.well.show_source(source)

    def _remember(self, share: float) -> None:
        self._studio.change_settings(replace(self._studio.settings, follow=round(share)))

    def _show_meaning(self, meaning: Meaning) -> None:
        self.setVisible(meaning in (Meaning.FILL, Meaning.EXTEND))
