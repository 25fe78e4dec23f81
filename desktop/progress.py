"""How far a run is, in words and numbers for a person. Free of Qt."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.events import Loading, Stage, Step

_WORDS = {
    Stage.LOADING: "Loading the model",
    Stage.TEXT: "Prior",
    Stage.PICTURE: "Looking",
    Stage.PRIOR: "Prior",
    Stage.INVERSION: "Recovering",
    Stage.DECODER: "Decoder",
    Stage.AUTOENCODER: "Finishing",
    Stage.UPSCALER: "Finishing",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Step `index` of `total` of a stage is done; a total of 0 means that nobody can tell.

    seconds_left: until the end of this stage, None while it cannot be told.
    """

    stage: str
    index: int
    total: int
    seconds_left: float | None


class ProgressClock:
    """Turns the events of one run into Progress, timing the steps as they come."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stage: Stage | None = None
        self._first = 0
        self._index = 0
        self._since = 0.0

    def after(self, event: Loading | Step) -> Progress:
        """The progress once `event` has happened."""
        if isinstance(event, Loading):
            self._stage = None
            return Progress(_WORDS[Stage.LOADING], 0, 0, None)
        if event.stage is not self._stage or event.index <= self._index:
            # The time before the first step (another stage, loading) is not the cost of a step.
            self._stage, self._first, self._since = event.stage, event.index, self._now()
        self._index = event.index
        return Progress(_WORDS[event.stage], event.index, event.total, self._seconds_left(event))

    def _seconds_left(self, event: Step) -> float | None:
        timed = event.index - self._first
        if timed == 0:
            return None
        return (self._now() - self._since) / timed * (event.total - event.index)
