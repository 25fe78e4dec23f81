"""A canvas whose tools have slow work done aside: one piece at a time, given up by Escape."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.canvas.navigation import CanvasNavigator
from desktop.document.document import Document
from desktop.errands import Errands, Work, done_at_once


class CanvasSearches(CanvasNavigator):
    """Passes the work on; while there is any, the cursor says so."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        """Show `document`; work is done here and now until there is somebody else for it."""
        super().__init__(document, parent)
        self.errands: Errands | None = None
        """Who does slow work aside."""

    def search(self, work: Work, then: Callable[[object], None], *, about: str = "") -> None:
        """Have slow work done aside in its turn; here and now where there is no thread for it."""
        if self.errands is None:
            then(done_at_once(work))
        else:
            self.errands.begin(work, then, after=True, about=about)
            self._update_cursor()

    @property
    def searches(self) -> bool:
        """Whether slow work is being done aside."""
        return self.errands is not None and self.errands.active

    def give_up(self, about: str | None = None) -> None:
        """Have no slow work done aside any more, or only none that was begun under a name."""
        if self.errands is not None:
            self.errands.cancel(about)

    def _update_cursor(self) -> None:
        """Show what a press would do."""
