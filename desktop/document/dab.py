"""One touch of a brush: how much of each pixel it covers."""

from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.brush import Brush, Tip
from desktop.document.geometry import Rect

Cover: TypeAlias = NDArray[np.float32]
"""HxW, 0..1: the part of each pixel that is covered."""

TINY = 3.0
"""Below this radius a rim is too bent to be taken for straight within a pixel."""

SUBSAMPLES = 16


@dataclass(frozen=True, slots=True)
class Dab:
    """A touch at (x, y) in document coordinates: pixel (0, 0) is the square from 0 to 1.

    cap: what the coverage tends to when the brush stays, 0..1.
    """

    x: float
    y: float
    radius: float
    cap: float = 1.0

    @property
    def rect(self) -> Rect:
        """The pixels that may be covered."""
        left, top = floor(self.x - self.radius), floor(self.y - self.radius)
        right, bottom = ceil(self.x + self.radius), ceil(self.y + self.radius)
        return Rect(left, top, max(1, right - left), max(1, bottom - top))


def cover(dab: Dab, brush: Brush) -> Cover:
    """Return the coverage of the pixels of `dab.rect`."""
    rect = dab.rect
    dx = np.arange(rect.width, dtype=np.float32) + np.float32(rect.left + 0.5 - dab.x)
    dy = np.arange(rect.height, dtype=np.float32) + np.float32(rect.top + 0.5 - dab.y)
    if brush.tip is not None:
        return _textured(brush.tip, dx, dy, dab.radius)
    inner = dab.radius * brush.hardness
    if dab.radius - inner >= 1.0:
        return _soft_disc(dx, dy, inner, dab.radius)
    return (_sampled_disc if dab.radius < TINY else _disc)(dx, dy, dab.radius)


def _disc(dx: Cover, dy: Cover, radius: float) -> Cover:
    """Area of each pixel inside a circle, its rim taken for straight within the pixel."""
    distance = np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2)
    inside = np.float32(radius) - distance
    made = np.clip(inside + np.float32(0.5), 0, 1)
    rows, columns = np.nonzero(np.abs(inside) < 0.75)
    depth, away = inside[rows, columns], distance[rows, columns]
    normal_x = np.divide(np.abs(dx[columns]), away)
    normal_y = np.divide(np.abs(dy[rows]), away)
    # A rim bends away from its tangent by t²/2r, on average over a pixel by 1/24r.
    made[rows, columns] = _half_plane(depth - np.float32(1 / 24 / radius), normal_x, normal_y)
    return made


def _half_plane(depth: Cover, normal_x: Cover, normal_y: Cover) -> Cover:
    """Area of a unit square on the inner side of a line `depth` from its centre.

    The square's extent along the normal is a trapezoid of height 1/a; its integral is exact.
    """
    a, b = np.maximum(normal_x, normal_y), np.minimum(normal_x, normal_y)
    away = np.abs(depth)
    flat = away / a
    corner = np.maximum((a + b) / 2 - away, 0)
    bent = np.float32(0.5) - corner**2 / np.maximum(2 * a * b, np.float32(1e-9))
    half = np.where(away <= (a - b) / 2, flat, bent)
    return np.clip(np.float32(0.5) + np.sign(depth) * half, 0, 1).astype(np.float32)


def _sampled_disc(dx: Cover, dy: Cover, radius: float) -> Cover:
    offsets = (np.arange(SUBSAMPLES, dtype=np.float32) + np.float32(0.5)) / SUBSAMPLES - 0.5
    x = (dx[:, None] + offsets).ravel()
    y = (dy[:, None] + offsets).ravel()
    inside = x[None, :] ** 2 + y[:, None] ** 2 <= radius * radius
    grid = inside.reshape(len(dy), SUBSAMPLES, len(dx), SUBSAMPLES)
    return grid.mean(axis=(1, 3), dtype=np.float32)


def _soft_disc(dx: Cover, dy: Cover, inner: float, radius: float) -> Cover:
    """1 up to `inner`, 0 from `radius` on, in between a smoothstep: no edge can be seen."""
    depth = dx[None, :] ** 2 + dy[:, None] ** 2
    np.sqrt(depth, out=depth)
    np.subtract(radius, depth, out=depth)
    depth *= np.float32(1 / (radius - inner))
    np.clip(depth, 0, 1, out=depth)
    smooth = depth * -2
    smooth += 3
    smooth *= depth
    smooth *= depth
    return smooth


def _textured(tip: Tip, dx: Cover, dy: Cover, radius: float) -> Cover:
    """Sample the grain between its nearest four; a much larger grain is halved first."""
    grain = tip.grain
    while len(grain) >= 4 * radius and len(grain) % 2 == 0:
        grain = grain.reshape(len(grain) // 2, 2, -1, 2).mean(axis=(1, 3))
    side = len(grain)
    padded = np.pad(grain, 1)
    x = np.clip((dx / np.float32(radius) + 1) * side / 2 + 0.5, 0, side + 0.999)
    y = np.clip((dy / np.float32(radius) + 1) * side / 2 + 0.5, 0, side + 0.999)
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, lower = (x - column).astype(np.float32), (y - row).astype(np.float32)[:, None]
    upper_row = padded[row][:, column] * (1 - right) + padded[row][:, column + 1] * right
    lower_row = padded[row + 1][:, column] * (1 - right) + padded[row + 1][:, column + 1] * right
    return (upper_row * (1 - lower) + lower_row * lower).astype(np.float32)
