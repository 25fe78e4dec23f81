"""Sparse immutable pixels: 256x256 tiles that rasters share as long as nobody changes them.

Storage is decided here, once: RGBA, uint8, straight (not premultiplied) alpha, colour zero wherever
alpha is zero, no tile that is wholly transparent. So equal pictures have equal bytes, and whatever
can be seen of a picture comes out bit for bit as it went in.
"""

from collections.abc import Iterator, Mapping
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import EMPTY, Rect

TILE = 256
"""Side of a tile in pixels: 256 KiB each, so a brush dab copies one to four of them."""

TILE_BYTES = TILE * TILE * 4

Pixels: TypeAlias = NDArray[np.uint8]
"""HxWx3 RGB or HxWx4 straight-alpha RGBA, 0..255."""

TileIndex: TypeAlias = tuple[int, int]
"""Column and row of a tile; tile (0, 0) starts at document pixel (0, 0)."""


def tile_rect(index: TileIndex) -> Rect:
    """Return the document pixels that a tile covers."""
    return Rect(index[0] * TILE, index[1] * TILE, TILE, TILE)


def tiles_over(rect: Rect) -> Iterator[TileIndex]:
    """Yield the index of every tile that `rect` touches, row by row."""
    if rect.is_empty:
        return
    for row in range(rect.top // TILE, (rect.bottom - 1) // TILE + 1):
        for column in range(rect.left // TILE, (rect.right - 1) // TILE + 1):
            yield column, row


class Raster:
    """RGBA pixels on an endless plane, transparent where no tile is stored.

    Immutable: `write` returns another raster that shares every tile it did not touch, and a stray
    write into a tile raises ValueError.
    """

    __slots__ = ("_contents", "_extent", "_tiles")

    def __init__(
        self, tiles: Mapping[TileIndex, Pixels], contents: Mapping[TileIndex, Rect] | None = None
    ) -> None:
        """Take over `tiles`, canonical and read-only; use `empty` or `from_array` otherwise.

        contents: where the pixels of a tile are, as far as another raster has looked already.
        """
        self._tiles = dict(tiles)
        self._extent = _extent(self._tiles)
        self._contents = dict(contents or {})

    @classmethod
    def empty(cls) -> Self:
        """Return a raster without pixels."""
        return cls({})

    @classmethod
    def from_array(cls, pixels: Pixels, left: int, top: int) -> "Raster":
        """Return a raster that holds `pixels` with their first pixel at (left, top)."""
        return cls.empty().write(pixels, left, top)

    @property
    def tiles(self) -> Mapping[TileIndex, Pixels]:
        """The stored tiles, TILExTILEx4 each, read-only."""
        return self._tiles

    def tile_bounds(self) -> Rect:
        """Return the rectangle around the stored tiles: quick, and never too small."""
        return self._extent

    def bounds(self) -> Rect:
        """Return the smallest rectangle around every pixel that is not wholly transparent."""
        found = EMPTY
        for index in self._rim():
            found = found.united(self._content(index))
        return found

    def _rim(self) -> list[TileIndex]:
        # Every stored tile holds a pixel, so only tiles on the rim can decide the bounds.
        left, right = self._extent.left // TILE, self._extent.right // TILE - 1
        top, bottom = self._extent.top // TILE, self._extent.bottom // TILE - 1
        columns, rows = (left, right), (top, bottom)
        return [index for index in self._tiles if index[0] in columns or index[1] in rows]

    def _content(self, index: TileIndex) -> Rect:
        if index not in self._contents:
            area, alpha = tile_rect(index), self._tiles[index][..., 3]
            self._contents[index] = content_rect(alpha).translated(area.left, area.top)
        return self._contents[index]

    def has_tiles_in(self, rect: Rect) -> bool:
        """Whether any stored tile touches `rect`."""
        near = rect.intersected(self.tile_bounds())
        return any(index in self._tiles for index in tiles_over(near))

    def read(self, rect: Rect) -> Pixels:
        """Return a fresh (height, width, 4) copy of the pixels in `rect`."""
        return self.sampled(rect, 1)

    def sampled(self, rect: Rect, step: int) -> Pixels:
        """Return every `step`-th pixel of `rect` in both directions, from its first one on.

        Shape (ceil(height / step), ceil(width / step), 4); costs as much as the result is large.
        """
        out = np.zeros((-(-rect.height // step), -(-rect.width // step), 4), np.uint8)
        for index in tiles_over(rect.intersected(self.tile_bounds())):
            if (tile := self._tiles.get(index)) is not None:
                area = tile_rect(index).intersected(rect)
                rows, tile_rows = _samples(rect.top, area.top, area.bottom, step)
                columns, tile_columns = _samples(rect.left, area.left, area.right, step)
                out[rows, columns] = tile[tile_rows, tile_columns]
        return out

    def write(self, pixels: Pixels, left: int, top: int) -> "Raster":
        """Return this raster with `pixels` (RGB counts as opaque) in place of what was there.

        The result shares each tile whose pixels stay as they were.
        """
        tiles = dict(self._tiles)
        _write_into(tiles, canonical(pixels), left, top)
        same = {i: r for i, r in self._contents.items() if tiles.get(i) is self._tiles[i]}
        return Raster(tiles, same)

    def translated(self, dx: int, dy: int) -> "Raster":
        """Return the same pixels elsewhere; moving by whole tiles copies none."""
        if dx % TILE == 0 and dy % TILE == 0:
            shift_x, shift_y = dx // TILE, dy // TILE
            return Raster(
                {(c + shift_x, r + shift_y): tile for (c, r), tile in self._tiles.items()}
            )
        tiles: dict[TileIndex, Pixels] = {}
        for (column, row), tile in self._tiles.items():
            _write_into(tiles, tile, column * TILE + dx, row * TILE + dy)
        return Raster(tiles)

    def changed_tiles(self, other: "Raster") -> set[TileIndex]:
        """Return the tiles that are not the same object in both rasters."""
        if self is other:
            return set()
        mine, theirs = self.tiles, other.tiles
        return {i for i in mine.keys() | theirs.keys() if mine.get(i) is not theirs.get(i)}


def canonical(pixels: Pixels) -> Pixels:
    """Return a fresh HxWx4 array as rasters store it: opaque if RGB, colour zero where alpha is."""
    assert pixels.dtype == np.uint8, pixels.dtype
    assert pixels.ndim == 3, pixels.shape
    assert pixels.shape[2] in (3, 4), pixels.shape
    out = np.empty((*pixels.shape[:2], 4), np.uint8)
    out[..., : pixels.shape[2]] = pixels
    if pixels.shape[2] == 3:
        out[..., 3] = 255
    else:
        out[out[..., 3] == 0] = 0
    return out


def content_rect(values: NDArray[np.uint8] | NDArray[np.bool_]) -> Rect:
    """Return the smallest rectangle around the non-zero entries of an HxW array."""
    rows, columns = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
    if rows.size == 0:
        return EMPTY
    left, top = int(columns[0]), int(rows[0])
    return Rect(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def _extent(tiles: Mapping[TileIndex, Pixels]) -> Rect:
    if not tiles:
        return EMPTY
    columns, rows = zip(*tiles, strict=True)
    return tile_rect((min(columns), min(rows))).united(tile_rect((max(columns), max(rows))))


def _samples(origin: int, start: int, stop: int, step: int) -> tuple[slice, slice]:
    """Return which samples from `origin` on lie in start..stop, and where in their tile."""
    first, last = -(-(start - origin) // step), -(-(stop - origin) // step)
    tile_start = start // TILE * TILE
    return slice(first, last), slice(origin + first * step - tile_start, stop - tile_start, step)


def _write_into(tiles: dict[TileIndex, Pixels], pixels: Pixels, left: int, top: int) -> None:
    target = Rect(left, top, pixels.shape[1], pixels.shape[0])
    for index in tiles_over(target):
        area = tile_rect(index)
        part = area.intersected(target)
        old = tiles.get(index)
        tile = np.zeros((TILE, TILE, 4), np.uint8) if old is None else old.copy()
        inside = part.translated(-area.left, -area.top)
        source = part.translated(-left, -top)
        tile[inside.top : inside.bottom, inside.left : inside.right] = pixels[
            source.top : source.bottom, source.left : source.right
        ]
        _store(tiles, index, tile)


def _store(tiles: dict[TileIndex, Pixels], index: TileIndex, tile: Pixels) -> None:
    old = tiles.get(index)
    if not tile.any():
        tiles.pop(index, None)
    elif old is None or not np.array_equal(old, tile):
        tile.flags.writeable = False
        tiles[index] = tile
