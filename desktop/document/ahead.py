"""Wakes tiles that rest on the way of a fast hand, a few at a step, before it arrives.

A stroke over a large picture seen small meets a new tile at every other step, and all layers of it
have to be unpacked at once before anything can be seen: several times what the step itself takes.
"""

from math import ceil, floor

from desktop.document.geometry import Rect
from desktop.document.picture import Picture

FAST = 16.0
"""Pixels of a step from which on one looks ahead: slower hands stay near what is awake."""

STEPS = 3
"""Of the same length that are looked ahead."""

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
        left, right = sorted((x + dx, x + STEPS * dx))
        top, bottom = sorted((y + dy, y + STEPS * dy))
        corner = floor(left - self._reach), floor(top - self._reach)
        width, height = ceil(right + self._reach), ceil(bottom + self._reach)
        return _wake(picture, Rect(*corner, width - corner[0], height - corner[1]))


def _wake(picture: Picture, rect: Rect) -> int:
    woken = 0
    for layer in picture.walk():
        if not layer.shows:
            continue
        for index in layer.raster.tiles_in(rect):
            tile = layer.raster.tiles[index]
            if not tile.at_hand:
                _ = tile.values
                woken += 1
                if woken == MOST:
                    return woken
    return woken
