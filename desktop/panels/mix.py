"""The mixing desk: pictures, words and results with weights, a pad between them, a live preview."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.asked import Asked
from desktop.by_turns import ByTurns, paint_by_turns
from desktop.controls.channel_row import ChannelRow
from desktop.controls.contact_sheet import ContactSheet
from desktop.controls.limit_label import LimitLabel
from desktop.controls.pad import Pad
from desktop.controls.picture_box import PictureBox
from desktop.controls.source_well import SourceWell
from desktop.controls.wheel_guard import WheelGuard
from desktop.controls.words_menu import WordsMenu
from desktop.icons import ICON, Icons
from desktop.limits import limit_of
from desktop.mixing import Desk, mix, point_of
from desktop.questions import Choices
from desktop.sketching import coarse, promised
from desktop.source import Source
from desktop.sources import Sources
from desktop.studio import FRESH_SEEDS, Studio
from desktop.theme import SPACE
from engine.errors import InvalidRequest
from engine.events import Image
from engine.families import Family
from engine.requests import LONGEST_PROMPT, Blending, Mix

LEAST = 2
"""Ideas that make a mix."""


class MixPanel(QWidget):
    """Shows one Desk and asks the studio for what it says."""

    def __init__(self, studio: Studio, sources: Sources, icons: Icons) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self._studio, self._sources, self._icons = studio, sources, icons
        self._desk = Desk()
        self._seed = secrets.randbelow(FRESH_SEEDS)
        self._grows = False
        self._turns: ByTurns | None = None
        self.sketching = studio.sketching()
        self._guard = WheelGuard(self)
        self.rows: dict[int, ChannelRow] = {}
        self._stage = QWidget()
        self._row_box = QVBoxLayout()
        self.empty = SourceWell(sources, self.tr("A new place in the mix"), 44)
        self.second = SourceWell(sources, self.tr("A second place in the mix"), 44)
        self.invitation = QLabel(self.tr("Drop pictures into the places, click them, or type:"))
        self.words = QLineEdit()
        self.blending = QComboBox()
        self.apart = QCheckBox(self.tr("Style and subject apart"))
        self.pad = Pad(self.tr("Pad between the first four ideas"))
        self.preview = PictureBox(
            self.tr("Preview of the mix"), self.tr("The mix shows here while you look for it")
        )
        self.sheet = ContactSheet(studio, self._sketch_of)
        self.run = QPushButton(self.tr("Paint the mix"))
        self._limit = LimitLabel(studio, "mix")
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_desk()

    @property
    def desk(self) -> Desk:
        """What is on the desk."""
        return self._desk

    def take(self, *sources: Source) -> None:
        """Put each picture, text or result into a well of its own."""
        self._change(reduce(Desk.added, sources, self._desk))

    def clear(self) -> None:
        """Take everything off the desk."""
        self._change(Desk())

    def name(self, source: Source) -> None:
        """Offer the words near a picture, which comes into the mix if it is not there yet."""
        ByTurns(self._name(source), self)

    def _name(self, source: Source) -> Iterator[None]:
        yield  # to bring the desk into view takes long enough for a turn, and so does a new row
        if all(well.source.pixels is not source.pixels for well in self._desk.wells):
            self.take(source)
            yield
        for well in self._desk.wells:
            if well.source.pixels is source.pixels:
                self._offer_words(well.id)
                return

    def show_sheet(self) -> None:
        """Show what lies all over the pad, as soon as there are two ideas."""
        self._stay()
        self.sheet.switch.setChecked(self.sheet.switch.isEnabled())
        self.sheet.switch.setFocus()

    def paint(self) -> None:
        """Have the mix painted into the tray; the first picture is the one of the preview."""
        self._studio.ask(self._question)
        if not self._studio.settings.seed_locked:
            self._seed = (self._seed + self._studio.settings.count) % FRESH_SEEDS

    def showEvent(self, event: QShowEvent) -> None:
        """Draw previews from now on."""
        super().showEvent(event)
        self._wish()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw none that nobody sees."""
        super().hideEvent(event)
        self.sketching.stop()

    def _question(self, choices: Choices) -> Asked:
        asked = self._asked(self._desk, choices)
        assert isinstance(asked.request, Mix)
        return replace(asked, request=promised(asked.request))

    def _asked(self, desk: Desk, choices: Choices) -> Asked:
        """Ask for what a desk says, from the seed that the next run will have."""
        settings = choices.settings
        seed = settings.seed if settings.seed_locked else self._seed
        seeded = replace(choices, sampling=replace(choices.sampling, seed=seed))
        return mix(desk, self._studio.document.picture, seeded)

    def _sketch_of(self, desk: Desk) -> Mix:
        request = self._asked(desk, self._studio.choices(1)).request
        assert isinstance(request, Mix)
        return request

    def _change(self, desk: Desk) -> None:
        self._desk = desk
        self._show_desk()
        self._wish()

    def _wish(self) -> None:
        """Have a preview drawn, or say why there is none."""
        if not self.isVisible():
            return
        try:
            asked = self._question(self._studio.choices(1))
        except InvalidRequest as refusal:
            self.sketching.stop()
            self.preview.show_sentence(str(refusal) if self._desk.wells else "")
            return
        assert isinstance(asked.request, Mix)
        self.preview.fade()
        self.sketching.wish([coarse(asked.request)])

    def _show_desk(self) -> None:
        """Show the desk as it is; rows are kept, so that a drag in one goes on."""
        desk, heard = self._desk, self._desk.heard
        self._grows = False
        for well_id in [each for each in self.rows if all(w.id != each for w in desk.wells)]:
            row = self.rows.pop(well_id)
            self._row_box.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._add_row()
        for well in desk.wells[: len(self.rows)]:
            self.rows[well.id].show_apart(desk.apart)
            self.rows[well.id].show_well(well)
            self.rows[well.id].show_heard(well in heard)
        corners = desk.corners
        self.pad.show_corners([well.source for well in corners])
        self.pad.show_point(*point_of([well.weight for well in corners], len(corners)))
        self.sheet.show_desk(desk)
        self.apart.setChecked(desk.apart)
        self.apart.setVisible(bool(desk.wells))
        self.run.setEnabled(bool(desk.wells))
        self.second.setVisible(not desk.wells)
        self.invitation.setVisible(len(desk.wells) < LEAST)
        # Beside two places there is no room for it, and the invitation has said it.
        hint = self.tr("or type, and press Enter") if desk.wells else ""
        self.words.setPlaceholderText(hint)

    def _add_row(self) -> None:
        """Make the next row that is wanted. Several are made one a turn: each takes its time."""
        new = [well for well in self._desk.wells if well.id not in self.rows]
        if new:
            row = ChannelRow(new[0], self._sources, self._icons, self._stage)
            self.rows[new[0].id] = row
            row.changed.connect(lambda i, values: self._change(self._desk.changed(i, **values)))
            row.words_wanted.connect(self._offer_words)
            row.removed.connect(lambda i: self._change(self._desk.without(i)))
            self._row_box.addWidget(row)
            self._grows = True
            # Each row moves others: painted once, after all of them are made and laid out.
            self.setUpdatesEnabled(False)
            if self._turns is None:
                self._turns = ByTurns(self._go_on(), self)

    def _go_on(self) -> Iterator[None]:
        """Make the next rows; paint all when none is wanted, or none is any more."""
        yield  # the last one is laid out
        while len(self.rows) < len(self._desk.wells):
            self._show_desk()
            yield
        self._turns = None
        paint_by_turns([*self.rows.values()], self)
        self.setUpdatesEnabled(True)

    def lie_in(self, area: QScrollArea) -> None:
        """Have `area`, in which all of this scrolls, show the place for the next idea."""

        def show_newest() -> None:
            if self._grows:
                area.ensureWidgetVisible(self.words, 0, SPACE)

        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(show_newest)
        bar.actionTriggered.connect(self._stay)  # somebody scrolls

    def _stay(self) -> None:
        """From now on stay where the page is looked at, for whatever reason it grows."""
        self._grows = False

    def _add_words(self) -> None:
        text = self.words.text().strip()
        if text:
            self.words.clear()
            self.take(Source(name=text, text=text))

    def _offer_words(self, well_id: int) -> None:
        while well_id not in self.rows:
            self._add_row()
        row = self.rows[well_id]
        pixels = next(well.source.pixels for well in self._desk.wells if well.id == well_id)
        if pixels is not None:
            menu = WordsMenu(self._studio, pixels, self)
            menu.chosen.connect(self._add_word)
            menu.popup(row.near.mapToGlobal(row.near.rect().bottomLeft()))

    def _add_word(self, word: str, weight: int) -> None:
        desk = self._desk.added(Source(name=word, text=word))
        self._change(desk.changed(desk.wells[-1].id, weight=weight))

    def _choose_blending(self, _index: int) -> None:
        self._change(replace(self._desk, blending=self.blending.currentData()))

    def _hear_sketch(self, _place: int, image: Image) -> None:
        self.preview.show_picture(image.pixels)

    def _set_up(self) -> None:
        self.invitation.setTextFormat(Qt.TextFormat.PlainText)
        self.invitation.setWordWrap(True)
        self.invitation.setProperty("muted", True)
        self.words.setAccessibleName(self.tr("Words to put into the mix"))
        self.words.setMaxLength(LONGEST_PROMPT)
        self.blending.addItem(self.tr("Round the sphere"), Blending.SPHERICAL)
        self.blending.addItem(self.tr("Straight sum"), Blending.LINEAR)
        self.blending.setAccessibleName(self.tr("How ideas are mixed"))
        self.blending.view().setAccessibleName(self.tr("How ideas are mixed"))
        self.blending.setToolTip(
            self.tr(
                "Round the sphere keeps the strength of an idea; the straight sum, Kandinsky's own "
                "way, grows weaker between ideas that are far apart"
            )
        )
        self._guard.guard(self.blending)
        self.apart.setAccessibleName(self.apart.text())
        self._explain_apart()
        self.run.setAccessibleName(self.run.text())
        self.run.setIcon(self._icons("mix"))
        self.run.setIconSize(ICON)

    def _explain_apart(self, _family: Family | None = None) -> None:
        """Say what the switch does, and what a larger model would do with it."""
        what = self.tr(
            "Two weights for each idea: what it shows, and how it is painted. Style is what "
            "lies along words for styles; the pad weighs the subjects"
        )
        self.apart.setToolTip(
            "\n\n".join(filter(None, (what, limit_of(self._studio.model, "mix"))))
        )

    def _lay_out(self) -> None:
        seen = QHBoxLayout()
        seen.setSpacing(SPACE)
        seen.addWidget(self.pad, 1)
        seen.addWidget(self.preview, 1)
        self._lay_out_channels()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        column.addLayout(seen)
        column.addWidget(self.sheet)
        column.addWidget(self._stage, 1)
        column.addWidget(self.apart)
        column.addWidget(self.blending)
        column.addWidget(self._limit)

    def _lay_out_channels(self) -> None:
        """Lay out the rows and the place for a new one."""
        column = QVBoxLayout(self._stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self._row_box.setSpacing(SPACE)
        column.addLayout(self._row_box)
        column.addWidget(self.invitation)
        new = QHBoxLayout()
        new.setSpacing(SPACE)
        new.addWidget(self.empty)
        new.addWidget(self.second)
        new.addWidget(self.words, 1)
        column.addLayout(new)
        column.addStretch(1)

    def _connect(self) -> None:
        self.empty.taken.connect(self.take)
        self.second.taken.connect(self.take)
        self.words.returnPressed.connect(self._add_words)
        self.blending.currentIndexChanged.connect(self._choose_blending)
        self.apart.clicked.connect(lambda on: self._change(self._desk.parted(on)))
        self._studio.model_changed.connect(self._explain_apart)
        self.pad.moved.connect(lambda x, y: self._change(self._desk.moved_to(x, y)))
        self.run.clicked.connect(self.paint)
        self.sheet.picked.connect(lambda x, y: self._change(self._desk.moved_to(x, y)))
        self.sketching.drawn.connect(self._hear_sketch)
        self.sketching.failed.connect(self.preview.show_sentence)
