"""How large a picture is painted when the request does not say."""

from typing import TypeAlias

from engine.families import Family
from engine.requests import Pixels, Task

Size: TypeAlias = tuple[int, int]
"""(width, height) of the finished picture in pixels."""


def native_size(request: Task, family: Family) -> Size:
    """What the request says, else the family's own."""
    return request.width or family.native, request.height or family.native


def size_like(pixels: Pixels, request: Task, family: Family) -> Size:
    """What the request says; where it says nothing, the shape of `pixels` in the family's area."""
    height, width = pixels.shape[:2]
    across, down = family.size_like(width, height)
    return request.width or across, request.height or down
