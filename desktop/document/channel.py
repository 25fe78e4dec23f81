"""One number a pixel: selections, the mask of the next run, and the masks of layers.

0 is nothing, 255 is all; what lies outside the tiles is the default, 0 or 255, so that "everything"
and "everything but this" are values as small as "this".
"""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from desktop.document.geometry import EMPTY, EVERYWHERE, Rect
from desktop.document.plane import TILE, Plane, TileIndex, is_blank, store, tile_rect, tiles_over
from desktop.document.tile import Bytes, Tile


class Channel(Plane):
    """Grey values on an endless plane."""

    __slots__ = ()
    CHANNELS: ClassVar[tuple[int, ...]] = ()

    @classmethod
    def empty(cls, default: int = 0) -> "Channel":
        """Return a channel that is `default` everywhere."""
        return cls({}, default=default)

    @classmethod
    def from_array(cls, values: Bytes, left: int, top: int, default: int = 0) -> "Channel":
        """Return a channel that holds HxW `values` at (left, top), `default` elsewhere."""
        return cls.empty(default).write(values, left, top)

    @classmethod
    def of_rect(cls, rect: Rect, value: int = 255, default: int = 0) -> "Channel":
        """Return a channel with one value in `rect`; whole tiles of it are one object."""
        return cls.empty(default).filled(value, rect)

    def filled(self, value: int, rect: Rect) -> "Channel":
        """Return this channel with one value in `rect`; whole tiles of it are one object."""
        return self._filled(np.array([[value]], np.uint8), rect)

    def inverted(self) -> "Channel":
        """Return 255 minus every value, also where no tile is stored."""
        seen: dict[int, Tile] = {}
        tiles: dict[TileIndex, Tile] = {}
        for index, tile in self.tiles.items():
            if id(tile) not in seen:
                seen[id(tile)] = Tile(255 - tile.values)
            tiles[index] = seen[id(tile)]
        return Channel(tiles, self.shift, 255 - self.default)

    def added(self, other: "Channel") -> "Channel":
        """Return the larger of both values at each pixel."""
        return self._combined(other, lambda a, b: np.maximum(a, b))

    def subtracted(self, other: "Channel") -> "Channel":
        """Return what is here and not in `other`: the smaller of this and 255 - other."""
        return self._combined(other, lambda a, b: np.minimum(a, 255 - b))

    def intersected(self, other: "Channel") -> "Channel":
        """Return the smaller of both values at each pixel."""
        return self._combined(other, lambda a, b: np.minimum(a, b))

    def within(self, rect: Rect) -> "Channel":
        """Return this channel with 0 outside `rect`."""
        return self.intersected(Channel.of_rect(rect))

    def _combined(self, other: "Channel", combine: Callable[[Bytes, Bytes], Bytes]) -> "Channel":
        if other.shift != self.shift:
            other = other.on_grid(self.shift)
        plain = [np.full((1, 1), channel.default, np.uint8) for channel in (self, other)]
        default = int(combine(plain[0], plain[1])[0, 0])
        seen: dict[tuple[int, int], Tile | None] = {}
        tiles: dict[TileIndex, Tile] = {}
        for index in self.tiles.keys() | other.tiles.keys():
            a, b = self.tiles.get(index), other.tiles.get(index)
            key = (id(a), id(b))
            if key not in seen:
                made = combine(
                    *(p if t is None else t.values for p, t in zip(plain, (a, b), strict=True))
                )
                whole = np.broadcast_to(made, (TILE, TILE)).copy()
                seen[key] = None if is_blank(whole, default) else Tile(whole)
            if (tile := seen[key]) is not None:
                tiles[index] = tile
        return Channel(tiles, self.shift, default)

    def on_grid(self, shift: tuple[int, int]) -> "Channel":
        """Return the same values in tiles that are shifted otherwise."""
        if shift == self.shift:
            return self
        grid = self.tile_bounds().translated(-shift[0], -shift[1])
        tiles: dict[TileIndex, Tile] = {}
        for index in tiles_over(grid):
            area = tile_rect(index).translated(*shift)
            if self.has_tiles_in(area):
                store(tiles, index, self.read(area), self.default)
        return Channel(tiles, shift, self.default)


def channel_dirt(old: Channel | None, new: Channel | None) -> Rect:
    """Return a rectangle of whole tiles outside which both are the same; None is an empty one."""
    before = Channel.empty() if old is None else old
    after = Channel.empty() if new is None else new
    if before is after:
        return EMPTY
    if before.default != after.default:
        return EVERYWHERE
    if before.shift != after.shift:
        return before.tile_bounds().united(after.tile_bounds())
    dirty = EMPTY
    for index in before.changed_tiles(after):
        dirty = dirty.united(before.tile_rect(index))
    return dirty
