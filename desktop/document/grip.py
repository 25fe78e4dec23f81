"""What of a rectangle a press takes hold of: a corner, a side, or all of it."""

from dataclasses import dataclass

from desktop.document.geometry import Rect

GRIP = 8.0
"""Logical pixels around an edge or a corner where a press still means it."""


@dataclass(frozen=True, slots=True)
class Grip:
    """Which edges a drag takes along: -1 left or top, 1 right or bottom, 0 none. (0, 0) is all."""

    x: int
    y: int


ALL = Grip(0, 0)


def grip_at(rect: Rect, across: float, down: float, reach: float) -> Grip | None:
    """Return what a press at a place would take hold of; None outside. reach: document pixels."""
    inside_x = rect.left - reach <= across <= rect.right + reach
    inside_y = rect.top - reach <= down <= rect.bottom + reach
    if not (inside_x and inside_y):
        return None
    return Grip(
        _near(across, rect.left, rect.right, reach), _near(down, rect.top, rect.bottom, reach)
    )


def _near(value: float, low: int, high: int, reach: float) -> int:
    reach = min(reach, (high - low) / 4)  # a small one keeps an inside
    if value <= low + reach:
        return -1
    return 1 if value >= high - reach else 0
