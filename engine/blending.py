"""How painted pixels meet the old ones: growing, feathering, matching colours. numpy, no torch.

A run hands over its raw pixels as a `Patch`; the seam can be drawn again at any time without a new
run, because everything here is a function of the old picture, the patch and a `Seam`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.requests import Mask, Pixels, Seam

Floats = NDArray[np.float32]
Levels = NDArray[np.int16]

FULL = 1 << 14
"""A weight of one, in the integers that weights are computed in."""

RING = 24
"""Width, in pixels, of the band around a hole in which colours are compared."""

FEWEST_PIXELS = 16
"""Colours are not compared on fewer pixels than these."""

LARGEST_GAIN = 2.0
"""Contrast is stretched or squeezed at most so many times."""

NOISE_FLOOR = 4.0
"""Variance, in squared levels, that is added to both sides so that plain colours have no gain."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """What a run painted, before it met the picture around it.

    pixels: HxWx3, what the decoder made of the whole area. mask: HxW, what was asked for there; a
    picture's own missing pixels count even where it is 0. left, top: where the area lies in the
    picture. The area never sticks out of it.
    """

    pixels: Pixels
    mask: Mask
    left: int
    top: int

    def __post_init__(self) -> None:
        assert self.pixels.shape == (*self.mask.shape, 3), (self.pixels.shape, self.mask.shape)


def blended(picture: Pixels, patch: Patch, seam: Seam) -> Pixels:
    """`picture` (HxWx3 or HxWx4) with `patch` set in, HxWx3.

    Where the new pixels have no weight the old ones come back bit for bit; where the old ones are
    transparent the new ones show, which is the whole of it at alpha 0.
    """
    result = picture[..., :3].copy()
    height, width = patch.mask.shape
    area = np.s_[patch.top : patch.top + height, patch.left : patch.left + width]
    old = picture[area]
    hole = wanted(old, patch.mask)
    new = matched(old, patch.pixels, hole, seam)
    weight = weights(hole, seam)
    if picture.shape[2] == 4:
        weight = np.maximum(weight, (255 - old[..., 3]) / np.float32(255))
    result[area] = mixed(old[..., :3], new, weight)
    return result


def wanted(picture: Pixels, mask: Mask) -> Mask:
    """`mask` and the pixels that the picture has not got: 255 - alpha (255 - mask) / 255."""
    if picture.shape[2] == 3:
        return mask
    kept = picture[..., 3].astype(np.uint16) * (255 - mask)
    return (255 - (kept + 127) // 255).astype(np.uint8)


def weights(mask: Mask, seam: Seam) -> Floats:
    """Share of the new pixels, HxW in [0,1].

    The mask is first grown (or shrunk) by a disc. Then its values fade outwards: a pixel gets
    max over q of (sqrt(mask(q)) - |p - q|² / s)², with s = feather² + 1. For a mask of 0 and 1 that
    is (1 - d² / s)² at the distance d from it, level at both ends; greys inside stay as they are,
    and beyond the feather it is exactly zero.
    """
    grown = dilated(mask, seam.grow) if seam.grow >= 0 else 255 - dilated(255 - mask, -seam.grow)
    root = np.sqrt(grown / np.float32(255))
    if seam.feather == 0:
        return root * root
    levels = (root * FULL).round().astype(np.int16)
    for axis in (0, 1):
        levels = faded(levels, seam.feather, axis)
    share = levels / np.float32(FULL)
    # Where nothing was added the mask's own value is the exact one.
    return np.maximum(share * share, grown / np.float32(255))


def faded(levels: Levels, feather: int, axis: int) -> Levels:
    """Largest of each value less FULL d² / (feather² + 1), d the distance along `axis`."""
    source = np.moveaxis(levels, axis, 0)
    result = source.copy()
    for distance in range(1, min(feather + 1, len(source))):
        # Rounded up, so that nothing is left beyond the feather.
        loss = np.int16(-(-FULL * distance**2 // (feather**2 + 1)))
        np.maximum(result[distance:], source[:-distance] - loss, out=result[distance:])
        np.maximum(result[:-distance], source[distance:] - loss, out=result[:-distance])
    return np.moveaxis(result, 0, axis)


def dilated(mask: Mask, radius: int) -> Mask:
    """Largest value within `radius` pixels (Euclidean) of each pixel."""
    result = mask.copy()
    row, reach = mask.copy(), 0
    # From the disc's top, where it is narrow, to its middle: the row's own dilation only widens.
    for down in range(radius, -1, -1):
        half = int((radius**2 - down**2) ** 0.5)
        while reach < half and reach + 1 < mask.shape[1]:
            reach += 1
            np.maximum(row[:, reach:], mask[:, :-reach], out=row[:, reach:])
            np.maximum(row[:, :-reach], mask[:, reach:], out=row[:, :-reach])
        if down == 0:
            np.maximum(result, row, out=result)
        elif down < len(mask):
            np.maximum(result[down:], row[:-down], out=result[down:])
            np.maximum(result[:-down], row[down:], out=result[:-down])
    return result


def mixed(old: Pixels, new: Floats, weight: Floats) -> Pixels:
    """Old + weight · (new - old), rounded; where the weight is 0 that is the old one exactly."""
    return (old + weight[..., None] * (new - old)).round().clip(0, 255).astype(np.uint8)


def matched(old: Pixels, new: Pixels, hole: Mask, seam: Seam) -> Floats:
    """`new` with the colours of the surroundings, as far as `seam.match_colours` says; levels.

    In a ring around the hole both pictures show the same things, so that their difference is the
    model's fault. Per channel, with mean m and variance v over the ring:
    x' = g (x - m_new) + m_old, g = sqrt((v_old + floor) / (v_new + floor)), g in 1/2..2.
    """
    pixels = new.astype(np.float32)
    ring = surroundings(old, hole, seam.grow)
    if seam.match_colours == 0 or np.count_nonzero(ring) < FEWEST_PIXELS:
        return pixels
    before, after = old[ring][:, :3].astype(np.float32), pixels[ring]
    gain = np.sqrt((before.var(0) + NOISE_FLOOR) / (after.var(0) + NOISE_FLOOR))
    gain = gain.clip(1 / LARGEST_GAIN, LARGEST_GAIN)
    corrected = gain * (pixels - after.mean(0)) + before.mean(0)
    return pixels + np.float32(seam.match_colours) * (corrected - pixels)


def surroundings(old: Pixels, hole: Mask, grow: int) -> NDArray[np.bool_]:
    """Known pixels that lie outside the hole, but not farther than RING from it."""
    inside = (hole > 0).astype(np.uint8)
    inside = dilated(inside, max(grow, 0))
    ring = dilated(inside, RING) > inside
    return ring & (old[..., 3] == 255) if old.shape[2] == 4 else ring
