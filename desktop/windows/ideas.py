"""The dock for what is done with ideas: one page a way, reached from menu and tool bar."""

from PySide6.QtWidgets import QTabWidget

from desktop.hand import Hand
from desktop.icons import Icons
from desktop.panels.messages import MessageBar
from desktop.panels.mix import MixPanel
from desktop.panels.reword import RewordPanel
from desktop.source import Source
from desktop.sources import Sources
from desktop.studio import Studio


class IdeasPages(QTabWidget):
    """Pages that do not know each other."""

    def __init__(self, studio: Studio, hand: Hand, icons: Icons, messages: MessageBar) -> None:
        """Make all of them; `messages` shows why a picture could not be taken."""
        super().__init__()
        self.sources = Sources(studio, hand)
        self.sources.refused.connect(messages.show_failure)
        self.mix = MixPanel(studio, self.sources, icons)
        self.reword = RewordPanel(studio, self.sources, icons)
        self.addTab(self.mix, self.tr("Mix"))
        self.addTab(self.reword, self.tr("Reword"))
        self.setDocumentMode(True)
        self.tabBar().setExpanding(True)
        self.tabBar().setAccessibleName(self.tr("Ways to work with ideas"))

    def take(self, source: Source) -> None:
        """Put something into the mixing desk and show that."""
        self.mix.take(source)
        self.setCurrentWidget(self.mix)
