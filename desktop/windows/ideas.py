"""The dock for what is done with ideas: one page a way, reached from menu and tool bar."""

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget

from desktop.hand import Hand
from desktop.icons import Icons
from desktop.panels.film import FilmPanel
from desktop.panels.looks import LooksPanel
from desktop.panels.messages import MessageBar
from desktop.panels.mix import MixPanel
from desktop.panels.reword import RewordPanel
from desktop.source import Source
from desktop.sources import Sources
from desktop.studio import Studio


class IdeasPages(QTabWidget):
    """Pages that do not know each other."""

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
        self.sources.refused.connect(messages.show_failure)
        self.mix = MixPanel(studio, self.sources, icons)
        self.reword = RewordPanel(studio, self.sources, icons)
        self.addTab(self.mix, self.tr("Mix"))
        self.film = FilmPanel(studio, self.sources, icons)
        self.looks = LooksPanel(studio, icons, prompt)
        self.addTab(self.reword, self.tr("Reword"))
        self.addTab(self.film, self.tr("Film"))
        self.addTab(self.looks, self.tr("Looks"))
        self.setDocumentMode(True)
        self.tabBar().setExpanding(True)
        self.tabBar().setAccessibleName(self.tr("Ways to work with ideas"))

    def take(self, source: Source) -> None:
        """Put something into the mixing desk and show that."""
        self.mix.take(source)
        self.setCurrentWidget(self.mix)
