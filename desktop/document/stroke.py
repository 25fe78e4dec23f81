"""A stroke: dabs along the way of a pointer, laid onto one raster or channel.

A stroke starts from the pixels as they were, keeps how much of each pixel it has covered, and lays
the paint anew over the old pixels wherever that has grown. So crossing its own way does not exceed
the opacity, a step costs what its dabs cover, and the old plane is untouched until the end.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import ceil, floor
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop.document.brush import Brush
from desktop.document.channel import Channel
from desktop.document.dab import Cover, Dab, left_by
from desktop.document.front import Disc, front, remembered
from desktop.document.geometry import Rect
from desktop.document.layer import united
from desktop.document.laying import Lay, layer_of
from desktop.document.plane import (
    TILE,
    Bytes,
    Plane,
    TileIndex,
    tile_rect,
    tiles_over,
)
from desktop.document.raster import Raster, canonical
from desktop.document.stamps import Stamps
from desktop.document.way import Way

Target = TypeVar("Target", bound=Plane)

Place: TypeAlias = tuple[TileIndex, int]
"""A tile, and which part of it, by the numbers of `front`."""

A_STEP = 60_000
"""Pixels of a large touch that are laid in one step of a hand that waits for no whole touch."""

WITHIN = 2
"""Steps after which a touch is laid at the latest, if the hand sets one in each of them."""

WORTH_LOOKING = 96 * 96
"""Pixels of a dab from which on painting its front alone saves more than finding it costs."""

AT_ONCE = 2**16
"""Pixels of dabs that are computed together: small ones cost as much as numpy's calls do."""


def painting(
    raster: Raster,
    brush: Brush,
    colour: tuple[int, int, int],
    selection: Channel | None = None,
    alpha_locked: bool = False,
) -> "Stroke[Raster]":
    """Begin a stroke that lays `colour` (0..255) over a raster."""
    return Stroke(raster, brush, layer_of(colour, alpha_locked), selection)


def erasing(raster: Raster, brush: Brush, selection: Channel | None = None) -> "Stroke[Raster]":
    """Begin a stroke that takes alpha away; do not begin one where transparency is locked."""

    def lay(below: Bytes, left: Cover, out: Bytes) -> None:
        made = below.copy()
        made[..., 3] = below[..., 3] * left + np.float32(0.5)
        out[...] = canonical(made)

    return Stroke(raster, brush, lay, selection)


def masking(
    channel: Channel, brush: Brush, value: int = 255, selection: Channel | None = None
) -> "Stroke[Channel]":
    """Begin a stroke that draws a channel towards `value`; 0 erases."""

    def lay(below: Bytes, left: Cover, out: Bytes) -> None:
        new = below.astype(np.float32)
        new -= value
        new *= left
        new += np.float32(value + 0.5)
        out[...] = new

    return Stroke(channel, brush, lay, selection)


class Piece(NamedTuple):
    """A part of a large touch, within one tile: which, and how to find what it leaves uncovered."""

    place: Place
    part: Rect
    left: Callable[[], Cover]
    cap: float


class Stroke(Generic[Target]):
    """One stroke under way. `plane` is the painted plane so far, sharing all untouched tiles.

    Until the end the tiles that are painted on are written on in place, which saves a copy of them
    at each step: the plane of a step shows what the next one paints, too.
    """

    def __init__(
        self, plane: Target, brush: Brush, lay: Lay, selection: Channel | None = None
    ) -> None:
        """Begin with `plane` as it is; see `painting`, `erasing` and `masking`."""
        self._before = plane
        self._plane = plane
        self._brush = brush
        self._lay = lay
        self._selection = selection
        self._left: dict[TileIndex, NDArray[np.float32]] = {}
        self._tiles: dict[TileIndex, tuple[Bytes, Bytes]] = {}
        self._way = Way(brush)
        self._covered: tuple[Disc, ...] = ()
        self._stamps = Stamps(brush, brush.diameter(1.0) / 2)
        self._waiting = deque[Piece]()

    @property
    def plane(self) -> Target:
        """What has been painted so far, over what was there."""
        return self._plane

    @property
    def waiting(self) -> int:
        """Pixels of what was touched that are still to be laid: `go_on` does so."""
        return sum(each.part.width * each.part.height for each in self._waiting)

    def move_to(
        self, x: float, y: float, pressure: float = 1.0, *, in_pieces: bool = False
    ) -> Rect:
        """Go on to a place in document coordinates; says where pixels may have changed.

        The first call sets the first dab there. pressure: 0..1; a mouse has 1. in_pieces: leave a
        part of a large touch to the steps that follow, so that none of them takes long.
        """
        return self._touch(self._way.to(x, y, pressure), in_pieces)

    def go_on(self) -> Rect:
        """Lay another part of what waits; says where pixels may have changed."""
        return self._touch((), in_pieces=True)

    def finish(self) -> Rect:
        """Go the rest of the way that smoothing has held back; the plane is then as any other."""
        self._tiles = {index: (old, new.copy()) for index, (old, new) in self._tiles.items()}
        return self._touch(self._way.end())

    def _touch(self, dabs: Sequence[Dab], in_pieces: bool = False) -> Rect:
        touched: dict[Place, Rect] = {}
        if dabs and all(map(self._stamps.fits, dabs)):
            for dab in dabs:
                self._stamp(dab, touched)
        else:
            for batch, around in _batches(dabs):
                self._compute(batch, around, touched)
        self._cover_waiting(touched, in_pieces)
        for (index, _), part in touched.items():
            self._paint(index, part)
        around = united(touched.values()).translated(*self._before.shift)
        changed = {index: self._tiles[index][1] for index, _ in touched}
        self._plane = self._plane.with_changed(changed, around)
        return around

    def _stamp(self, dab: Dab, touched: dict[Place, Rect]) -> None:
        """Cover what a dab touches that was computed before."""
        stamp = self._stamps.at(dab)
        rect = self._on_grid(stamp.rect)
        if rect.width * rect.height < WORTH_LOOKING:
            self._cover_waiting(touched)
            self._cover_all(rect, (stamp.left, dab.cap), touched)
            return
        for place, part in self._front(dab, rect):
            left = partial(stamp.left.__getitem__, _slices(part, rect))
            self._waiting.append(Piece(place, part, left, dab.cap))

    def _compute(self, batch: Sequence[Dab], around: Rect, touched: dict[Place, Rect]) -> None:
        """Cover what dabs of any size touch, of the same cap, several at once if they are small."""
        rect = self._on_grid(around)
        if len(batch) == 1 and rect.width * rect.height >= WORTH_LOOKING:
            for place, part in self._front(batch[0], rect):
                seen = part.translated(*self._before.shift)
                cover = partial(left_by, batch, self._brush, seen)
                self._waiting.append(Piece(place, part, cover, batch[0].cap))
            return
        self._cover_waiting(touched)
        left = left_by(batch, self._brush, around)
        self._cover_all(rect, (left, batch[0].cap), touched)
        self._covered = ()

    def _cover_waiting(self, touched: dict[Place, Rect], in_pieces: bool = False) -> None:
        """Cover what waits in the order of the touches; in pieces, a part of it."""
        waiting, most = self._waiting, self.waiting
        if in_pieces:
            most = max(A_STEP, most // WITHIN)
        while waiting and most > 0:
            place, part, left, cap = waiting.popleft()
            self._cover(place[0], part, (left(), cap))
            _note(touched, place, part)
            most -= part.width * part.height

    def _cover_all(self, rect: Rect, by: tuple[Cover, float], touched: dict[Place, Rect]) -> None:
        """Cover all of a rectangle on the plane's grid: most often within one tile."""
        left, top, width, height = rect
        column, row = left // TILE, top // TILE
        if left + width <= (column + 1) * TILE and top + height <= (row + 1) * TILE:
            self._cover((column, row), rect, by)
            _note(touched, ((column, row), 0), rect)
            return
        for index in tiles_over(rect):
            part = tile_rect(index).intersected(rect)
            self._cover(index, part, (by[0][_slices(part, rect)], by[1]))
            _note(touched, (index, 0), part)

    def _front(self, dab: Dab, rect: Rect) -> Iterator[tuple[Place, Rect]]:
        """Yield where a dab can change pixels of `rect`, on the plane's grid, tile by tile."""
        shift, brush = self._before.shift, self._brush
        x, y = dab.x - shift[0], dab.y - shift[1]
        for number, part in front(Disc(x, y, dab.radius + 1), self._covered):
            within = part.intersected(rect)
            for index in tiles_over(within):
                yield (index, number), tile_rect(index).intersected(within)
        covers = dab.cap >= 1.0 and brush.flow >= 1.0 and brush.tip is None
        newest = Disc(x, y, dab.radius * brush.hardness - 1)
        self._covered = remembered(self._covered, newest) if covers else ()

    def _on_grid(self, rect: Rect) -> Rect:
        across, down = self._before.shift
        return rect.translated(-across, -down) if across or down else rect

    def _cover(self, index: TileIndex, part: Rect, by: tuple[Cover, float]) -> None:
        """Leave less of one tile: what dabs leave of `part` on their way to a cap."""
        whole = self._left.get(index)
        if whole is None:
            whole = self._left[index] = np.ones((TILE, TILE), np.float32)
        across, down = part.left - index[0] * TILE, part.top - index[1] * TILE
        old = whole[down : down + part.height, across : across + part.width]
        left, cap = by
        if cap >= 1.0:
            old *= left
            return
        # Towards the cap, and never back: a lighter touch takes nothing away.
        new = old * left
        new += (1 - left) * np.float32(1.0 - cap)
        np.minimum(new, old, out=old)

    def _paint(self, index: TileIndex, part: Rect) -> None:
        """Lay the paint anew over `part` of what was there in one tile."""
        place = _slices(part, tile_rect(index))
        left = self._left[index][place]
        if self._brush.opacity != 1.0:
            left = left * np.float32(self._brush.opacity) + np.float32(1 - self._brush.opacity)
        if self._selection is not None:
            chosen = self._selection.read(part.translated(*self._before.shift))
            left = 1 - (1 - left) * (chosen * np.float32(1 / 255))
        before, tile = self._worked_on(index)
        self._lay(before[place], left, tile[place])

    def _worked_on(self, index: TileIndex) -> tuple[Bytes, Bytes]:
        """Return the values of a tile as they were, and those that are painted on."""
        known = self._tiles.get(index)
        if known is None:
            stored, plane = self._before.tiles.get(index), self._before
            if stored is None:
                before = np.full((TILE, TILE, *plane.CHANNELS), plane.default, np.uint8)
            else:
                before = stored.values
            known = self._tiles[index] = before, before.copy()
        return known


def _batches(dabs: Sequence[Dab]) -> Iterator[tuple[Sequence[Dab], Rect]]:
    """Yield dabs of the same cap that follow one another and are near, and the pixels around."""
    first, count = 0, len(dabs)
    while first < count:
        x, y, radius, cap = dabs[first]
        left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
        after = first + 1
        while after < count:
            x, y, radius, other = dabs[after]
            wide = min(left, x - radius), min(top, y - radius)
            high = max(right, x + radius), max(bottom, y + radius)
            much = (after + 1 - first) * (high[0] - wide[0]) * (high[1] - wide[1]) > AT_ONCE
            if much or other != cap:
                break
            (left, top), (right, bottom), after = wide, high, after + 1
        across, down = floor(left), floor(top)
        width, height = ceil(right) - across, ceil(bottom) - down
        yield dabs[first:after], Rect(across, down, max(1, width), max(1, height))
        first = after


def _note(touched: dict[Place, Rect], place: Place, part: Rect) -> None:
    known = touched.get(place)
    touched[place] = part if known is None else known.united(part)


def _slices(part: Rect, whole: Rect) -> tuple[slice, slice]:
    """Return where `part` lies in an array that holds `whole`."""
    top, left = part.top - whole.top, part.left - whole.left
    return slice(top, top + part.height), slice(left, left + part.width)
