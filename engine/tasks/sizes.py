"""How large a picture is painted when the request does not say."""

from typing import TypeAlias

from engine.families import Family
from engine.requests import LARGEST_SIDE, Pixels, Task

Size: TypeAlias = tuple[int, int]
"""(width, height) of the finished picture in pixels."""


def native_size(request: Task, family: Family) -> Size:
    """What the request says, else the family's own."""
    return request.width or family.native, request.height or family.native


def size_like(pixels: Pixels, request: Task, family: Family) -> Size:
    """What the request says; where it says nothing, the shape of `pixels` in the family's area.

    A model asked for far more or fewer pixels than it learned paints badly, so it is the picture's
    shape that is kept and not its size. On the family's grid.
    """
    height, width = pixels.shape[:2]
    scale = family.native / (width * height) ** 0.5
    step = family.grid * (family.native // family.base)
    return (
        request.width or _on_grid(width * scale, step),
        request.height or _on_grid(height * scale, step),
    )


def _on_grid(side: float, step: int) -> int:
    return min(max(round(side / step), 1) * step, LARGEST_SIDE // step * step)
