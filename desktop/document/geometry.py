"""Points, sizes and rectangles in document pixels: whole numbers, y downwards, any sign.

A stroke makes a hundred rectangles an event; a named tuple is made in a third of the time of a
frozen dataclass.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """The pixel at column `x`, row `y`."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Size:
    """A width and a height in pixels."""

    width: int
    height: int


class Rect(NamedTuple):
    """A half-open rectangle: `left` and `top` belong to it, `right` and `bottom` do not.

    A rectangle without area is empty; where it lies then means nothing.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to the right of the rectangle."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row below the rectangle."""
        return self.top + self.height

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.width, self.height)

    @property
    def corner(self) -> Point:
        """Left and top."""
        return Point(self.left, self.top)

    @property
    def is_empty(self) -> bool:
        """Whether the rectangle holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def contains(self, point: Point) -> bool:
        """Whether `point` is one of the pixels."""
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    def intersected(self, other: "Rect") -> "Rect":
        """Return the pixels that lie in both; `EMPTY` when there are none."""
        left, top, width, height = self
        x, y, across, down = other
        right = left + width if left + width < x + across else x + across
        bottom = top + height if top + height < y + down else y + down
        left, top = left if left > x else x, top if top > y else y
        if left >= right or top >= bottom:
            return EMPTY
        return Rect(left, top, right - left, bottom - top)

    def united(self, other: "Rect") -> "Rect":
        """Return the smallest rectangle around both; an empty one adds nothing."""
        left, top, width, height = self
        x, y, across, down = other
        if across <= 0 or down <= 0:
            return self
        if width <= 0 or height <= 0:
            return other
        right = left + width if left + width > x + across else x + across
        bottom = top + height if top + height > y + down else y + down
        left, top = left if left < x else x, top if top < y else y
        return Rect(left, top, right - left, bottom - top)

    def grown(self, by: int) -> "Rect":
        """Return the rectangle with `by` pixels more on each side (fewer if negative)."""
        return Rect(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def holds(self, other: "Rect") -> bool:
        """Whether every pixel of `other` lies in this rectangle."""
        return self.united(other) == self or other.is_empty

    def translated(self, dx: int, dy: int) -> "Rect":
        """Return the same rectangle `dx` columns to the right and `dy` rows down."""
        return Rect(self.left + dx, self.top + dy, self.width, self.height)


def centred(size: Size, within: Rect) -> Rect:
    """Return the rectangle of a size that has its middle where `within` has it, to a pixel."""
    width, height = size.width, size.height
    left = within.left + (within.width - width) // 2
    return Rect(left, within.top + (within.height - height) // 2, width, height)


EMPTY = Rect(0, 0, 0, 0)
"""The rectangle without pixels."""

EVERYWHERE = Rect(-(2**30), -(2**30), 2**31, 2**31)
"""Larger than any picture: what changed when something changed outside all tiles."""
