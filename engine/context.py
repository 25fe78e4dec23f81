"""Which part of a picture the decoder works on, and at what size. Numbers only, no torch."""

import math
from dataclasses import dataclass

import numpy as np

from engine.families import Family
from engine.requests import LARGEST_SIDE, Context, Mask

MARGIN = 2.0
"""Side of what is seen around a hole, in sides of the hole."""

LEAST_SHARE = 0.5
"""What is seen is never smaller than this share of the family's native side."""


AREA_WEIGHT = 0.25
"""A canvas e times too large or too small is as bad as one of which a quarter is left over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of the picture and the canvas it is worked on.

    part: in the picture. width, height: of the canvas, finished pixels on the family's grid. inner:
    where the part lies on the canvas, scaled alike in both directions; the rest is left over.
    """

    part: Box
    width: int
    height: int
    inner: Box


def window_of(mask: Mask, context: Context, family: Family) -> Window:
    """What is seen of a picture in which `mask` (HxW, above 0) is to be painted."""
    height, width = mask.shape
    whole = Box(left=0, top=0, width=width, height=height)
    return fitted(whole if context is Context.WHOLE else around(mask, family.native), family)


def around(mask: Mask, native: int) -> Box:
    """A square around what is set in `mask`, moved into the picture and cut where it is larger."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    hole = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    side = math.ceil(max(MARGIN * int(hole), LEAST_SHARE * native))
    left, across = _segment(int(columns[0]), int(columns[-1]) + 1, side, width)
    top, down = _segment(int(rows[0]), int(rows[-1]) + 1, side, height)
    return Box(left=left, top=top, width=across, height=down)


def _segment(start: int, stop: int, side: int, length: int) -> tuple[int, int]:
    """Start and length of `side` pixels around start..stop within 0..length."""
    side = min(side, length)
    begin = (start + stop - side) // 2
    return min(max(begin, 0), length - side), side


def fitted(part: Box, family: Family) -> Window:
    """A canvas of about the family's native area on which all of `part` fits.

    Models paint badly at sizes far from those they learned, so smaller parts are enlarged as well.
    Of all canvases on the grid the one that leaves little over and is not far from that area.
    """
    step = family.grid * family.enlargement
    longest = LARGEST_SIDE // step
    canvases = {
        (columns * step, min(max(rows, 1), longest) * step)
        for columns in range(1, longest + 1)
        for rows in _neighbours(columns * part.height / part.width)
    }
    width, height = min(canvases, key=lambda canvas: _misfit(part, canvas, family.native))
    return window_on(part, width, height, min(width / part.width, height / part.height), family)


def _neighbours(value: float) -> tuple[int, int]:
    return math.floor(value), math.ceil(value)


def _misfit(part: Box, canvas: tuple[int, int], native: int) -> float:
    """Share of the canvas that is left over, and how far its area is from the native one."""
    width, height = canvas
    scale = min(width / part.width, height / part.height)
    over = 1 - scale**2 * part.width * part.height / (width * height)
    return over + AREA_WEIGHT * abs(math.log(width * height / native**2))


def unscaled(width: int, height: int, family: Family) -> Window:
    """The smallest canvas on the family's grid that has room for a picture of this very size."""
    step = family.grid * family.enlargement
    part = Box(left=0, top=0, width=width, height=height)
    columns, rows = (math.ceil(side / step) * step for side in (width, height))
    return window_on(part, columns, rows, 1.0, family)


def window_on(part: Box, width: int, height: int, scale: float, family: Family) -> Window:
    """`part`, `scale` times as large, in the middle of a canvas of width x height.

    To whole pixels of what the decoder paints, before the upscaler.
    """
    pixel = family.enlargement
    inner = [max(1, round(scale * side / pixel)) * pixel for side in (part.width, part.height)]
    left, top = (
        (room - side) // 2 // pixel * pixel
        for room, side in zip((width, height), inner, strict=True)
    )
    return Window(
        part=part,
        width=width,
        height=height,
        inner=Box(left=left, top=top, width=inner[0], height=inner[1]),
    )
