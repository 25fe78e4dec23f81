"""Wakes tiles that rest on the way of a fast hand, a few at a step, before it arrives.

A stroke over a large picture seen small meets a new tile at every other step, and all layers of it
have to be unpacked at once before anything can be seen: several times what the step itself takes.
"""

from itertools import pairwise
from math import ceil, floor

from desktop.document.geometry import Rect
from desktop.document.picture import Picture

FAST = 16.0
"""Pixels of a step from which on one looks ahead: slower hands stay near what is awake."""

STEPS = (1, 3, 8)
"""Of the same length that are looked ahead: first what is near, then what is further."""

MOST = 2
"""Tiles that are woken at a step: a little more than a hand meets on average, of five layers."""


class Ahead:
    """Knows how fast a hand goes, and where it will be."""

    def __init__(self, x: float, y: float, reach: float) -> None:
        """Begin at a place in document pixels. reach: how far from it pixels are looked at."""
        self._x, self._y, self._reach = x, y, reach

    def go(self, x: float, y: float, picture: Picture) -> int:
        """Go on to a place, and wake some of what is seen where the hand would be soon.

        Returns how many tiles were woken.
        """
        dx, dy = x - self._x, y - self._y
        self._x, self._y = x, y
        if abs(dx) + abs(dy) < FAST:
            return 0
        woken = 0
        for first, last in pairwise(STEPS):
            if woken < MOST:
                way = (x + first * dx, y + first * dy), (x + last * dx, y + last * dy)
                woken += _wake(picture, self._around(*way), (dx, dy), MOST - woken)
        return woken

    def _around(self, one: tuple[float, float], other: tuple[float, float]) -> Rect:
        """Return what is looked at on the way between two places."""
        left, top = (floor(min(pair) - self._reach) for pair in zip(one, other, strict=True))
        right, bottom = (ceil(max(pair) + self._reach) for pair in zip(one, other, strict=True))
        return Rect(left, top, right - left, bottom - top)


def _wake(picture: Picture, rect: Rect, way: tuple[float, float], most: int) -> int:
    """Wake tiles in `rect`, those first that one who goes this way meets first."""
    woken = 0
    for layer in picture.walk():
        if not layer.shows:
            continue
        met = layer.raster.tiles_in(rect)
        for index in sorted(met, key=lambda each: way[0] * each[0] + way[1] * each[1]):
            tile = layer.raster.tiles[index]
            if not tile.at_hand:
                _ = tile.values
                woken += 1
                if woken == most:
                    return woken
    return woken
