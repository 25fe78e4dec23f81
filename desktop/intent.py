"""Knows at any time what a press of the button would do, so that the button can say it."""

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ask import Meaning, meaning_of
from desktop.document.document import Document
from desktop.document.geometry import Rect

REST = 100
"""Milliseconds without a change before the frame is looked at: a stroke must not wait for it."""


class Intent(QObject):
    """Follows one document."""

    changed = Signal(object)
    """The Meaning of a run from now on."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """Look at the frame at once, and again whenever it has changed and rests."""
        super().__init__(parent)
        self._document = document
        self._meaning = meaning_of(document.picture)
        self._seen = document.picture
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._look)
        document.listeners.append(self._document_changed)

    @property
    def meaning(self) -> Meaning:
        """What a run would do now; looks where a change was not looked at yet."""
        if self._document.picture is not self._seen and not self._document.previewing:
            self._look()
        return self._meaning

    def close(self) -> None:
        """Follow no more."""
        self._document.listeners.remove(self._document_changed)
        self._timer.stop()

    def _document_changed(self, _dirty: Rect) -> None:
        self._timer.start()

    def _look(self) -> None:
        if self._document.previewing:
            self._timer.start()
            return
        self._seen = self._document.picture
        found = meaning_of(self._seen)
        if found is not self._meaning:
            self._meaning = found
            self.changed.emit(found)
