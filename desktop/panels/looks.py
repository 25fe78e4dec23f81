"""First looks: many ideas for the prompt as thumbnails; the chosen ones are painted in full."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.limit_label import LimitLabel
from desktop.controls.number_row import NumberRow
from desktop.controls.picture_grid import PictureGrid
from desktop.controls.scrolling import scrolling
from desktop.controls.wheel_guard import WheelGuard
from desktop.icons import ICON, Icons
from desktop.looks import Look, agreements, by_agreement, by_spread, in_full, looks
from desktop.speech import said
from desktop.studio import Studio
from desktop.theme import SPACE
from engine.errors import InvalidRequest
from engine.events import Embedded, Image
from engine.requests import MOST_IMAGES, Embed, Pixels

COLUMNS = 4
FIRST_COUNT = 12


class LooksPanel(QWidget):
    """Keeps the looks at the prompt that they were made for."""

    def __init__(self, studio: Studio, icons: Icons, prompt: Callable[[], str]) -> None:
        """`prompt` says what is written in the prompt bar."""
        super().__init__()
        self._studio, self._icons, self._prompt = studio, icons, prompt
        self._asked = ""
        self._found: list[Look] = []
        self._scores: tuple[float, ...] = ()
        self._chosen: set[int] = set()
        self._order: tuple[int, ...] = ()
        self.sketching = studio.sketching()
        self._guard = WheelGuard(self)
        self.count = NumberRow(self.tr("Number of ideas"), 2, MOST_IMAGES)
        self.look = QPushButton(self.tr("Look at ideas"))
        self.sorting = QComboBox()
        self.grid = PictureGrid(self.tr("Ideas for the prompt"), COLUMNS, FIRST_COUNT)
        self.about = QLabel()
        self.run = QPushButton(self.tr("Paint the chosen ones"))
        self._limit = LimitLabel(studio, "looks")
        self._set_up()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def found(self) -> tuple[Look, ...]:
        """The looks in the order in which they are shown."""
        return tuple(self._found[place] for place in self._order)

    @property
    def chosen(self) -> tuple[Look, ...]:
        """The looks that are to be painted in full, in the order in which they are shown."""
        return tuple(self._found[place] for place in self._order if place in self._chosen)

    @property
    def scores(self) -> tuple[float, ...]:
        """How well each agrees with the prompt, in the order in which they came; or nothing."""
        return self._scores

    def begin(self) -> None:
        """Have ideas for the prompt drawn coarsely, in place of those that are here."""
        self._asked = self._prompt()
        choices = self._studio.choices(round(self.count.value))
        try:
            request = looks(self._asked, self._studio.document.picture, choices)
        except InvalidRequest as refusal:
            self.about.setText(said(str(refusal)))
            return
        self._found, self._scores, self._chosen, self._order = [], (), set(), ()
        self._show()
        self.about.setText(self.tr("Looking for ideas…"))
        self.sketching.wish([request])

    def paint(self) -> None:
        """Have the chosen looks painted in full, one run each, all into the tray."""
        now = self._studio.document.picture
        for number, each in enumerate(self.chosen):
            question = partial(in_full, each, self._asked, now, adds=number > 0)
            self._studio.ask(question, 1)

    def _hear_hint(self, previews: tuple[Pixels, ...]) -> None:
        if not self._found:
            self.grid.show_pictures(previews)
            self.grid.fade()

    def _hear_look(self, _place: int, image: Image) -> None:
        self._found.append(Look.of(image))
        self._order = tuple(range(len(self._found)))
        self._show()

    def _hear_busy(self, busy: bool) -> None:
        """When all are there, ask how well each agrees with the prompt."""
        if not busy and self._found and not self._scores:
            self._studio.embed(Embed(texts=(self._asked,)), partial(self._hear_text, self._asked))

    def _hear_text(self, prompt: str, embedded: Embedded) -> None:
        if prompt == self._asked and self._found:
            self._scores = agreements(self._found, embedded.texts[0])
            self._sort()

    def _sort(self) -> None:
        match self.sorting.currentData():
            case "agreement" if self._scores:
                self._order = by_agreement(self._scores)
            case "spread":
                best = by_agreement(self._scores)[0] if self._scores else 0
                self._order = by_spread(self._found, best)
            case _:
                self._order = tuple(range(len(self._found)))
        self._show()

    def _pick(self, shown: int) -> None:
        if shown < len(self._order):
            self._chosen ^= {self._order[shown]}
            self._show()

    def _show(self) -> None:
        found = self.found
        empty = [None] * (0 if found else round(self.count.value))
        self.grid.show_pictures([*(look.pixels for look in found), *empty])
        scored = len(self._scores) == len(self._found) and bool(found)
        self.grid.show_captions([f"{self._scores[p]:.2f}" for p in self._order] if scored else [])
        marked = [shown for shown, place in enumerate(self._order) if place in self._chosen]
        self.grid.mark(marked)
        self.run.setEnabled(bool(marked))
        if found:
            self.about.setText(
                self.tr("“{prompt}”: click those you want, then paint them").format(
                    prompt=self._asked
                )
            )
        elif not self.sketching.busy:
            self.about.setText(
                self.tr("Every idea is painted in a few steps; choose before the long work begins")
            )

    def _set_up(self) -> None:
        self.count.show_value(FIRST_COUNT, FIRST_COUNT)
        for text, data in (
            (self.tr("The best match first"), "agreement"),
            (self.tr("The widest range first"), "spread"),
            (self.tr("As they came"), ""),
        ):
            self.sorting.addItem(text, data)
        self.sorting.setAccessibleName(self.tr("Order of the ideas"))
        self.sorting.view().setAccessibleName(self.tr("Order of the ideas"))
        self._guard.guard(self.sorting)
        self.grid.setToolTip(
            self.tr("The number is how well an idea agrees with the prompt, 1 at most")
        )
        for button in (self.look, self.run):
            button.setAccessibleName(button.text())
            button.setIconSize(ICON)
        self.look.setIcon(self._icons("looks"))
        self.run.setIcon(self._icons("generate"))
        for label in (self.about,):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("muted", True)
            label.setWordWrap(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        top = QHBoxLayout()
        top.addWidget(QLabel(self.tr("Ideas")))
        top.addWidget(self.count, 1)
        column.addLayout(top)
        column.addWidget(self.look)
        column.addWidget(self.about)
        column.addWidget(self._pictures(), 1)
        column.addWidget(self.sorting)
        column.addWidget(self._limit)

    def _pictures(self) -> QScrollArea:
        stage = QWidget()
        inner = QVBoxLayout(stage)
        inner.setContentsMargins(0, 0, SPACE, 0)
        inner.addWidget(self.grid)
        inner.addStretch(1)
        area = scrolling(stage, self.tr("Ideas for the prompt"))
        area.setMinimumHeight(120)
        return area

    def _connect(self) -> None:
        self.look.clicked.connect(self.begin)
        self.run.clicked.connect(self.paint)
        self.grid.picked.connect(self._pick)
        self.sorting.currentIndexChanged.connect(lambda _index: self._sort())
        self.sketching.hinted.connect(self._hear_hint)
        self.sketching.drawn.connect(self._hear_look)
        self.sketching.busy_changed.connect(self._hear_busy)
        self.sketching.failed.connect(lambda sentence: self.about.setText(said(sentence)))
