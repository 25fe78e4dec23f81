"""Paint laid over pixels while the hand waits: in 16-bit integers, a fifth of the time of floats.

A colour mixes by a weight of 0..256, which is exact where a pixel is left alone or covered, and
elsewhere within one of 255 levels. A stroke always lays its paint over the pixels as they were
before it, so that this does not add up. Alpha is computed in float32 and rounded once.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.plane import TILE, Bytes

WHOLE = 256
"""The weight of paint that covers."""

FULL = np.float32(255)
HALF = np.float32(0.5)
TINY = np.float32(1e-9)

REPEATED = np.uint64(0x0001_0001_0001_0001)
"""Times a 16-bit number: the same number four times, once for each channel of a pixel."""

ALPHA = np.uint32(24)
"""How far the alpha of a pixel lies to the left in its word."""

COLOURS, OPAQUE = np.uint32(0x00FF_FFFF), np.uint32(0xFF00_0000)

Shares: TypeAlias = NDArray[np.float32]


def layer_of(colour: tuple[int, int, int], alpha_locked: bool) -> Callable[[Bytes, Shares], Bytes]:
    """Return what lays `colour` over HxWx4 straight RGBA, of which HxW in 0..1 is left uncovered.

    At most a tile at once. It returns fresh pixels in stored form. Where `alpha_locked`, alpha
    stays and only the colour of what is there changes.
    """
    row = np.tile(np.array((*colour, 255), np.uint16), TILE)

    def lay(below: Bytes, left: Shares) -> Bytes:
        words = below.view(np.uint32)[..., 0]
        if words.min() >= OPAQUE:
            return _mixed(below, row, left * np.float32(WHOLE))
        alpha = words >> ALPHA
        if alpha_locked:
            out = _mixed(below, row, left * np.float32(WHOLE))
        else:
            there = alpha.view(np.int32).astype(np.float32)
            now = FULL - there
            now *= left
            np.subtract(FULL, now, out=now)
            # The lower colour's share of what is seen in the end; 0/0 is nothing at all.
            there *= left
            there *= WHOLE
            there /= np.maximum(now, TINY)
            now += HALF
            alpha = now.astype(np.int32).view(np.uint32)
            out = _mixed(below, row, there)
        mixed = out.view(np.uint32)[..., 0]
        mixed &= COLOURS
        mixed |= alpha << ALPHA
        if not alpha.all():
            mixed *= alpha != 0
        return out

    return lay


def _mixed(below: Bytes, row: NDArray[np.uint16], weight: Shares) -> Bytes:
    """Return every channel moved from `row` by a weight of 0..256, which is spent.

    Sums of 16 bits wrap around on the way and are right in the end: row + (below - row) * weight.
    """
    height, width = weight.shape
    upper = row[: 4 * width]
    weight += HALF
    weights = weight.astype(np.int32).astype(np.uint64)
    weights *= REPEATED
    mixed = below.reshape(height, 4 * width).astype(np.uint16)
    mixed -= upper
    mixed *= weights.view(np.uint16)  # (H, 4·W)
    mixed += upper * np.uint16(WHOLE) + np.uint16(WHOLE // 2)
    mixed >>= 8
    return mixed.astype(np.uint8).reshape(height, width, 4)
