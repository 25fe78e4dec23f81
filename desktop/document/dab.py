"""The touches of a brush: how much of each pixel they cover."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.brush import Brush, Tip
from desktop.document.geometry import Rect

Cover: TypeAlias = NDArray[np.float32]
"""HxW, 0..1: the part of each pixel that is covered."""

Covers: TypeAlias = NDArray[np.float32]
"""NxHxW, 0..1: the same of N touches."""

TINY = 3.0
"""Below this radius a rim is too bent to be taken for straight within a pixel."""

SUBSAMPLES = 16

MOST_STEPS = 2**16
"""Of a table of softness: 256 KiB. A rim that is so sharp that it needs more is computed."""


class Dab(NamedTuple):
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
        x, y, radius, _ = self
        left, top = floor(x - radius), floor(y - radius)
        return Rect(left, top, max(1, ceil(x + radius) - left), max(1, ceil(y + radius) - top))


def cover(dab: Dab, brush: Brush) -> Cover:
    """Return the coverage of the pixels of `dab.rect`."""
    return covers((dab,), brush, dab.rect)[0]


def covers(dabs: Sequence[Dab], brush: Brush, box: Rect) -> Covers:
    """Return what each of some dabs covers of the pixels of `box`: all at once, for speed."""
    places = np.array(dabs, np.float64)  # (N, 4)
    columns, rows = box.left + 0.5, box.top + 0.5
    dx = (np.arange(box.width) + (columns - places[:, :1])).astype(np.float32)  # (N, W)
    dy = (np.arange(box.height) + (rows - places[:, 1:2])).astype(np.float32)  # (N, H)
    if brush.tip is not None:
        grain = brush.tip
        return np.stack([_textured(grain, *each) for each in _one_by_one(dabs, dx, dy)])
    radii = [dab.radius for dab in dabs]
    if min(radii) * (1 - brush.hardness) >= 1.0:
        return _soft_discs(dx, dy, places[:, 2].astype(np.float32), brush.hardness)
    return np.stack([_round(brush, *each) for each in _one_by_one(dabs, dx, dy)])


def left_by(dabs: Sequence[Dab], brush: Brush, box: Rect) -> Cover:
    """Return which part of each pixel of `box` touches of a brush's flow leave uncovered, HxW.

    What each covers of a pixel is taken from what those before it have left.
    """
    steps = _steps(brush.hardness)
    radius = min(dab.radius for dab in dabs)
    if brush.tip is None and steps < MOST_STEPS and radius * (1 - brush.hardness) >= 1.0:
        left = _soft_table(brush.hardness, brush.flow).take(_at(dabs, box, steps), mode="clip")
    else:
        left = covers(dabs, brush, box)
        left *= np.float32(-brush.flow)
        left += 1
    return left[0] if len(dabs) == 1 else np.multiply.reduce(left, axis=0)


def _at(dabs: Sequence[Dab], box: Rect, steps: int) -> NDArray[np.intp]:
    """Return where in a table of squared distances each pixel is found, NxHxW, beyond it too."""
    columns, rows = _columns(box.width) + (box.left + 0.5), _columns(box.height) + (box.top + 0.5)
    if len(dabs) == 1:
        x, y, radius, _ = dabs[0]
        scale = steps / (radius * radius)
        dx, dy = columns - x, rows - y
        dx *= dx
        dy *= dy
        dx *= scale
        dy *= scale
        return (dx.astype(np.intp) + dy.astype(np.intp)[:, None])[None]
    places = np.array(dabs)
    scales = (steps / places[:, 2] ** 2)[:, None]
    dx, dy = columns - places[:, :1], rows - places[:, 1:2]
    dx *= dx
    dy *= dy
    dx *= scales
    dy *= scales
    return dx.astype(np.intp)[:, None, :] + dy.astype(np.intp)[:, :, None]


@lru_cache(maxsize=1024)
def _columns(count: int) -> NDArray[np.float64]:
    return np.arange(count, dtype=np.float64)


def _steps(hardness: float) -> int:
    """Return into how many steps the squared radius is cut, each a thousandth of coverage."""
    return ceil(768 / (1 - hardness)) if hardness < 1.0 else MOST_STEPS


@lru_cache(maxsize=8)
def _soft_table(hardness: float, flow: float) -> Cover:
    """Return what a soft touch leaves of a pixel, by the square of its distance in steps."""
    steps = _steps(hardness)
    # Both parts of a sum are cut to whole steps, so it lies a step lower than the place, about.
    far = np.sqrt((np.arange(steps + 1) + 1.0) / steps).astype(np.float32)
    zero = np.zeros((1, 1), np.float32)
    table = 1 - np.float32(flow) * _soft_discs(far[None], zero, np.ones(1, np.float32), hardness)
    made: Cover = table[0, 0]
    made[-1] = 1
    return made


def _one_by_one(
    dabs: Sequence[Dab], dx: Covers, dy: Covers
) -> list[tuple[NDArray[np.float32], NDArray[np.float32], float]]:
    return [(dx[n], dy[n], dab.radius) for n, dab in enumerate(dabs)]


def _round(brush: Brush, dx: Cover, dy: Cover, radius: float) -> Cover:
    if radius * (1 - brush.hardness) >= 1.0:
        radii = np.array([radius], np.float32)
        return _soft_discs(dx[None], dy[None], radii, brush.hardness)[0]
    return (_sampled_disc if radius < TINY else _disc)(dx, dy, radius)


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


def _soft_discs(dx: Covers, dy: Covers, radii: Cover, hardness: float) -> Covers:
    """1 near the middle, 0 from the rim on, in between a smoothstep: no edge can be seen."""
    depth = (dx * dx)[:, None, :] + (dy * dy)[:, :, None]
    np.sqrt(depth, out=depth)
    np.subtract(radii[:, None, None], depth, out=depth)
    depth *= (1 / (radii * np.float32(1 - hardness)))[:, None, None]
    np.maximum(depth, 0, out=depth)
    np.minimum(depth, 1, out=depth)
    smooth = np.subtract(np.float32(1.5), depth)
    smooth *= 2
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
    x = np.clip((dx / np.float32(radius) + 1) * side / 2 + 0.5, 0, side + 1)
    y = np.clip((dy / np.float32(radius) + 1) * side / 2 + 0.5, 0, side + 1)
    x[np.abs(dx) > radius], y[np.abs(dy) > radius] = 0, 0  # in the margin, where nothing is
    column, row = np.minimum(x.astype(np.intp), side), np.minimum(y.astype(np.intp), side)
    right, lower = (x - column).astype(np.float32), (y - row).astype(np.float32)[:, None]
    upper_row = padded[row][:, column] * (1 - right) + padded[row][:, column + 1] * right
    lower_row = padded[row + 1][:, column] * (1 - right) + padded[row + 1][:, column + 1] * right
    return (upper_row * (1 - lower) + lower_row * lower).astype(np.float32)
