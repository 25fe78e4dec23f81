"""The page Create: the pictures of a run in a grid, as large as they fit, each with its verbs."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import questions
from desktop.by_turns import ByTurns
from desktop.candidates import Candidate
from desktop.controls.card_layout import card_layout
from desktop.controls.result_card import ResultCard
from desktop.controls.scrolling import scrolling
from desktop.file_dialog import open_soon
from desktop.gallery_verbs import GalleryVerbs
from desktop.icons import Icons
from desktop.places import Place, places, spoken
from desktop.sources import of_candidate
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE

LOOK = 66
"""Milliseconds between two looks at what is being painted: fifteen a second."""

MOST_READY = 24
"""Cards that are made before they are shown."""

AT_ONCE = 4
"""Cards that are painted in one turn."""


class CreatePage(QWidget):
    """Shows what lies in the tray. It shows `empty` while nothing does."""

    canvas_wanted = Signal()
    """A picture was put onto the canvas, which is to come into view."""
    mix_wanted = Signal(object)
    """A Source for the mixing desk."""

    def __init__(self, studio: Studio, icons: Icons, empty: QWidget, foot: QWidget) -> None:
        """Follow the candidates of `studio`; `foot` stands below the pictures."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._verbs = GalleryVerbs(studio)
        self._cards: list[ResultCard] = []
        self._spare: list[ResultCard] = []
        """Hidden until there are as many pictures; the one that comes next is the last."""
        self._turns: ByTurns | None = None
        self._fresh = False
        """Whether the cards show what lies in the tray, so that they can be pressed."""
        self._places: tuple[Place, ...] = ()
        self._columns = 1
        self._grid = QGridLayout()
        self._timer = QTimer(self, singleShot=True, interval=LOOK)
        self._foot = foot
        foot.installEventFilter(self)
        self._lay_out(empty, foot)
        self._timer.timeout.connect(self._refresh)
        studio.candidates.changed.connect(self._look_soon)

    @property
    def cards(self) -> tuple[ResultCard, ...]:
        """The cards in view, in reading order."""
        return tuple(self._cards)

    def get_ready(self) -> Iterator[None]:
        """Make the cards of the usual run before they are wanted, one whenever asked."""
        yield from self._more_cards(lambda: self._studio.settings.count)

    def _come(self) -> Iterator[None]:
        yield  # what is around the pictures comes into view
        self._refresh()
        cards = self.cards
        for card in cards:
            card.setUpdatesEnabled(False)
        yield
        self._area.setUpdatesEnabled(True)
        for first in range(0, len(cards), AT_ONCE):
            yield
            for card in cards[first : first + AT_ONCE]:
                card.setUpdatesEnabled(True)

    def _more_cards(self, wanted: Callable[[], int]) -> Iterator[None]:
        while len(self._cards) + len(self._spare) < min(wanted(), MOST_READY):
            self._spare.insert(0, self._new_card())
            yield

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has happened meanwhile, the pictures after what is around them."""
        self._fresh = False
        self._area.setUpdatesEnabled(False)
        self._stack.setCurrentIndex(1 if places(self._studio.candidates) else 0)
        ByTurns(self._come(), self)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the cards the size that fits now."""
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the keys of the pictures, and whether the foot comes or goes."""
        if watched is self._foot:
            if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
                self._arrange()
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self.handle_press(event)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._do("open")
            return True
        return super().eventFilter(watched, event)

    def handle_press(self, event: QKeyEvent) -> bool:
        """Act on arrows, Enter, F and Delete; return whether it was one of them."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        candidates, key = self._studio.candidates, Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do("open")
        elif key == Qt.Key.Key_F:
            self._do("favour")
        elif key == Qt.Key.Key_Delete and candidates.chosen is not None:
            self._studio.discard(candidates.chosen)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        candidates = self._studio.candidates
        here = -by if candidates.chosen is None and by == 1 else candidates.chosen or 0
        if 0 <= here + by < len(candidates.items):
            candidates.choose(here + by)
            self._refresh()

    def _do(self, verb: str) -> None:
        """Act on the chosen picture."""
        chosen = self._studio.candidates.chosen
        if chosen is not None:
            self._act(verb, chosen)

    def _act(self, verb: str, index: int) -> None:
        candidate = self._studio.candidates.items[index]
        match verb:
            case "vary":
                self._studio.ask(partial(questions.vary_candidate, candidate))
            case "open":
                self._studio.keep_as_layer(index)
                self._studio.candidates.choose(None)
                self.canvas_wanted.emit()
            case "mix":
                self.mix_wanted.emit(of_candidate(candidate, self.tr("A result")))
            case "favour":
                self._favour(candidate)
            case _:
                assert verb == "save", verb
                self._ask_where(candidate)

    def _favour(self, candidate: Candidate) -> None:
        if candidate.entry is not None:
            wanted = not candidate.favourite
            self._verbs.favour([candidate.entry], wanted)
            self._studio.candidates.favour(candidate.pixels, wanted)

    def _ask_where(self, candidate: Candidate) -> None:
        if candidate.entry is None:
            return
        dialog = QFileDialog(self, self.tr("Save a copy"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PNG picture") + " (*.png)")
        dialog.setDefaultSuffix("png")
        entry = candidate.entry
        dialog.fileSelected.connect(lambda file: self._verbs.save_copy(entry, Path(file)))
        open_soon(dialog)

    def _wanted(self, verb: str) -> None:
        card = self.sender()
        assert isinstance(card, ResultCard)
        index = self._places[self._cards.index(card)].index
        if index is not None and self._fresh:
            self._act(verb, index)

    def _chosen(self) -> None:
        """Choose what is clicked; what is chosen stays so."""
        tile = self.sender()
        (number,) = (n for n, card in enumerate(self._cards) if card.tile is tile)
        if self._fresh:
            self._studio.candidates.choose(self._places[number].index)
        self._refresh()

    def _look_soon(self) -> None:
        if self._turns is None:
            self._turns = ByTurns(self._follow(), self)
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _follow(self) -> Iterator[None]:
        """Have a card for each picture, whether or not this is in view."""
        yield  # what brings pictures comes first
        yield from self._more_cards(lambda: len(places(self._studio.candidates)))
        self._turns = None

    def _refresh(self) -> None:
        candidates = self._studio.candidates
        self._fresh = True
        self._places = places(candidates)
        self._stack.setCurrentIndex(1 if self._places else 0)
        if len(self._places) != len(self._cards):
            self._set_card_count(len(self._places))
            self._arrange()
        for place, card in zip(self._places, self._cards, strict=True):
            if place.candidate is None:
                card.show_place(place.number, place.preview, spoken(place))
            else:
                card.show_candidate(place.number, place.candidate, spoken(place))
            chosen = place.index is not None and place.index == candidates.chosen
            card.tile.setChecked(chosen)
            if chosen and any(other.tile.hasFocus() for other in self._cards):
                card.tile.setFocus()

    def _set_card_count(self, count: int) -> None:
        while len(self._cards) > count:
            card = self._cards.pop()
            self._grid.removeWidget(card)
            card.hide()
            card.show_place(len(self._cards) + 1, None, "")  # and lets go of its picture
            self._spare.append(card)
        while len(self._cards) < count:
            card = self._spare.pop() if self._spare else self._new_card()
            self._cards.append(card)

    def _new_card(self) -> ResultCard:
        card = ResultCard(self._icons, 256, self._area)
        card.hide()  # else it would come into view with what it stands in
        card.wanted.connect(self._wanted)
        card.tile.clicked.connect(self._chosen)
        card.tile.installEventFilter(self)
        return card

    def _arrange(self) -> None:
        """Give every card its size and its cell."""
        if not self._cards:
            return
        below = self._cards[0].buttons["vary"].sizeHint().height() + SPACE
        taken = self._foot.sizeHint().height() + SPACE if self._foot.isVisibleTo(self) else 0
        room = self.width(), self.height() - taken
        self._columns, side = card_layout(len(self._cards), room, WIDE, below)
        for number, card in enumerate(self._cards):
            card.resize_to(side)
            self._grid.addWidget(card, *divmod(number, self._columns))
        for card in self._cards:
            card.show()  # not before all of them have their places

    def _lay_out(self, empty: QWidget, foot: QWidget) -> None:
        self._area = inner = QWidget()
        across = QGridLayout()
        inner.setObjectName("cards")
        self._grid.setSpacing(WIDE)
        across.setContentsMargins(WIDE, WIDE, WIDE, 0)
        across.addLayout(self._grid, 0, 0, Qt.AlignmentFlag.AlignCenter)
        inner.setLayout(across)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: what it shows without a parent is a window
        self._stack.addWidget(empty)
        area = scrolling(inner, self.tr("Pictures of this run"), gives_way=True)
        area.setObjectName("cards")
        self._stack.addWidget(area)
        below = QHBoxLayout()
        below.setContentsMargins(WIDE, 0, WIDE, SPACE)
        below.addWidget(foot)
        column.addLayout(below)
