"""Sparse immutable values on an endless plane, in tiles of 256x256 that are shared until changed.

Only arrays, tiles and where they lie are known here; what a value means is for `Raster` (RGBA) and
`Channel` (one number a pixel) to say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import EMPTY, Rect
from desktop.document.tile import Bytes, Tile

TILE = 256
"""Side of a tile in pixels: 256 KiB each in RGBA, so a brush dab copies one to four of them."""

TileIndex: TypeAlias = tuple[int, int]
"""Column and row of a tile; tile (0, 0) starts at document pixel (0, 0), plus a plane's shift."""


def tile_rect(index: TileIndex) -> Rect:
    """Return the document pixels that a tile of an unshifted plane covers."""
    return Rect(index[0] * TILE, index[1] * TILE, TILE, TILE)


def tiles_over(rect: Rect) -> Iterator[TileIndex]:
    """Yield the index of every tile that `rect` touches, row by row."""
    if rect.is_empty:
        return
    for row in range(rect.top // TILE, (rect.bottom - 1) // TILE + 1):
        for column in range(rect.left // TILE, (rect.right - 1) // TILE + 1):
            yield column, row


class Plane:
    """Values on an endless plane: `default` wherever no tile is stored.

    Immutable: changes return another plane that shares every tile they did not touch, and a stray
    write into a tile raises ValueError. No stored tile holds the default alone.
    """

    __slots__ = ("_bounds", "_default", "_extent", "_shift", "_tiles")

    CHANNELS: ClassVar[tuple[int, ...]] = ()
    """The shape of one pixel."""

    def __init__(
        self,
        tiles: Mapping[TileIndex, Tile],
        shift: tuple[int, int] = (0, 0),
        default: int = 0,
    ) -> None:
        """Take over `tiles`, in the stored form; `shift` is 0..255 in x and in y."""
        assert 0 <= shift[0] < TILE, shift
        assert 0 <= shift[1] < TILE, shift
        self._tiles = dict(tiles)
        self._shift = shift
        self._default = default
        self._extent: Rect | None = None
        self._bounds: Rect | None = None

    @property
    def tiles(self) -> Mapping[TileIndex, Tile]:
        """The stored tiles, TILExTILE pixels each."""
        return self._tiles

    @property
    def shift(self) -> tuple[int, int]:
        """How far the grid of tiles lies to the right and below that of the document, 0..255."""
        return self._shift

    @property
    def default(self) -> int:
        """The value of every pixel outside the tiles."""
        return self._default

    @property
    def is_empty(self) -> bool:
        """Whether every pixel is the default."""
        return not self._tiles

    def tile_rect(self, index: TileIndex) -> Rect:
        """Return the document pixels that one of the tiles covers."""
        return tile_rect(index).translated(*self._shift)

    def tile_bounds(self) -> Rect:
        """Return the rectangle around the stored tiles: quick, and never too small."""
        if self._extent is None:
            self._extent = _extent(self._tiles).translated(*self._shift)
        return EMPTY if self._extent.is_empty else self._extent

    def bounds(self) -> Rect:
        """Return the smallest rectangle around every pixel that is not the default."""
        if self._bounds is None:
            self._bounds = self._found_bounds()
        return self._bounds

    def tiles_in(self, rect: Rect) -> Iterator[TileIndex]:
        """Yield the stored tiles that touch `rect`."""
        near = rect.intersected(self.tile_bounds())
        for index in tiles_over(near.translated(-self._shift[0], -self._shift[1])):
            if index in self._tiles:
                yield index

    def has_tiles_in(self, rect: Rect) -> bool:
        """Whether any stored tile touches `rect`."""
        return next(self.tiles_in(rect), None) is not None

    def is_full_in(self, rect: Rect) -> bool:
        """Whether the tiles under `rect` are full (opaque, selected) in every pixel."""
        grid = rect.translated(-self._shift[0], -self._shift[1])
        return all(self._is_full(index) for index in tiles_over(grid))

    def read(self, rect: Rect) -> Bytes:
        """Return a fresh copy of the values in `rect`, (height, width) pixels."""
        return self.sampled(rect, 1)

    def sampled(self, rect: Rect, step: int) -> Bytes:
        """Return every `step`-th pixel of `rect` in both directions, from its first one on.

        (ceil(height / step), ceil(width / step)) pixels; costs as much as the result is large.
        """
        shape = (-(-rect.height // step), -(-rect.width // step), *self.CHANNELS)
        out = (
            np.full(shape, self._default, np.uint8) if self._default else np.zeros(shape, np.uint8)
        )
        grid = rect.translated(-self._shift[0], -self._shift[1])
        for index in self.tiles_in(rect):
            area = tile_rect(index).intersected(grid)
            rows, tile_rows = _samples(grid.top, area.top, area.bottom, step)
            columns, tile_columns = _samples(grid.left, area.left, area.right, step)
            out[rows, columns] = self._tiles[index].every(tile_rows, tile_columns)
        return out

    def write(self, values: Bytes, left: int, top: int) -> Self:
        """Return this plane with `values` in place of what was there.

        The result shares each tile whose values stay as they were.
        """
        tiles = dict(self._tiles)
        corner = left - self._shift[0], top - self._shift[1]
        _write_into(tiles, (values, self._stored), corner, self._default)
        return self.with_tiles(tiles)

    def translated(self, dx: int, dy: int) -> Self:
        """Return the same pixels elsewhere; no tile is copied."""
        columns, x = divmod(self._shift[0] + dx, TILE)
        rows, y = divmod(self._shift[1] + dy, TILE)
        moved = {(c + columns, r + rows): tile for (c, r), tile in self._tiles.items()}
        return type(self)(moved, (x, y), self._default)

    def changed_tiles(self, other: Self) -> set[TileIndex]:
        """Return the tiles that are not the same object in both planes, which are shifted alike."""
        assert self._shift == other._shift, (self._shift, other._shift)
        if self is other:
            return set()
        mine, theirs = self._tiles, other._tiles
        changed = {index for index, tile in mine.items() if theirs.get(index) is not tile}
        return changed | {index for index in theirs if index not in mine}

    def changed_from(self, other: Self) -> bool:
        """Whether any pixel may differ from those of `other`."""
        if self is other:
            return False
        if self._shift != other._shift or self._default != other._default:
            return True
        return bool(self.changed_tiles(other))

    def with_tiles(self, tiles: Mapping[TileIndex, Tile]) -> Self:
        """Return a plane of `tiles` (stored form) on the same grid."""
        return type(self)(tiles, self._shift, self._default)

    def with_changed(self, changed: Mapping[TileIndex, Bytes], around: Rect) -> Self:
        """Return this plane with some tiles (stored form) in place of the old ones.

        As quick as the number of changed tiles, nearly: for a brush that is on its way.
        around: outside it, in document pixels, all is as it was.
        """
        tiles = dict(self._tiles)
        grid = around.translated(-self._shift[0], -self._shift[1])
        for index, tile in changed.items():
            area = tile_rect(index)
            part = area.intersected(grid).translated(-area.left, -area.top)
            row = tile[part.top + part.height // 2, part.left : part.right]  # most often enough
            if is_blank(row, self._default) and is_blank(tile, self._default):
                tiles.pop(index, None)
            else:
                tiles[index] = Tile(tile.view())
        made = self.with_tiles(tiles)
        if changed.keys() <= self._tiles.keys():
            made._extent = self._extent  # noqa: SLF001 - of the same class; never too small
        if self._bounds is not None and self._bounds.grown(-1).holds(around):
            made._bounds = self._bounds  # noqa: SLF001 - no side is touched
        return made

    def _filled(self, pixel: Bytes, rect: Rect) -> Self:
        """Return this plane with one pixel, 1x1 in stored form, all over `rect`.

        Whole tiles of it are one object.
        """
        tiles = dict(self._tiles)
        whole = Tile(np.broadcast_to(pixel, (TILE, TILE, *self.CHANNELS)).copy())
        grid = rect.translated(-self._shift[0], -self._shift[1])
        rims: list[Rect] = []
        for index in tiles_over(grid):
            part = tile_rect(index).intersected(grid)
            if part.size != tile_rect(index).size:
                rims.append(part.translated(*self._shift))
            elif (pixel == self._default).all():
                tiles.pop(index, None)
            else:
                tiles[index] = whole
        made = self.with_tiles(tiles)
        for rim in rims:
            patch = np.broadcast_to(pixel, (rim.height, rim.width, *self.CHANNELS))
            made = made.write(patch, rim.left, rim.top)
        return made

    @staticmethod
    def _stored(values: Bytes) -> Bytes:
        """`values` in the form in which tiles hold them; never the caller's own array."""
        return values.copy()

    @staticmethod
    def _presence(tile: Bytes, default: int) -> Bytes | NDArray[np.bool_]:
        """HxW, non-zero where a pixel is not the default."""
        return tile if default == 0 else tile != default

    @staticmethod
    def _fullness(tile: Bytes) -> Bytes:
        """HxW, 255 where a pixel is full."""
        return tile

    def _found_bounds(self) -> Rect:
        """Look at tiles until the content reaches every side of their extent, or all were seen."""
        extent, found = self.tile_bounds(), EMPTY
        for index in self._rim():
            area = self.tile_rect(index)
            found = found.united(self._content(index).translated(area.left, area.top))
            if found == extent:
                break
        return found

    def _rim(self) -> list[TileIndex]:
        """Return the tiles that can decide the bounds, the corners first.

        Every stored tile holds a pixel, so those further inside cannot.
        """
        columns, rows = _ends([i[0] for i in self._tiles]), _ends([i[1] for i in self._tiles])
        rim = [i for i in self._tiles if i[0] in columns or i[1] in rows]
        return sorted(rim, key=lambda i: (i[0] in columns) + (i[1] in rows), reverse=True)

    def _content(self, index: TileIndex) -> Rect:
        tile = self._tiles[index]
        if tile.content is None:
            tile.content = content_rect(self._presence(tile.values, self._default))
        return tile.content

    def _is_full(self, index: TileIndex) -> bool:
        tile = self._tiles.get(index)
        if tile is None:
            return self._default == 255
        if tile.full is None:
            tile.full = bool(self._fullness(tile.values).min() == 255)
        return tile.full


def is_blank(tile: Bytes, default: int) -> bool:
    """Whether a tile in stored form holds the default alone."""
    return not (tile.any() if default == 0 else (tile != default).any())


def content_rect(values: NDArray[np.uint8] | NDArray[np.bool_]) -> Rect:
    """Return the smallest rectangle around the non-zero entries of an HxW array."""
    rows, columns = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
    if rows.size == 0:
        return EMPTY
    left, top = int(columns[0]), int(rows[0])
    return Rect(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def _extent(tiles: Mapping[TileIndex, Tile]) -> Rect:
    if not tiles:
        return EMPTY
    columns, rows = zip(*tiles, strict=True)
    return tile_rect((min(columns), min(rows))).united(tile_rect((max(columns), max(rows))))


def _ends(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the least and the greatest, nothing of nothing."""
    return (min(numbers), max(numbers)) if numbers else ()


def _samples(origin: int, start: int, stop: int, step: int) -> tuple[slice, slice]:
    """Return which samples from `origin` on lie in start..stop, and where in their tile."""
    first, last = -(-(start - origin) // step), -(-(stop - origin) // step)
    tile_start = start // TILE * TILE
    return slice(first, last), slice(origin + first * step - tile_start, stop - tile_start, step)


def _write_into(
    tiles: dict[TileIndex, Tile],
    what: tuple[Bytes, Callable[[Bytes], Bytes]],
    corner: tuple[int, int],
    default: int,
) -> None:
    """Write values into tiles; what: the values, and what brings a part of them into stored form.

    By parts, because the stored form of all of a large picture is one copy of it more.
    """
    (values, stored), (left, top) = what, corner
    target = Rect(left, top, values.shape[1], values.shape[0])
    for index in tiles_over(target):
        area = tile_rect(index)
        part = area.intersected(target)
        inside = part.translated(-area.left, -area.top)
        source = part.translated(-left, -top)
        tile = new = stored(values[source.top : source.bottom, source.left : source.right])
        old = tiles.get(index)
        if part.size != area.size:
            tile = (
                np.full((TILE, TILE, *new.shape[2:]), default, np.uint8)
                if old is None
                else old.values.copy()
            )
            tile[inside.top : inside.bottom, inside.left : inside.right] = new
        store(tiles, index, tile, default)


def store(tiles: dict[TileIndex, Tile], index: TileIndex, tile: Bytes, default: int) -> None:
    """Put `tile` (stored form) into `tiles`, unless it is the same as before or only default."""
    old = tiles.get(index)
    if old is not None and np.array_equal(old.values, tile):
        return
    if is_blank(tile, default):
        tiles.pop(index, None)
        return
    tiles[index] = Tile(tile)
