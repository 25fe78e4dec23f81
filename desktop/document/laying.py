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

HALF = np.float32(0.5)
TINY = np.float32(1e-9)

REPEATED = np.uint64(0x0001_0001_0001_0001)
"""Times a 16-bit number: the same number four times, once for each channel of a pixel."""

Shares: TypeAlias = NDArray[np.float32]


def layer_of(colour: tuple[int, int, int], alpha_locked: bool) -> Callable[[Bytes, Shares], Bytes]:
    """Return what lays `colour` over HxWx4 straight RGBA by HxW in 0..1, at most a tile at once.

    It returns fresh pixels in stored form. Where `alpha_locked`, alpha stays and only the colour of
    what is there changes.
    """
    row = np.tile(np.array((*colour, 255), np.uint16), TILE)

    def lay(below: Bytes, amount: Shares) -> Bytes:
        old = below[..., 3]
        if old.min() == 255:
            return _mixed(below, row, amount * np.float32(WHOLE))
        weight = amount * np.float32(WHOLE if alpha_locked else 255 * WHOLE)
        if not alpha_locked:
            there = old.astype(np.float32)
            alpha = 255 - there
            alpha *= amount
            alpha += there
            # The upper colour's share of what is seen in the end; 0/0 is nothing at all.
            weight /= np.maximum(alpha, TINY)
            alpha += HALF
            old = alpha.astype(np.uint8)
        out = _mixed(below, row, weight)
        out[..., 3] = old
        words = out.view(np.uint32)[..., 0]
        words *= old != 0
        return out

    return lay


def _mixed(below: Bytes, row: NDArray[np.uint16], weight: Shares) -> Bytes:
    """Return every channel moved towards `row` by a weight of 0..256, which is spent."""
    height, width = weight.shape
    weight += HALF
    weights = weight.astype(np.int32).astype(np.uint64)
    weights *= REPEATED
    upper = weights.view(np.uint16)  # (H, 4·W)
    mixed = below.reshape(height, 4 * width).astype(np.uint16)
    mixed *= WHOLE - upper
    upper *= row[: 4 * width]
    mixed += upper
    mixed += WHOLE // 2
    mixed >>= 8
    return mixed.astype(np.uint8).reshape(height, width, 4)
