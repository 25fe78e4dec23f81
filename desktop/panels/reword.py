"""Reword: turn a picture from one description towards another, and see the way there first."""

import secrets
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.asked import Asked
from desktop.controls.difference_row import DifferenceRow
from desktop.controls.limit_label import LimitLabel
from desktop.controls.picture_grid import PictureGrid
from desktop.controls.scrolling import scrolling
from desktop.controls.source_well import SourceWell
from desktop.icons import ICON, Icons
from desktop.questions import Choices
from desktop.rewording import STRIP, Rewording, reword, strip
from desktop.sketching import coarse
from desktop.source import Source
from desktop.sources import Sources
from desktop.speech import said
from desktop.studio import FRESH_SEEDS, Studio
from desktop.theme import SPACE
from desktop.visible import visible
from engine.errors import InvalidRequest
from engine.events import Image


class RewordPanel(QWidget):
    """Shows one Rewording; its strip is drawn anew whenever something changes."""

    def __init__(self, studio: Studio, sources: Sources, icons: Icons) -> None:
        """Begin without a picture and with one empty change."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._state = Rewording()
        self._in_hand = 1
        self._seed = secrets.randbelow(FRESH_SEEDS)
        self.sketching = studio.sketching()
        self.well = SourceWell(sources, self.tr("The picture to reword"), 64)
        self._hint = QLabel(self.tr("The picture to reword: click or drop"))
        self.keep = QCheckBox(self.tr("Keep the composition"))
        self.rows: dict[int, DifferenceRow] = {}
        self._row_box = QVBoxLayout()
        self.more = QPushButton(self.tr("Another change"))
        self.strip = PictureGrid(self.tr("The way from 0 to 100 per cent"), len(STRIP), len(STRIP))
        self.about = QLabel()
        self.run = QPushButton(self.tr("Paint the change"))
        self._limit = LimitLabel(studio, "reword")
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def state(self) -> Rewording:
        """The picture and the changes on it."""
        return self._state

    def take(self, source: Source) -> None:
        """Reword this picture from now on."""
        self._change(replace(self._state, source=source))

    def begin(self, source: Source, before: str, after: str) -> None:
        """Reword this picture by one change, in place of all that was here."""
        self._change(Rewording(source=source).changed(1, before=before, after=after))

    def paint(self) -> None:
        """Have the reworded picture painted into the tray."""
        self._studio.ask(self._question)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the strip from now on."""
        super().showEvent(event)
        self._wish()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw none that nobody sees."""
        super().hideEvent(event)
        self.sketching.stop()

    def _seeded(self, choices: Choices) -> Choices:
        return replace(choices, sampling=replace(choices.sampling, seed=self._seed))

    def _question(self, choices: Choices) -> Asked:
        return reword(self._state, self._studio.document.picture, self._seeded(choices))

    def _change(self, state: Rewording) -> None:
        self._state = state
        self._show_state()
        self._wish()

    def _change_one(self, difference_id: int, values: dict[str, object]) -> None:
        """Change one; the amount alone does not change the strip that goes through all of them."""
        self._in_hand = difference_id
        self._state = self._state.changed(difference_id, **values)
        self._show_state()
        if set(values) != {"amount"} or len(self._state.differences) > 1:
            self._wish()

    def _take_away(self, difference_id: int) -> None:
        self._change(self._state.without(difference_id))

    def _enter(self, difference_id: int) -> None:
        if difference_id != self._in_hand:
            self._in_hand = difference_id
            self._show_state()
            self._wish()

    def _pick(self, place: int) -> None:
        """Set the change in hand to the amount of a picture of the strip."""
        self._state = self._state.changed(self._in_hand, amount=STRIP[place])
        self._show_state()

    def _wish(self) -> None:
        if not self.isVisible():
            return
        try:
            now = self._studio.document.picture
            steps = strip(self._state, self._in_hand, now, self._seeded(self._studio.choices(1)))
        except InvalidRequest as refusal:
            self.sketching.stop()
            self.strip.show_pictures([None] * len(STRIP))
            self._say(str(refusal))
            return
        self.strip.fade()
        self._say("")
        self.sketching.wish([coarse(step) for step in steps])

    def _say(self, sentence: str) -> None:
        self.about.setText(said(sentence))
        self.about.setVisible(bool(sentence))

    def _show_state(self) -> None:
        state = self._state
        known = {each.id for each in state.differences}
        for gone in [each for each in self.rows if each not in known]:
            row = self.rows.pop(gone)
            self._row_box.removeWidget(row)
            row.hide()
            row.deleteLater()
        for each in state.differences:
            if each.id not in self.rows:
                row = DifferenceRow(each, self._icons)
                row.changed.connect(self._change_one)
                row.removed.connect(self._take_away)
                row.entered.connect(self._enter)
                self.rows[each.id] = row
                self._row_box.addWidget(row)
            self.rows[each.id].show_difference(each)
            self.rows[each.id].remove.setVisible(len(known) > 1)
        if self._in_hand not in known and known:
            self._in_hand = max(known)
        if self.well.source is not state.source:
            self.well.show_source(state.source)
            name = "" if state.source is None else state.source.name
            self._hint.setText(visible(name) or self.tr("The picture to reword: click or drop"))
        amounts = [each.amount for each in state.differences if each.id == self._in_hand]
        self.strip.mark({STRIP.index(amount) for amount in amounts if amount in STRIP})

    def _hear_sketch(self, place: int, image: Image) -> None:
        if place == 0:
            self.strip.show_pictures([None] * len(STRIP))
        self.strip.show_picture(place, image.pixels)

    def _set_up(self) -> None:
        self.keep.setChecked(self._state.keep)
        self.keep.setToolTip(
            self.tr("Paint from the picture's own noise, so that shapes stay where they are")
        )
        self.strip.show_captions([f"{amount} %" for amount in STRIP])
        self.strip.setToolTip(self.tr("Click a picture to go exactly that far"))
        for button in (self.keep, self.more, self.run):
            button.setAccessibleName(button.text())
        self.run.setIcon(self._icons("reword"))
        self.run.setIconSize(ICON)
        for label in (self._hint, self.about):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("muted", True)
            label.setWordWrap(True)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.well)
        beside = QVBoxLayout()
        beside.addWidget(self._hint, 1)
        beside.addWidget(self.keep)
        top.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.strip)
        column.addWidget(self.about)
        column.addWidget(self._changes(), 1)
        column.addWidget(self._limit)

    def _changes(self) -> QScrollArea:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        self._row_box.setSpacing(SPACE + SPACE // 2)
        column.addLayout(self._row_box)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = scrolling(stage, self.tr("Changes"))
        area.setMinimumHeight(110)
        return area

    def _connect(self) -> None:
        self.well.taken.connect(self.take)
        self.keep.toggled.connect(lambda on: self._change(replace(self._state, keep=on)))
        self.more.clicked.connect(lambda: self._change(self._state.added()))
        self.strip.picked.connect(self._pick)
        self.run.clicked.connect(self.paint)
        self.sketching.drawn.connect(self._hear_sketch)
        self.sketching.failed.connect(self._say)
