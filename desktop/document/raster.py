"""Pixels of a layer: sparse immutable tiles of straight-alpha RGBA.

Storage is decided here, once: RGBA, uint8, straight (not premultiplied) alpha, colour zero wherever
alpha is zero, no tile that is wholly transparent. So equal pictures have equal bytes, and whatever
can be seen of a picture comes out bit for bit as it went in.
"""

from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect
from desktop.document.plane import (
    TILE,
    Bytes,
    Plane,
    TileIndex,
    content_rect,
    is_blank,
    tile_rect,
    tiles_over,
)
from desktop.document.tile import Tile

__all__ = [
    "TILE",
    "TILE_BYTES",
    "Pixels",
    "Raster",
    "TileIndex",
    "canonical",
    "content_rect",
    "tile_of",
    "tile_rect",
    "tiles_over",
]

TILE_BYTES = TILE * TILE * 4

OPAQUE = np.uint32(0xFF00_0000)
"""The least word of an opaque pixel."""

Pixels: TypeAlias = NDArray[np.uint8]
"""HxWx3 RGB or HxWx4 straight-alpha RGBA, 0..255."""

Colour: TypeAlias = tuple[int, int, int, int]
"""Red, green, blue and straight alpha, 0..255."""


class Raster(Plane):
    """RGBA pixels on an endless plane, transparent where no tile is stored."""

    __slots__ = ()
    CHANNELS: ClassVar[tuple[int, ...]] = (4,)

    @classmethod
    def empty(cls) -> "Raster":
        """Return a raster without pixels."""
        return cls({})

    @classmethod
    def from_array(cls, pixels: Pixels, left: int, top: int) -> "Raster":
        """Return a raster that holds `pixels` with their first pixel at (left, top)."""
        return cls.empty().write(pixels, left, top)

    def filled(self, colour: Colour, rect: Rect) -> "Raster":
        """Return this raster with one colour in `rect`; whole tiles of it are one object."""
        return self._filled(canonical(np.array([[colour]], np.uint8)), rect)

    @staticmethod
    def _stored(values: Bytes) -> Bytes:
        return canonical(values)

    @staticmethod
    def _presence(tile: Bytes, default: int) -> Bytes:
        return tile[..., 3]

    @staticmethod
    def _fullness(tile: Bytes) -> Bytes:
        return tile[..., 3]


def tile_of(pixels: Pixels, left: int, top: int) -> Tile | None:
    """Return a tile with HxWx4 `pixels`, which nobody may write into, at (left, top) in it.

    None where nothing can be seen of them; they are kept as they are where they fill the tile.
    """
    height, width, _ = pixels.shape
    whole, opaque = (height, width) == (TILE, TILE), is_opaque(pixels)
    values = pixels if opaque else canonical(pixels)
    if not whole:
        around = np.zeros((TILE, TILE, 4), np.uint8)
        around[top : top + height, left : left + width] = values
        values = around
    if not opaque and is_blank(values, 0):
        return None
    tile = Tile(values)
    if opaque:
        tile.full, tile.content = whole, Rect(left, top, width, height)
    return tile


def is_opaque(pixels: Pixels) -> bool:
    """Whether every pixel of HxWx4, of contiguous rows, is opaque."""
    return bool(pixels.view(np.uint32).min(initial=OPAQUE) >= OPAQUE)


def canonical(pixels: Pixels) -> Pixels:
    """Return a fresh HxWx4 array as rasters store it: opaque if RGB, colour zero where alpha is."""
    assert pixels.dtype == np.uint8, pixels.dtype
    assert pixels.ndim == 3, pixels.shape
    assert pixels.shape[2] in (3, 4), pixels.shape
    out = np.empty((*pixels.shape[:2], 4), np.uint8)
    out[..., : pixels.shape[2]] = pixels
    if pixels.shape[2] == 3:
        out[..., 3] = 255
    elif not is_opaque(out):
        words = out.view(np.uint32)[..., 0]
        words *= out[..., 3] != 0
    return out
