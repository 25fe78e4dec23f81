"""Where a touch can change pixels: in its disc, but not where those before it have covered all.

A large brush goes on by a tenth of its width, so that most of each touch lies on paint that nothing
can be added to: the rim at its back, too, on what was covered a few touches ago. What is left is
its front and its sides: rectangles of a few rows, on both sides of what is covered.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor, hypot, sqrt
from typing import NamedTuple

from desktop.document.geometry import Rect

ROWS = 128
"""Of a rectangle: fewer fit more closely, but each costs what numpy's calls do."""

APART = 0.25
"""Of a radius: how far discs that are remembered lie apart at least, but the newest."""

MOST_DISCS = 5
"""Remembered: as far back as the rim of a touch reaches, about."""

LARGE = 150.0
"""Radius from which on more than one disc is remembered; below, finding out costs what it saves."""


class Disc(NamedTuple):
    """All within `radius` of (x, y): pixel (0, 0) is the square from 0 to 1."""

    x: float
    y: float
    radius: float


def front(disc: Disc, covered: Sequence[Disc]) -> Iterator[tuple[int, Rect]]:
    """Yield rectangles around the pixels that touch `disc` and lie in none of `covered`.

    Each with a number that is the same for those of other discs at about the same place: parts that
    are worked on for several discs can be put together by it.
    """
    top, bottom = floor(disc.y - disc.radius), ceil(disc.y + disc.radius)
    for number in range(top // ROWS, (bottom - 1) // ROWS + 1):
        upper, lower = max(top, number * ROWS), min(bottom, number * ROWS + ROWS)
        near = max(upper - disc.y, disc.y - lower, 0.0)
        half = sqrt(max(0.0, disc.radius**2 - near**2))
        left, right = floor(disc.x - half), ceil(disc.x + half)
        inner, outer = _widest(_columns(each, upper, lower) for each in covered)
        if inner >= outer:
            inner = outer = right
        for side, start, stop in ((0, left, min(inner, right)), (1, max(outer, left), right)):
            if start < stop:
                yield 2 * number + side, Rect(start, upper, stop - start, lower - upper)


def remembered(covered: Sequence[Disc], newest: Disc) -> tuple[Disc, ...]:
    """Return the discs to look at for the next touch: the newest first, then some on its way.

    One that lies nearly where an older one does is left out: between them nothing else is covered.
    """
    if newest.radius < LARGE:
        return (newest,)
    if len(covered) > 1:
        last, before = covered[:2]
        if hypot(last.x - before.x, last.y - before.y) < APART * newest.radius:
            covered = covered[1:]
    return (newest, *covered[: MOST_DISCS - 1])


def _widest(spans: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the widest of the spans of columns that those which meet make together."""
    widest, made = (0, 0), list[tuple[int, int]]()
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if made and start <= made[-1][1]:
            start, stop = made[-1][0], max(made.pop()[1], stop)
        made.append((start, stop))
    for start, stop in made:
        if stop - start > widest[1] - widest[0]:
            widest = start, stop
    return widest


def _columns(disc: Disc, upper: int, lower: int) -> tuple[int, int]:
    """Return the columns whose pixels lie in the disc in all of these rows; none may be left."""
    far = max(abs(upper - disc.y), abs(lower - disc.y))
    if far >= disc.radius:
        return 0, 0
    half = sqrt(disc.radius**2 - far**2)
    return ceil(disc.x - half), floor(disc.x + half)
