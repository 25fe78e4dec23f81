"""The generation frame: sizes, handles, snapping, overlap, and how a picture is extended.

All of it pure: from rectangles to rectangles, in document pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture

GRID = 64
"""Pixels between the lines that a frame snaps to."""

SNAPS_WITHIN = 12
"""Pixels, at a scale of 1, within which an edge is drawn to another one."""

LITTLE_OVERLAP = 0.15
"""Below this part of the frame, known pixels are too few to be continued."""

SAMPLES = 64
"""Per side, looked at to estimate an overlap."""

ASPECTS: tuple[tuple[str, int, int], ...] = (
    ("1:1", 1, 1),
    ("5:4", 5, 4),
    ("4:3", 4, 3),
    ("3:2", 3, 2),
    ("16:9", 16, 9),
    ("2:1", 2, 1),
    ("4:5", 4, 5),
    ("3:4", 3, 4),
    ("2:3", 2, 3),
    ("9:16", 9, 16),
    ("A4", 210, 297),
)
"""Name, width and height."""


class Side(Enum):
    """An edge of a rectangle; the value is the way outwards, in columns and rows."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    TOP = (0, -1)
    BOTTOM = (0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model can paint: multiples of `step`, from `least` to `most` on a side, in pixels."""

    step: int = 64
    least: int = 64
    most: int = 4096

    def side(self, length: float) -> int:
        """Return the allowed side that is nearest."""
        nearest = round(length / self.step) * self.step
        return min(max(nearest, self.least), self.most)


def with_aspect(frame: Rect, width: int, height: int, limits: Limits) -> Rect:
    """Return a frame of about the same area and middle, with the proportions width : height."""
    scale = (frame.width * frame.height / (width * height)) ** 0.5
    return _centred(frame, limits.side(width * scale), limits.side(height * scale))


def resized(
    frame: Rect, handle: tuple[int, int], dx: int, dy: int, limits: Limits, locked: bool = False
) -> Rect:
    """Return a frame of which one handle is dragged by (dx, dy); the opposite one stays.

    handle: -1, 0 or 1 across and down: (1, 1) is the lower right corner, (0, -1) the upper edge.
    locked: width : height stays as near as the grid allows.
    """
    width = limits.side(frame.width + handle[0] * dx) if handle[0] else frame.width
    height = limits.side(frame.height + handle[1] * dy) if handle[1] else frame.height
    if locked and frame.height and frame.width:
        if abs(width - frame.width) * frame.height >= abs(height - frame.height) * frame.width:
            height = limits.side(width * frame.height / frame.width)
        else:
            width = limits.side(height * frame.width / frame.height)
    left = frame.right - width if handle[0] < 0 else frame.left
    top = frame.bottom - height if handle[1] < 0 else frame.top
    if handle[0] == 0:
        left = frame.left + (frame.width - width) // 2
    if handle[1] == 0:
        top = frame.top + (frame.height - height) // 2
    return Rect(left, top, width, height)


def snapped(frame: Rect, others: Iterable[Rect], within: float = SNAPS_WITHIN) -> Rect:
    """Return a frame drawn to the nearest edge of `others`, or to the grid, if that is near.

    Edges go before the grid; across and down are decided apart.
    """
    others = [other for other in others if not other.is_empty]
    columns = [edge for other in others for edge in (other.left, other.right)]
    rows = [edge for other in others for edge in (other.top, other.bottom)]
    dx = _pull((frame.left, frame.right), columns, within)
    dy = _pull((frame.top, frame.bottom), rows, within)
    return frame.translated(dx, dy)


def overlap(picture: Picture, frame: Rect) -> float:
    """Return the part of a frame, 0..1, in which the picture shows something, from a sample."""
    step = max(1, max(frame.width, frame.height) // SAMPLES)
    return float(_alpha(picture.layers, frame, step).mean())


def advice(part: float) -> str:
    """Return what to do when a frame overlaps too little to be continued; empty when all is well.

    A frame on nothing at all paints something new, which needs no advice.
    """
    if 0.0 < part < LITTLE_OVERLAP:
        return f"Only {round(100 * part)} % overlaps; move the frame closer to the picture."
    return ""


def extended(picture: Rect, by: dict[Side, int], frame: Rect, known: int) -> list[Rect]:
    """Plan frames of the size of `frame` that extend a picture by so many pixels on its sides.

    known: pixels of each frame that shall lie over what is there already. Sides come first, each
    outwards and along, corners last, so that every frame finds two neighbours where it can.
    """
    across = _places(
        (picture.left - by.get(Side.LEFT, 0), picture.left),
        (picture.right, picture.right + by.get(Side.RIGHT, 0)),
        frame.width,
        known,
    )
    down = _places(
        (picture.top - by.get(Side.TOP, 0), picture.top),
        (picture.bottom, picture.bottom + by.get(Side.BOTTOM, 0)),
        frame.height,
        known,
    )
    planned = [
        (x_out > 0 and y_out > 0, x_out + y_out, Rect(x, y, frame.width, frame.height))
        for x, x_out in across
        for y, y_out in down
        if x_out or y_out
    ]
    return [rect for _corner, _out, rect in sorted(planned, key=lambda plan: plan[:2])]


def _places(
    before: tuple[int, int], after: tuple[int, int], size: int, known: int
) -> list[tuple[int, int]]:
    """Return where frames of a size begin along one axis, and how many steps each is outside.

    before, after: from where to where new pixels are wanted on the lower and the upper side.
    """
    assert 0 < known < size, (known, size)
    step = size - known
    (start, first), (last, stop) = before, after
    count = max(1, -(-(last - first - known) // step))  # frames over what is there
    slack = last - first - size
    inner = [
        first + (round(slack * n / (count - 1)) if count > 1 else slack // 2) for n in range(count)
    ]
    places = [(min(max(x, start), max(stop - size, start)), 0) for x in inner]
    out, edge = 1, first
    while edge > start:  # never beyond what is wanted: the last frame overlaps the more
        edge = max(edge - step, start)
        places.append((edge, out))
        out += 1
    out, edge = 1, last
    while edge < stop:
        edge = min(edge + step, stop)
        places.append((edge - size, out))
        out += 1
    return places


def _alpha(layers: Sequence[Layer], rect: Rect, step: int) -> NDArray[np.float32]:
    """Return the alpha, 0..1, of every `step`-th pixel: 1 - the product of what lets through."""
    clear = np.ones((-(-rect.height // step), -(-rect.width // step)), np.float32)
    for layer in layers:
        if not layer.shows:
            continue
        if layer.children is not None:
            alpha = _alpha(layer.children, rect, step)
        else:
            alpha = layer.raster.sampled(rect, step)[..., 3] * np.float32(1 / 255)
        if layer.mask is not None:
            alpha = alpha * layer.mask.sampled(rect, step) * np.float32(1 / 255)
        clear *= 1 - alpha * np.float32(layer.opacity)
    return 1 - clear


def _pull(edges: tuple[int, int], others: Sequence[int], within: float) -> int:
    """Return the shift that brings one of two edges to the nearest of others, or to the grid."""
    pulls = [other - edge for edge in edges for other in others]
    near = [pull for pull in pulls if abs(pull) <= within]
    if near:
        return min(near, key=abs)
    grid = round(edges[0] / GRID) * GRID - edges[0]
    return grid if abs(grid) <= within else 0


def _centred(frame: Rect, width: int, height: int) -> Rect:
    left = frame.left + (frame.width - width) // 2
    return Rect(left, frame.top + (frame.height - height) // 2, width, height)
