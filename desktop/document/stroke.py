"""A stroke: dabs along the way of a pointer, laid onto one raster or channel.

A stroke starts from the pixels as they were, keeps how much of each pixel it has covered, and lays
the paint anew over the old pixels wherever that has grown. So crossing its own way does not exceed
the opacity, a step costs what its dabs cover, and the old plane is untouched until the end.
"""

from collections.abc import Callable, Iterator
from math import hypot
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop.document.brush import Brush
from desktop.document.channel import Channel
from desktop.document.dab import Cover, Dab, cover
from desktop.document.geometry import EMPTY, Rect
from desktop.document.layer import united
from desktop.document.pixel_edits import over
from desktop.document.plane import (
    TILE,
    Bytes,
    Plane,
    TileIndex,
    content_rect,
    tile_rect,
    tiles_over,
)
from desktop.document.raster import Raster, canonical

Target = TypeVar("Target", bound=Plane)

Array = TypeVar("Array", NDArray[np.uint8], NDArray[np.float32])

Lay: TypeAlias = Callable[[Bytes, Cover], Bytes]
"""The pixels that were there and how much is covered, to new pixels in stored form."""

Place: TypeAlias = tuple[float, float, float]
"""x and y in document coordinates, and pressure."""

WORTH_LOOKING = 64 * 64
"""Pixels of a dab from which on painting its front alone saves more than finding it costs."""

LEAST_STEP = 0.25
"""Pixels between dabs at least, however small the brush."""


def painting(
    raster: Raster,
    brush: Brush,
    colour: tuple[int, int, int],
    selection: Channel | None = None,
    alpha_locked: bool = False,
) -> "Stroke[Raster]":
    """Begin a stroke that lays `colour` (0..255) over a raster."""
    paint = np.array(colour, np.float32)

    def lay(below: Bytes, amount: Cover) -> Bytes:
        return canonical(over(below, paint, amount, alpha_locked))

    return Stroke(raster, brush, lay, selection)


def erasing(raster: Raster, brush: Brush, selection: Channel | None = None) -> "Stroke[Raster]":
    """Begin a stroke that takes alpha away; do not begin one where transparency is locked."""

    def lay(below: Bytes, amount: Cover) -> Bytes:
        out = below.copy()
        out[..., 3] = below[..., 3] * (1 - amount) + np.float32(0.5)
        return canonical(out)

    return Stroke(raster, brush, lay, selection)


def masking(
    channel: Channel, brush: Brush, value: int = 255, selection: Channel | None = None
) -> "Stroke[Channel]":
    """Begin a stroke that draws a channel towards `value`; 0 erases."""

    def lay(below: Bytes, amount: Cover) -> Bytes:
        old = below.astype(np.float32)
        return (old + amount * (value - old) + np.float32(0.5)).astype(np.uint8)

    return Stroke(channel, brush, lay, selection)


class Stroke(Generic[Target]):
    """One stroke under way. `plane` is the painted plane so far, sharing all untouched tiles."""

    def __init__(
        self, plane: Target, brush: Brush, lay: Lay, selection: Channel | None = None
    ) -> None:
        """Begin with `plane` as it is; see `painting`, `erasing` and `masking`."""
        self._before = plane
        self._plane = plane
        self._brush = brush
        self._lay = lay
        self._selection = selection
        self._covered: dict[TileIndex, NDArray[np.float32]] = {}
        self._way = Way(brush)

    @property
    def plane(self) -> Target:
        """What has been painted so far, over what was there."""
        return self._plane

    def move_to(self, x: float, y: float, pressure: float = 1.0) -> Rect:
        """Go on to a place in document coordinates; says where pixels may have changed.

        The first call sets the first dab there. pressure: 0..1; a mouse has 1.
        """
        return self._touch(self._way.to(x, y, pressure))

    def finish(self) -> Rect:
        """Go the rest of the way that smoothing has held back."""
        return self._touch(self._way.end())

    def _touch(self, dabs: Iterator[Dab]) -> Rect:
        grid_x, grid_y = self._before.shift
        touched: dict[TileIndex, Rect] = {}
        for dab in dabs:
            rect = dab.rect.translated(-grid_x, -grid_y)
            amount = cover(dab, self._brush)
            for index in tiles_over(rect):
                part = tile_rect(index).intersected(rect)
                grown = self._cover(index, part, _cut(amount, part, rect), dab.cap)
                touched[index] = touched.get(index, EMPTY).united(grown)
        changed = {
            index: self._painted(index, part)
            for index, part in touched.items()
            if not part.is_empty
        }
        self._plane = self._plane.with_changed(changed)
        around = united(touched[index] for index in changed)
        return around if around.is_empty else around.translated(grid_x, grid_y)

    def _cover(self, index: TileIndex, part: Rect, amount: Cover, cap: float) -> Rect:
        """Cover more of one tile; says where, which of a large brush is its front alone."""
        if index not in self._covered:
            self._covered[index] = np.zeros((TILE, TILE), np.float32)
        old = _cut(self._covered[index], part, tile_rect(index))
        # Towards the cap by the flow, and never back: a lighter touch takes nothing away.
        grown = np.float32(cap) - old
        grown *= amount
        grown *= np.float32(self._brush.flow)
        np.maximum(grown, 0, out=grown)
        old += grown
        if grown.size < WORTH_LOOKING:
            return part
        more = content_rect(grown > 0)
        return more if more.is_empty else more.translated(part.left, part.top)

    def _painted(self, index: TileIndex, part: Rect) -> Bytes:
        """Return one tile with the paint laid anew over `part` of what was there."""
        area = tile_rect(index)
        amount = _cut(self._covered[index], part, area) * np.float32(self._brush.opacity)
        if self._selection is not None:
            chosen = self._selection.read(part.translated(*self._before.shift))
            amount *= chosen * np.float32(1 / 255)
        stored, now = self._before.tiles.get(index), self._plane.tiles.get(index)
        if stored is None:
            before = np.full((TILE, TILE, *self._before.CHANNELS), self._before.default, np.uint8)
        else:
            before = stored.values
        tile = before.copy() if now is None else now.values.copy()
        _cut(tile, part, area)[...] = self._lay(_cut(before, part, area), amount)
        return tile


class Way:
    """The places where a brush that is moved sets its dabs."""

    def __init__(self, brush: Brush) -> None:
        self._brush = brush
        self._at: Place | None = None
        self._aim: Place | None = None
        self._left = 0.0

    def to(self, x: float, y: float, pressure: float) -> Iterator[Dab]:
        """Yield the dabs on the way to a place, the first one at once."""
        self._aim = (x, y, pressure)
        if self._at is None:
            self._at = self._aim
            self._left = self._step(pressure)
            yield self._dab(self._at)
            return
        follow = 1.0 - self._brush.smoothing
        yield from self._line(_between(self._at, self._aim, follow))

    def end(self) -> Iterator[Dab]:
        """Yield the dabs up to the place that was aimed at last."""
        if self._aim is not None and self._at != self._aim:
            yield from self._line(self._aim)

    def _line(self, goal: Place) -> Iterator[Dab]:
        assert self._at is not None
        start = self._at
        length, gone = hypot(goal[0] - start[0], goal[1] - start[1]), 0.0
        while gone + self._left <= length:
            gone += self._left
            share = gone / length
            place = _between(start, goal, share)
            self._left = self._step(place[2])
            yield self._dab(place)
        self._left -= length - gone
        self._at = goal

    def _step(self, pressure: float) -> float:
        return max(LEAST_STEP, self._brush.spacing * self._brush.diameter(pressure))

    def _dab(self, place: Place) -> Dab:
        x, y, pressure = place
        return Dab(x, y, self._brush.diameter(pressure) / 2, self._brush.cap(pressure))


def _between(start: Place, goal: Place, share: float) -> Place:
    x, y, pressure = (a + (b - a) * share for a, b in zip(start, goal, strict=True))
    return x, y, pressure


def _cut(values: Array, part: Rect, whole: Rect) -> Array:
    """Return the view of `part` in an array that holds `whole`."""
    rows = slice(part.top - whole.top, part.bottom - whole.top)
    return values[rows, part.left - whole.left : part.right - whole.left]
