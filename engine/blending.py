"""How painted pixels meet the old ones: growing, feathering, matching colours. numpy, no torch.

A run hands over its raw pixels as a `Patch`; the seam can be drawn again at any time without a new
run, because everything here is a function of the old picture, the patch and a `Seam`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.fill import Floats, Known, enlarged, filled, halved
from engine.requests import Mask, Pixels, Seam

Levels = NDArray[np.int16]

FULL = 1 << 14
"""A weight of one, in the integers that weights are computed in."""

BLOCK_LEVELS = 3
"""Colours are compared as means over squares of 2 to this power, so that no detail counts."""

RING = 3
"""Squares outside the hole, and BAND inside it, in which colours are compared."""

BAND = 1

TINT = 40.0
"""Levels: what differs by more shows another thing and not another tint."""


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
    """`new` with the tint of its surroundings, as far as `seam.match_colours` says; levels.

    x' = x + match · m within 0..255, with m the smoothest correction that lets both pictures meet
    at the seam, the membrane of Pérez et al. 2003 (Poisson Image Editing): the difference between
    the old picture, continued a little into the hole, and the new one, along the hole's edge on
    both sides, itself continued everywhere else. Per channel, in means over squares; squares that
    differ by more than TINT have no say.
    """
    pixels = new.astype(np.float32)
    outside = dilated((hole > 0).astype(np.uint8), max(seam.grow, 0)) == 0
    if old.shape[2] == 4:
        outside &= old[..., 3] == 255
    if seam.match_colours == 0 or not outside.any():
        return pixels
    before, known = blocks(old[..., :3].astype(np.float32), outside)
    after, _ = blocks(pixels, np.ones_like(outside))
    inside = blocks(pixels, ~outside)[1]
    difference = filled(before, known) - after
    alike = within(inside, RING) & within(known, BAND) & (np.abs(difference).max(-1) < TINT)
    if not alike.any():
        return pixels
    correction = filled(difference, alike)
    for height, width in sizes(new.shape[0], new.shape[1])[-2::-1]:
        correction = enlarged(correction, height, width)
    pixels += np.float32(seam.match_colours) * correction
    return pixels.clip(0, 255, out=pixels)


def sizes(height: int, width: int) -> list[tuple[int, int]]:
    """The picture's size and its halves, BLOCK_LEVELS of them."""
    return [(-(-height // 2**level), -(-width // 2**level)) for level in range(BLOCK_LEVELS + 1)]


def blocks(picture: Floats, known: Known) -> tuple[Floats, Known]:
    """Means of the known pixels of each square, and which squares have any."""
    for _ in range(BLOCK_LEVELS):
        picture, known = halved(picture, known)
    return picture, known


def within(area: Known, radius: int) -> Known:
    """Where `area` is no farther than `radius`."""
    return dilated(area.astype(np.uint8), radius) > 0
