"""One channel of the mixing desk: a well, its name or words, weights, mute, solo, remove."""

from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.elided_label import ElidedLabel
from desktop.controls.number_row import NumberRow
from desktop.controls.source_well import SourceWell
from desktop.icons import ICON, Icons
from desktop.mixing import FULL, Well
from desktop.source import Source
from desktop.sources import Sources
from desktop.theme import TIGHT
from engine.requests import LONGEST_PROMPT


class ChannelRow(QWidget):
    """Shows a Well of the desk and reports every change by its id."""

    changed = Signal(int, object)
    """Id of the well and a dict of what is different: weight, style, muted, solo, source."""
    removed = Signal(int)
    words_wanted = Signal(int)
    """Id of the well whose picture is to be put into words."""

    def __init__(self, well: Well, sources: Sources, icons: Icons, parent: QWidget) -> None:
        """Show `well`. In `parent` from the start: else all of it would take its style twice."""
        super().__init__(parent)
        self._id = well.id
        self.well = SourceWell(sources, self.tr("Picture in the mix"), 44)
        self.words = QLineEdit()
        self._name = ElidedLabel(well.source.name, left=True)
        self.weight = NumberRow(self.tr("Weight"), -FULL, FULL, unit=" %")
        self._weights = QGridLayout()
        self._apart = False
        self._subject_word = QLabel(self.tr("Subject"))
        self._style_word = QLabel(self.tr("Style"))
        self.mute = self._switch("M", self.tr("Mute: leave it out"))
        self.solo = self._switch("S", self.tr("Solo: leave all others out"))
        self.near = QToolButton()
        self.near.setIcon(icons("meaning"))
        self.near.setIconSize(ICON * 0.8)
        self.near.setAccessibleName(self.tr("Words near this picture"))
        self.near.setToolTip(self.tr("Words near this picture: add one, or lead away from it"))
        self.remove = QToolButton()
        self.remove.setIcon(icons("close"))
        self.remove.setIconSize(ICON * 0.8)
        self.remove.setAccessibleName(self.tr("Take it out of the mix"))
        self.remove.setToolTip(self.tr("Take it out of the mix"))
        self._lay_out()
        self.words.setMaxLength(LONGEST_PROMPT)
        self.words.setAccessibleName(self.tr("Words in the mix"))
        self.weight.setToolTip(
            self.tr("How much of it: below 0 leads away from it; double-click resets")
        )
        self.show_apart(False)
        self.show_well(well)
        self._connect()

    @cached_property
    def style_weight(self) -> NumberRow:
        """The weight of its style, made when that is first wanted: most desks do without."""
        made = NumberRow(self.tr("Weight of its style"), -FULL, FULL, unit=" %")
        made.setToolTip(
            self.tr("How much of its style: below 0 leads away from it; double-click resets")
        )
        made.changed.connect(lambda value: self.changed.emit(self._id, {"style": round(value)}))
        made.hide()
        self._weights.addWidget(made, 1, 1)
        return made

    def show_well(self, well: Well) -> None:
        """Show the well as it is now, without reporting it."""
        source = well.source
        is_text = source.pixels is None
        if self.well.source is not source:
            self.well.show_source(source)
            if not is_text or self.words.text().strip() != source.text:
                self.words.setText(source.text)
            self._name.setText(source.name)
            self._name.setToolTip(self._name.text())
        self.words.setVisible(is_text)
        self.near.setVisible(not is_text)
        self._name.setVisible(not is_text)
        self.weight.show_value(well.weight, FULL)
        if self._apart:
            self.style_weight.show_value(well.style, FULL)
        for button, wanted in ((self.mute, well.muted), (self.solo, well.solo)):
            button.blockSignals(True)
            button.setChecked(wanted)
            button.blockSignals(False)

    def show_apart(self, apart: bool) -> None:
        """Show one weight, or two: of the subject and of the style."""
        for word in (self._subject_word, self._style_word):
            word.setVisible(apart)
        if apart or self._apart:
            self.style_weight.setVisible(apart)
        self._apart = apart
        self.weight.show_name(self.tr("Weight of its subject") if apart else self.tr("Weight"))

    def show_heard(self, heard: bool) -> None:
        """Let what is not heard look so."""
        self.weight.setEnabled(heard)
        if self._apart:
            self.style_weight.setEnabled(heard)
        self.well.setEnabled(heard)

    def _switch(self, letter: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(letter)
        button.setCheckable(True)
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self._name, 1)
        top.addWidget(self.words, 1)
        for button in (self.near, self.mute, self.solo, self.remove):
            button.setFixedSize(22, 22)
            button.setProperty("compact", True)
            top.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addLayout(top)
        weights = self._weights
        weights.setHorizontalSpacing(TIGHT)
        weights.setVerticalSpacing(2)
        weights.setColumnStretch(1, 1)
        for place, word in enumerate((self._subject_word, self._style_word)):
            word.setProperty("muted", True)
            weights.addWidget(word, place, 0)
        weights.addWidget(self.weight, 0, 1)
        column.addLayout(weights)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.well)
        row.addLayout(column, 1)

    def _connect(self) -> None:
        self.well.taken.connect(lambda source: self.changed.emit(self._id, {"source": source}))
        self.words.textChanged.connect(self._rewrite)
        self.weight.changed.connect(
            lambda value: self.changed.emit(self._id, {"weight": round(value)})
        )
        self.mute.toggled.connect(lambda on: self.changed.emit(self._id, {"muted": on}))
        self.solo.toggled.connect(lambda on: self.changed.emit(self._id, {"solo": on}))
        self.near.clicked.connect(lambda: self.words_wanted.emit(self._id))
        self.remove.clicked.connect(lambda: self.removed.emit(self._id))

    def _rewrite(self, text: str) -> None:
        words = text.strip()
        if words and self.well.source is not None and words != self.well.source.text:
            source = Source(name=words, text=words)
            self.well.show_source(source)
            self.changed.emit(self._id, {"source": source})
