"""Going back along what a project's pictures meant: a line with a bead for each accepted result."""

import secrets
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.asked import Asked
from desktop.controls.limit_label import LimitLabel
from desktop.controls.number_row import NumberRow
from desktop.controls.picture_box import PictureBox
from desktop.controls.picture_grid import PictureGrid
from desktop.icons import ICON, Icons
from desktop.questions import Choices
from desktop.retracing import NO_BEADS, Bead, at, beads
from desktop.sketching import coarse, promised
from desktop.speech import said
from desktop.studio import FRESH_SEEDS, Studio
from desktop.theme import SPACE
from desktop.visible import visible
from engine.errors import InvalidRequest
from engine.events import Image
from engine.requests import Mix

COLUMNS = 5


class PathPanel(QWidget):
    """Shows the line of one project; a place on it can be looked at and painted from."""

    def __init__(self, studio: Studio, icons: Icons) -> None:
        """Look at the project when somebody looks at this."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._line: tuple[Bead, ...] = ()
        self._layers: object = None
        self._seed = secrets.randbelow(FRESH_SEEDS)
        self.sketching = studio.sketching()
        self.about = QLabel()
        self.grid = PictureGrid(self.tr("Results of this project, the oldest first"), COLUMNS)
        self.place = NumberRow(self.tr("Place on the line"), 1, 2, decimals=2)
        self.preview = PictureBox(
            self.tr("What is meant there"), self.tr("What is meant there shows here")
        )
        self.run = QPushButton(self.tr("Paint from here"))
        self._limit = LimitLabel(studio, "mix")
        self._set_up()
        self._lay_out()
        studio.history_changed.connect(self._look)
        studio.model_changed.connect(lambda _family: self._look())
        self._show()

    @property
    def line(self) -> tuple[Bead, ...]:
        """The beads that are shown."""
        return self._line

    def paint(self) -> None:
        """Have pictures painted of what is meant at this place; the first is the preview's."""
        self._studio.ask(self._question)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the project, which may have changed."""
        super().showEvent(event)
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self.sketching.stop()

    def _question(self, choices: Choices) -> Asked:
        settings = choices.settings
        seed = settings.seed if settings.seed_locked else self._seed
        seeded = replace(choices, sampling=replace(choices.sampling, seed=seed))
        asked = at(self._line, self.place.value, self._studio.document.picture, seeded)
        assert isinstance(asked.request, Mix)
        return replace(asked, request=promised(asked.request))

    def _look(self) -> None:
        """Find the beads anew where the layers are others."""
        picture, model = self._studio.document.picture, self._studio.model
        seen = (picture.layers, model)
        if not self.isVisible() or seen == self._layers:
            return
        self._layers = seen
        before = len(self._line)
        self._line = beads(picture, model)
        self._show()
        if len(self._line) != before:
            self._go(len(self._line))

    def _show(self) -> None:
        many = len(self._line)
        self.grid.show_pictures([bead.pixels for bead in self._line])
        self.grid.show_captions([str(number) for number in range(1, many + 1)])
        self.place.set_range(1, max(2, many))
        self.place.setEnabled(many > 1)
        self.run.setEnabled(many > 0)
        self.grid.setVisible(many > 0)
        if not many:
            self.preview.show_sentence()
            self.about.setText(said(NO_BEADS))

    def _go(self, bead: int) -> None:
        self.place.show_value(max(1, bead), max(1, bead))
        self._wish()

    def _wish(self) -> None:
        """Have the place drawn in few steps."""
        if not (self.isVisible() and self._line):
            self.sketching.stop()
            return
        number = min(len(self._line), max(1, round(self.place.value)))
        name = visible(self._line[number - 1].name)
        self.about.setText(self.tr("Near {number}: {name}").format(number=number, name=name))
        self.grid.mark({number - 1})
        try:
            asked = self._question(self._studio.choices(1))
        except InvalidRequest as refusal:
            self.preview.show_sentence(str(refusal))
            return
        assert isinstance(asked.request, Mix)
        self.preview.fade()
        self.sketching.wish([coarse(asked.request)])

    def _hear_sketch(self, _place: int, image: Image) -> None:
        self.preview.show_picture(image.pixels)

    def _set_up(self) -> None:
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("muted", True)
        self.about.setWordWrap(True)
        self.place.setToolTip(
            self.tr("1 is the first result, 2 the second; in between lies what is meant between")
        )
        self.run.setAccessibleName(self.run.text())
        self.run.setIcon(self._icons("undo"))
        self.run.setIconSize(ICON)
        self.run.clicked.connect(self.paint)
        self.grid.picked.connect(lambda shown: self._go(shown + 1))
        self.place.changed.connect(lambda _value: self._wish())
        self.sketching.drawn.connect(self._hear_sketch)
        self.sketching.failed.connect(self.preview.show_sentence)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Place"), textFormat=Qt.TextFormat.PlainText))
        row.addWidget(self.place, 1)
        for part in (self.about, self.grid):
            column.addWidget(part)
        column.addLayout(row)
        for part in (self.preview, self._limit):
            column.addWidget(part)
        column.addStretch(1)
