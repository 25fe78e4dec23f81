"""Points, sizes and rectangles in document pixels: whole numbers, y downwards, any sign."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """The pixel at column `x`, row `y`."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Size:
    """A width and a height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rect:
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
    def is_empty(self) -> bool:
        """Whether the rectangle holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def contains(self, point: Point) -> bool:
        """Whether `point` is one of the pixels."""
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    def intersected(self, other: "Rect") -> "Rect":
        """Return the pixels that lie in both; `EMPTY` when there are none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        if left >= right or top >= bottom:
            return EMPTY
        return Rect(left, top, right - left, bottom - top)

    def united(self, other: "Rect") -> "Rect":
        """Return the smallest rectangle around both; an empty one adds nothing."""
        if self.is_empty or other.is_empty:
            return self if other.is_empty else other
        left, top = min(self.left, other.left), min(self.top, other.top)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
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


EMPTY = Rect(0, 0, 0, 0)
"""The rectangle without pixels."""

EVERYWHERE = Rect(-(2**30), -(2**30), 2**31, 2**31)
"""Larger than any picture: what changed when something changed outside all tiles."""
