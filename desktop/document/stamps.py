"""Touches of one brush that were computed once: a brush sets the same one again and again.

A touch is moved to the nearest fraction of a pixel, finer the sharper its rim is: by a sixteenth of
a pixel at most where a rim is sharp, by an eighth or a quarter where the brush is so large that
more fractions would take too much memory. Of a soft rim that is a thirty-second of coverage or
less. Brushes that follow the pressure of a pen are computed anew; a mouse has always the same.
"""

from typing import NamedTuple

from desktop.document.brush import Brush
from desktop.document.dab import Cover, Dab, left_by
from desktop.document.geometry import Rect

SMALLEST_RADIUS = 8.0
"""Below it many touches are computed together in the time of a few that are laid one by one."""

MOST_BYTES = 16 * 2**20
"""Of the touches kept, and so of all fractions of a pixel of the same brush."""

STEEPEST = 1.5
"""Of a smoothstep: how much faster coverage falls in the middle of a rim than on average."""

OFF = 1 / 32
FINEST = 8
"""Parts of a pixel at most."""


class Stamp(NamedTuple):
    """A touch: what it leaves of each pixel of `rect`."""

    rect: Rect
    left: Cover


class Stamps:
    """The touches of a brush at one radius, as many as there is room for."""

    def __init__(self, brush: Brush, radius: float) -> None:
        """Begin without any."""
        self._brush, self._radius = brush, radius
        self._fractions = fractions(brush, radius)
        self._kept: dict[tuple[int, int], Stamp] = {}

    def fits(self, dab: Dab) -> bool:
        """Whether the touches kept are of that radius, and worth it."""
        return self._fractions > 0 and dab.radius == self._radius

    def at(self, dab: Dab) -> Stamp:
        """Return the touch of a dab that fits, at the nearest place there is one for."""
        parts = self._fractions
        x, across = divmod(round(dab.x * parts), parts)
        y, down = divmod(round(dab.y * parts), parts)
        found = self._kept.get((across, down))
        if found is None:
            found = self._kept[across, down] = self._made(across / parts, down / parts)
        (left, top, width, height), cover = found
        return Stamp(Rect(left + x, top + y, width, height), cover)

    def _made(self, x: float, y: float) -> Stamp:
        dab = Dab(x, y, self._radius)
        return Stamp(dab.rect, left_by((dab,), self._brush, dab.rect))


def fractions(brush: Brush, radius: float) -> int:
    """Return into how many parts a pixel is cut for such touches; 0: they are not to be kept."""
    room = MOST_BYTES / (4 * (2 * radius + 2) ** 2)
    if radius < SMALLEST_RADIUS or room < 1:
        return 0
    rim = radius * (1 - brush.hardness) if brush.tip is None else 0.0
    wanted = 1
    while wanted < FINEST and STEEPEST / 2 / wanted > OFF * rim:
        wanted *= 2
    while wanted**2 > room:
        wanted //= 2
    return wanted
