"""The dock for what is done with ideas: one page a way, reached from menu and tool bar."""

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from desktop.by_turns import ByTurns
from desktop.controls.scrolling import scrolling
from desktop.hand import Hand
from desktop.icons import Icons
from desktop.panels.film import FilmPanel
from desktop.panels.looks import LooksPanel
from desktop.panels.messages import MessageBar
from desktop.panels.mix import MixPanel
from desktop.panels.path import PathPanel
from desktop.panels.reword import RewordPanel
from desktop.source import Source
from desktop.sources import Sources
from desktop.studio import Studio
from desktop.theme import SPACE, TIGHT


class IdeasPages(QTabWidget):
    """Pages that do not know each other."""

    wanted = Signal()
    """A page was asked for: the dock is to come into view."""

    def __init__(
        self,
        studio: Studio,
        hand: Hand,
        icons: Icons,
        messages: MessageBar,
        prompt: Callable[[], str],
    ) -> None:
        """Make all of them; `messages` shows why a picture could not be taken.

        prompt: says what is written in the prompt bar.
        """
        super().__init__()
        self.sources = Sources(studio, hand)
        self._has_chosen = lambda: studio.candidates.chosen_candidate is not None
        self.sources.refused.connect(messages.show_failure)
        self.mix = MixPanel(studio, self.sources, icons)
        self.reword = RewordPanel(studio, self.sources, icons)
        self.film = FilmPanel(studio, self.sources, icons)
        self.looks = LooksPanel(studio, icons, prompt)
        self.path = PathPanel(studio, icons)
        self._pages: dict[QWidget, QWidget] = {}
        for page, title, *verbs in (
            (self.mix, self.tr("Mix"), self.mix.run),
            (self.reword, self.tr("Reword"), self.reword.run),
            (self.film, self.tr("Film"), self.film.run, self.film.save),
            (self.looks, self.tr("Looks"), self.looks.run),
            (self.path, self.tr("Path"), self.path.run),
        ):
            area = scrolling(page, title)
            if page is self.mix:
                self.mix.lie_in(area)
            self._pages[page] = above_verbs(area, verbs)
            self.addTab(self._pages[page], title)
        self.setDocumentMode(True)
        self.tabBar().setExpanding(True)
        self.setUsesScrollButtons(False)  # all of them are seen, whatever the language
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabBar().setAccessibleName(self.tr("Ways to work with ideas"))

    def take(self, source: Source) -> None:
        """Put something into the mixing desk and show that."""
        self.show_mix()
        self.mix.take(source)

    def take_all(self, sources: Sequence[Source], *, alone: bool = False) -> None:
        """Put several things into the mixing desk and show that. alone: in place of all others."""
        self.show_mix()
        ByTurns(self._take_later(sources, alone), self)

    def _take_later(self, sources: Sequence[Source], alone: bool) -> Iterator[None]:
        yield  # to bring the desk into view and to paint it takes long enough for a turn
        if alone:
            self.mix.clear()
        self.mix.take(*sources)

    def show_mix(self) -> None:
        """Show the mixing desk."""
        self._show_page(self.mix)

    def show_sheet(self) -> None:
        """Show the mixing desk with small pictures from all over its pad."""
        self.show_mix()
        self.mix.show_sheet()

    def show_reword(self) -> None:
        """Show where pictures are turned from one description towards another."""
        self._show_page(self.reword)

    def show_film(self) -> None:
        """Show where films between two ideas are made."""
        self._show_page(self.film)

    def show_looks(self) -> None:
        """Show where many ideas for the prompt are looked at first."""
        self._show_page(self.looks)

    def show_path(self) -> None:
        """Show what the project's results meant, to go back along it."""
        self._show_page(self.path)

    def show_words(self) -> None:
        """Say which words lie near the chosen result, or near what the frame shows."""
        give = self.sources.chosen if self._has_chosen() else self.sources.frame
        give(self._name)

    def _name(self, source: Source) -> None:
        self.show_mix()
        self.mix.name(source)

    def _show_page(self, page: QWidget) -> None:
        self.setCurrentWidget(self._pages[page])
        self.wanted.emit()


def above_verbs(area: QWidget, verbs: Sequence[QWidget]) -> QWidget:
    """Return a page: what scrolls where the window is low, and below it what is to be pressed."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(area, 1)
    row = QHBoxLayout()
    row.setContentsMargins(SPACE, TIGHT, SPACE, SPACE)
    row.setSpacing(SPACE)
    for place, verb in enumerate(verbs):
        row.addWidget(verb, 1 - min(place, 1))  # the first is as wide as there is room for
    column.addLayout(row)
    return made
