"""Saves a picture into its own project file by itself, as often as the settings say.

Apart from the copy of unsaved work, which is kept after every action in any case (decision 58).
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.document.document import Document
from desktop.filing import Filing

MINUTE = 60_000
"""Milliseconds."""


class Autosaving(QObject):
    """Saves where there is a project file and something new for it; never in a stroke."""

    def __init__(
        self, document: Document, filing: Filing, prompt: Callable[[], str], parent: QObject
    ) -> None:
        """Save nothing before `every` says how often."""
        super().__init__(parent)
        self._document, self._filing, self._prompt = document, filing, prompt
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.save)

    def every(self, minutes: int) -> None:
        """Save that often from now on; 0 for never."""
        interval = minutes * MINUTE
        if interval == 0:
            self.timer.stop()
        elif not self.timer.isActive() or self.timer.interval() != interval:
            self.timer.start(interval)

    def save(self) -> None:
        """Save now, if there is something to save and a file for it."""
        home = self._filing.home
        if home is not None and not self._filing.is_in_project and not self._document.previewing:
            self._filing.save_project(home, self._prompt(), by_itself=True)
