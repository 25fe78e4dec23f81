"""The way of a brush: where it sets its dabs as a pointer goes on."""

from collections.abc import Sequence
from math import hypot
from typing import NamedTuple, TypeAlias

from desktop.document.brush import Brush
from desktop.document.dab import Dab

At: TypeAlias = tuple[float, float, float]
"""x and y in document coordinates, and pressure."""

LEAST_STEP = 0.25
"""Pixels between dabs at least, however small the brush."""


class Way:
    """The places where a brush that is moved sets its dabs."""

    def __init__(self, brush: Brush) -> None:
        self._brush = brush
        self._at: At | None = None
        self._aim: At | None = None
        self._left = 0.0
        self._touch = Touch(-1.0, 0.0, 0.0, 0.0)

    def to(self, x: float, y: float, pressure: float) -> Sequence[Dab]:
        """Return the dabs on the way to a place, the first one at once."""
        self._aim = (x, y, pressure)
        if self._at is None:
            self._at = self._aim
            return (self._dab(x, y, pressure),)
        return self._line(_between(self._at, self._aim, 1.0 - self._brush.smoothing))

    def end(self) -> Sequence[Dab]:
        """Return the dabs up to the place that was aimed at last."""
        if self._aim is not None and self._at != self._aim:
            return self._line(self._aim)
        return ()

    def _line(self, goal: At) -> Sequence[Dab]:
        assert self._at is not None
        start, found = self._at, list[Dab]()
        length, gone = hypot(goal[0] - start[0], goal[1] - start[1]), 0.0
        while gone + self._left <= length:
            gone += self._left
            found.append(self._dab(*_between(start, goal, gone / length)))
        self._left -= length - gone
        self._at = goal
        return found

    def _dab(self, x: float, y: float, pressure: float) -> Dab:
        """Return a dab there; from it the way to the next one begins anew."""
        brush, touch = self._brush, self._touch
        if pressure != touch.pressure:  # a mouse has always the same
            diameter = brush.diameter(pressure)
            step = max(LEAST_STEP, brush.spacing * diameter)
            self._touch = touch = Touch(pressure, diameter / 2, brush.cap(pressure), step)
        self._left = touch.step
        return Dab(x, y, touch.radius, touch.cap)


class Touch(NamedTuple):
    """What a pressure makes of the brush: a radius, a cap, and how far it is to the next dab."""

    pressure: float
    radius: float
    cap: float
    step: float


def _between(start: At, goal: At, share: float) -> At:
    rest = 1.0 - share
    return (
        start[0] * rest + goal[0] * share,
        start[1] * rest + goal[1] * share,
        start[2] if start[2] == goal[2] else start[2] * rest + goal[2] * share,
    )
