"""Knows at any time what a press of the button would do, so that the button can say it."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ask import Meaning, looking, meaning_of
from desktop.by_turns import ByTurns
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.source import Source

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
        self._seen: Picture | None = document.picture
        self._anew = False
        self._looking: ByTurns | None = None
        self.example: Source | None = None
        """What a fill takes after in place of the rest of the picture."""
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._look_by_turns)
        document.listeners.append(self._document_changed)

    @property
    def meaning(self) -> Meaning:
        """What a run would do now; looks where a change was not looked at yet."""
        if self._document.picture is not self._seen and not self._document.previewing:
            self._look()
        return self._meaning

    @property
    def picture(self) -> Picture:
        """What the engine is to be asked about: the document, or its frame with nothing in it."""
        picture = self._document.picture
        return Picture(picture.frame) if self._anew else picture

    def begin_anew(self, wanted: bool) -> None:
        """Let a run paint a picture of its own whatever lies in the frame, or heed that again."""
        if wanted != self._anew:
            self._anew, self._seen = wanted, None
            ByTurns(self._look_later(), self)

    def _look_later(self) -> Iterator[None]:
        yield from (None, None)  # the page on which it is done comes into view first
        if self._seen is None:
            self._look()

    def close(self) -> None:
        """Follow no more."""
        self._document.listeners.remove(self._document_changed)
        self._stop_looking()
        self._timer.stop()

    def _document_changed(self, _dirty: Rect) -> None:
        self._stop_looking()
        if not (self._document.previewing and self._timer.isActive()):
            self._timer.start()

    def _look(self) -> None:
        """Look at the frame at once."""
        if self._document.previewing:
            self._timer.start()
            return
        self._stop_looking()
        self._found(self._document.picture, meaning_of(self.picture))

    def _look_by_turns(self) -> None:
        """Look at a large frame in turns, at any other at once."""
        if self._document.previewing:
            self._timer.start()
            return
        self._stop_looking()
        steps = self._steps(self._document.picture)
        if next(steps, False) is None:
            self._looking = ByTurns(steps, self)

    def _steps(self, picture: Picture) -> Iterator[None]:
        for found in looking(self.picture):
            if found is None:
                yield
            else:
                self._looking = None
                self._found(picture, found)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.stop()
            self._looking = None

    def _found(self, picture: Picture, found: Meaning) -> None:
        self._seen = picture
        if found is not self._meaning:
            self._meaning = found
            self.changed.emit(found)
