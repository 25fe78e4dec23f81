"""Saves a picture into its own project file by itself, as often as the settings say.

Apart from the copy of unsaved work, which is kept after every action in any case (decision 58).
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.document.document import Document
from desktop.filing import Filing

MINUTE, SOON = 60_000, 10_000
"""Milliseconds; SOON is when a save that fell into a stroke is tried again."""


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
        self.later = QTimer(self, singleShot=True, interval=SOON)
        self.later.timeout.connect(self.save)

    def every(self, minutes: int) -> None:
        """Save that often from now on; 0 for never."""
        interval = minutes * MINUTE
        if interval == 0:
            self.timer.stop()
            self.later.stop()
        elif not self.timer.isActive() or self.timer.interval() != interval:
            self.timer.start(interval)

    def save(self) -> None:
        """Save now, if there is something to save and a file for it."""
        home = self._filing.home
        if home is None or self._filing.is_in_project:
            return
        if self._document.previewing:
            self.later.start()
        else:
            self._filing.save_project(home, self._prompt(), by_itself=True)
