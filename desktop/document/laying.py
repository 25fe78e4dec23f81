"""Paint laid over pixels while the hand waits: in 16-bit integers, a fifth of the time of floats.

Every channel moves from the pixel to the paint by a weight of 0..256, which is exact where a pixel
is left alone or covered, and elsewhere within one of 255 levels; of what is seen through alpha,
within two. Where there is alpha, the weight
of the colours follows from it and that of the alpha (Porter and Duff's "over", straight): a table
has them side by side. A stroke always lays its paint over the pixels as they were before it, so
that nothing of this adds up.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.plane import TILE, Bytes
from desktop.document.raster import OPAQUE

WHOLE = 256
"""The weight of what was there where no paint is laid."""

HALF = np.float32(0.5)

REPEATED = np.uint64(0x0001_0001_0001_0001)
"""Times a 16-bit number: the same number four times, once for each channel of a pixel."""

COLOURS_ALONE = np.uint64(0x0000_0001_0001_0001)
ALPHA_STAYS = np.uint64(WHOLE << 48)

ALPHA = np.uint32(24)
"""How far the alpha of a pixel lies to the left in its word."""

Shares: TypeAlias = NDArray[np.float32]
Row: TypeAlias = NDArray[np.uint16]
Words: TypeAlias = NDArray[np.uint32]
Weights: TypeAlias = NDArray[np.uint64]
"""HxW, four numbers of 16 bits, 0..256: how much of each channel stays."""

Lay: TypeAlias = Callable[[Bytes, Shares, Bytes], None]
"""Writes into its last argument (stored form) what becomes of the pixels in the first, of which the
second, HxW in 0..1, is left uncovered."""


def layer_of(colour: tuple[int, int, int], alpha_locked: bool) -> Lay:
    """Return what lays `colour` over HxWx4 straight RGBA, at most a tile at once.

    Where `alpha_locked`, alpha stays and only the colour of what is there changes.
    """
    row = np.tile(np.array((*colour, 255), np.uint16), TILE)
    paint = row, row * np.uint16(WHOLE) + np.uint16(WHOLE // 2)
    alone = _alone(colour)

    def lay(below: Bytes, left: Shares, out: Bytes) -> None:
        words = below.view(np.uint32)[..., 0]
        least = words.min()
        opaque = least >= OPAQUE
        if least == 0 and not alpha_locked and words.max() == 0:
            out.view(np.uint32)[..., 0] = alone.take(_whole_shares(left), mode="clip")
            return
        if opaque or alpha_locked:
            weights = _whole_weights(left) * (REPEATED if opaque else COLOURS_ALONE)
            if not opaque:
                weights |= ALPHA_STAYS
        else:
            weights = _weights(words >> ALPHA, left)
        out[...] = _mixed(below, paint, weights)
        if alpha_locked and not opaque:
            made = out.view(np.uint32)[..., 0]
            made *= words >= (1 << ALPHA)  # no colour where nothing is

    return lay


def _alone(colour: tuple[int, int, int]) -> Words:
    """Return what becomes of nothing by each share of it that is left, 0..256: a new layer's way.

    The same as the weights say, in a third of the time.
    """
    red, green, blue = colour
    alpha = (255 * WHOLE + WHOLE // 2 - 255 * np.arange(WHOLE + 1)) >> 8
    words = alpha << 24 | blue << 16 | green << 8 | red
    return np.where(alpha > 0, words, 0).astype(np.uint32)


def _whole_shares(left: Shares) -> NDArray[np.int32]:
    share = left * np.float32(WHOLE)
    share += HALF
    return share.astype(np.int32)


def _whole_weights(left: Shares) -> Weights:
    return _whole_shares(left).astype(np.uint64)


def _weights(alpha: Words, left: Shares) -> Weights:
    """Return the weights of channels of pixels with some alpha, 0..255."""
    place = alpha.view(np.int32)
    place *= WHOLE + 1
    place += _whole_shares(left)
    return _table().take(place, mode="clip")


@lru_cache(maxsize=1)
def _table() -> Weights:
    """Return the weights for an alpha of 0..255, and for each that of the alpha, 0..256: 0.5 MiB.

    Of what is seen in the end, alpha · left comes from below; 0/0 is nothing at all.
    """
    there, left = np.arange(256.0)[:, None], np.arange(WHOLE + 1.0)
    now = 255 * WHOLE - (255 - there) * left
    share = np.divide(WHOLE * there * left, now, out=np.full(now.shape, 256.0), where=now > 0)
    colours = np.rint(share).astype(np.uint64) * COLOURS_ALONE
    return (colours | left.astype(np.uint64) << np.uint64(48)).ravel()


def _mixed(below: Bytes, paint: tuple[Row, Row], weights: Weights) -> Bytes:
    """Return every channel moved from the paint by its weight.

    paint: a row of it, and the same by 256 and a half. Sums of 16 bits wrap around on the way and
    are right in the end: row + (below - row) * weight.
    """
    height, width = weights.shape
    mixed = below.reshape(height, 4 * width).astype(np.uint16)
    mixed -= paint[0][: 4 * width]
    mixed *= weights.view(np.uint16)  # (H, 4·W)
    mixed += paint[1][: 4 * width]
    mixed >>= 8
    return mixed.astype(np.uint8).reshape(height, width, 4)
