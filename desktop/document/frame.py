"""The generation frame: proportions, overlap, and the frames by which a picture is extended.

All of it pure: from rectangles to rectangles, in document pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture

LITTLE_OVERLAP = 0.15
"""Below this part of the frame, known pixels are too few to be continued."""

KNOWN = 0.25
"""Of a planned frame's shorter side, that lies over what is there: enough to be continued."""

STRETCH = 0.1
"""Of a step, by which a frame may reach further rather than leave a strip for one more."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """By how much a picture shall grow: by a share of its sides, or up to proportions.

    sides: where it may grow. share: of width and height, on each of the sides. aspect: width and
    height of the proportions, reached by growing alone; a picture that has them, or could reach
    them on other sides only, stays.
    """

    sides: frozenset[Side] = frozenset(Side)
    share: float = 0.0
    aspect: tuple[int, int] | None = None

    def by(self, picture: Rect) -> dict[Side, int]:
        """Return the pixels on each side that grows."""
        if self.aspect is None:
            wanted = round(picture.width * self.share), round(picture.height * self.share)
            return {s: wanted[0] if s.value[0] else wanted[1] for s in self.sides if any(wanted)}
        width = picture.height * self.aspect[0] // self.aspect[1]
        height = picture.width * self.aspect[1] // self.aspect[0]
        across = _shared(max(width - picture.width, 0), Side.LEFT, Side.RIGHT, self.sides)
        return across | _shared(max(height - picture.height, 0), Side.TOP, Side.BOTTOM, self.sides)

    def around(self, picture: Rect) -> Rect:
        """Return the extended picture."""
        by = self.by(picture)
        left, top = (picture.left - by.get(Side.LEFT, 0), picture.top - by.get(Side.TOP, 0))
        right = picture.right + by.get(Side.RIGHT, 0)
        return Rect(left, top, right - left, picture.bottom + by.get(Side.BOTTOM, 0) - top)


def planned(picture: Rect, wish: Extension, frame: Rect) -> list[Rect]:
    """Return the frames, in the order in which to paint them, that extend a picture as wished.

    They have the size of `frame`, or of the extended picture where that is smaller, and a quarter
    of their shorter side lies over what is there already. None where nothing is wished.
    """
    by = {side: pixels for side, pixels in wish.by(picture).items() if pixels > 0}
    if not by:
        return []
    whole = wish.around(picture)
    size = Rect(0, 0, min(frame.width, whole.width), min(frame.height, whole.height))
    known = max(1, round(KNOWN * min(size.width, size.height)))
    return extended(picture, by, size, known)


def _shared(pixels: int, low: Side, high: Side, sides: frozenset[Side]) -> dict[Side, int]:
    """Return how two opposite sides share what is to grow."""
    if not pixels or not sides & {low, high}:
        return {}
    if {low, high} <= sides:
        return {low: pixels // 2, high: pixels - pixels // 2}
    return {low if low in sides else high: pixels}


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
    places = [(x, 0) for x in inner]
    for wanted, edge, way in ((first - start, first, -1), (stop - last, last - size, 1)):
        steps = max(ceil(wanted / step - STRETCH), int(wanted > 0))
        for out in range(1, steps + 1):
            # In even steps, so that the last one reaches just as far as is wanted.
            places.append((edge + way * round(wanted * out / steps), out))
    return [(min(max(x, start), max(stop - size, start)), out) for x, out in places]


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


def _centred(frame: Rect, width: int, height: int) -> Rect:
    left = frame.left + (frame.width - width) // 2
    return Rect(left, frame.top + (frame.height - height) // 2, width, height)
