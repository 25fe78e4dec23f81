"""Frames that are painted one after the other, each shown what the ones before have made."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.ask import Meaning, meaning_of
from desktop.asked import Asked, Plan
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
    """Works through plans of frames; every frame is one undo step.

    One frame of a plan is in the queue at a time. A frame that fails is put aside with its plan,
    and trying it again goes on with the rest; dropping it drops the rest.
    """

    place_changed = Signal(object)
    """The frame of a plan that is being painted, a Rect, or None while none is.

    The frame of the picture goes there when that is done, and no sooner.
    """

    def __init__(self, document: Document, runs: Runs, placing: Placing, parent: QObject) -> None:
        """Wait for a plan."""
        super().__init__(parent)
        self._document, self._runs, self._placing = document, runs, placing
        self._place: Rect | None = None
        runs.renew = self._renewed
        runs.queue_changed.connect(self._tell_place)
        runs.finished.connect(self._hear_finished)
        runs.came_at_once.connect(self._take)

    def start(self, frames: Sequence[Rect], build: Build) -> bool:
        """Have the frames painted behind what waits; say whether there is anything to do in them.

        Raises what `build` raises; then nothing was begun.
        """
        asked = self._next(Plan(deque(frames), build))
        if asked is not None:
            self._runs.start(asked)
        return asked is not None

    def _next(self, plan: Plan) -> Asked | None:
        """The question about the next frame in which there is anything to do."""
        while plan.left:
            frame = plan.left.popleft()
            plan.number += 1
            if (asked := self._about(frame, plan)) is not None:
                return asked
        return None

    def _about(self, frame: Rect, plan: Plan) -> Asked | None:
        picture = replace(self._document.picture, frame=frame)
        if meaning_of(picture) is Meaning.OVER:
            return None
        return replace(plan.build(picture, plan.number), adds=True, plan=plan)

    def _renewed(self, asked: Asked) -> Asked | None:
        """What a question means now that its turn has come: frames before it have been painted."""
        if asked.plan is None:
            return asked
        return self._about(asked.frame, asked.plan) or self._next(asked.plan)

    def _tell_place(self) -> None:
        asked = self._runs.asked
        place = None if asked is None or asked.plan is None else asked.frame
        if place != self._place:
            self._place = place
            self.place_changed.emit(place)

    def _take(self, candidate: Candidate) -> None:
        place = self._placing.edit_for(candidate, done=True)

        def apply(picture: Picture) -> Picture:
            return replace(place.apply(picture), frame=candidate.frame)

        self._document.do(Edit(NAME, apply))

    def _hear_finished(self, asked: Asked) -> None:
        if asked.plan is not None and (following := self._next(asked.plan)) is not None:
            self._runs.start(following, first=True)
