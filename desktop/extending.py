"""Frames that are painted one after the other, each shown what the ones before have made."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.ask import Meaning, meaning_of
from desktop.asked import Asked
from desktop.candidates import Candidate
from desktop.document.document import Document
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.placing import Placing
from desktop.runs import Runs

Build = Callable[[Picture, int], Asked]
"""Makes the question about the frame of a picture, for the n-th frame of a plan."""

NAME = "Extend picture"


class Extending(QObject):
    """Works through a plan of frames; every frame is one undo step."""

    changed = Signal(int)
    """How many frames are still to come behind the one that is painted."""

    def __init__(self, document: Document, runs: Runs, placing: Placing, parent: QObject) -> None:
        """Wait for a plan."""
        super().__init__(parent)
        self._document, self._runs, self._placing = document, runs, placing
        self._left: deque[Rect] = deque()
        self._done = 0
        self._build: Build | None = None
        runs.finished.connect(self._hear_finished)
        runs.came_at_once.connect(self._place)
        runs.busy_changed.connect(self._hear_busy)

    @property
    def left(self) -> int:
        """How many frames are still to come behind the one that is painted."""
        return len(self._left)

    def start(self, frames: Sequence[Rect], build: Build) -> None:
        """Begin with the first frame. Raises what `build` raises; then nothing was begun."""
        self._left, self._build, self._done = deque(frames), build, 0
        try:
            self._next()
        except Exception:
            self._left.clear()
            raise

    def _next(self) -> None:
        """Ask for the next frame in which there is anything to do."""
        assert self._build is not None
        while self._left:
            picture = replace(self._document.picture, frame=self._left.popleft())
            self._done += 1
            if meaning_of(picture) is not Meaning.OVER:
                asked = self._build(picture, self._done - 1)
                self._runs.start(replace(asked, adds=True, at_once=True))
                break
        self.changed.emit(len(self._left))

    def _place(self, candidate: Candidate) -> None:
        place = self._placing.edit_for(candidate, done=True)

        def apply(picture: Picture) -> Picture:
            return replace(place.apply(picture), frame=candidate.frame)

        self._document.do(Edit(NAME, apply))

    def _hear_finished(self, asked: Asked) -> None:
        if asked.at_once and self._left:
            self._next()

    def _hear_busy(self, busy: bool) -> None:
        """A run that failed or was cancelled ends the plan; what was painted stays."""
        if not busy and self._left:
            self._left.clear()
            self.changed.emit(0)
