"""Where a touch can change pixels: in its disc, but not where the one before it has covered all.

A large brush goes on by a tenth of its width, so that most of each touch lies on paint that nothing
can be added to. What is left is its front and its rim: rectangles of a few rows, on both sides of
what is covered.
"""

from collections.abc import Iterator
from math import ceil, floor, sqrt
from typing import NamedTuple

from desktop.document.geometry import Rect

ROWS = 128
"""Of a rectangle: fewer fit more closely, but each costs what numpy's calls do."""


class Disc(NamedTuple):
    """All within `radius` of (x, y): pixel (0, 0) is the square from 0 to 1."""

    x: float
    y: float
    radius: float


def front(disc: Disc, covered: Disc | None) -> Iterator[tuple[int, Rect]]:
    """Yield rectangles around the pixels that touch `disc` and do not lie in `covered`.

    Each with a number that is the same for those of other discs at about the same place: parts that
    are worked on for several discs can be put together by it.
    """
    top, bottom = floor(disc.y - disc.radius), ceil(disc.y + disc.radius)
    for number in range(top // ROWS, (bottom - 1) // ROWS + 1):
        upper, lower = max(top, number * ROWS), min(bottom, number * ROWS + ROWS)
        near = max(upper - disc.y, disc.y - lower, 0.0)
        half = sqrt(max(0.0, disc.radius**2 - near**2))
        left, right = floor(disc.x - half), ceil(disc.x + half)
        inner, outer = _columns(covered, upper, lower) if covered else (right, right)
        if inner >= outer:
            inner = outer = right
        for side, start, stop in ((0, left, min(inner, right)), (1, max(outer, left), right)):
            if start < stop:
                yield 2 * number + side, Rect(start, upper, stop - start, lower - upper)


def _columns(disc: Disc, upper: int, lower: int) -> tuple[int, int]:
    """Return the columns whose pixels lie in the disc in all of these rows; none may be left."""
    far = max(abs(upper - disc.y), abs(lower - disc.y))
    if far >= disc.radius:
        return 0, 0
    half = sqrt(disc.radius**2 - far**2)
    return ceil(disc.x - half), floor(disc.x + half)
