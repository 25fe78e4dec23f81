"""The magic wand and the bucket: pixels of a similar colour, everywhere or in one piece.

One piece is found without a loop over pixels: the runs of similar pixels in each row are nodes,
runs that touch in neighbouring rows are joined, and labels sink along the joints to the least.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.channel import Channel
from desktop.document.geometry import Point
from desktop.document.raster import Pixels

Flags: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.int64]


def similar(
    pixels: Pixels, corner: Point, seed: Point, tolerance: int, contiguous: bool
) -> Channel:
    """Return 255 where HxWx4 `pixels`, whose first lies at `corner`, are like the one at `seed`.

    tolerance: how far any of red, green, blue and alpha may be off, 0..255; wholly transparent
    pixels are all alike. contiguous: only what hangs together with the seed, by its edges.
    """
    x, y = seed.x - corner.x, seed.y - corner.y
    if not (0 <= y < pixels.shape[0] and 0 <= x < pixels.shape[1]):
        return Channel.empty()
    alike = _alike(pixels, pixels[y, x], tolerance)
    if contiguous:
        alike = connected(alike, x, y)
    return Channel.from_array(alike.view(np.uint8) * np.uint8(255), corner.x, corner.y)


def _alike(pixels: Pixels, colour: Pixels, tolerance: int) -> Flags:
    low = np.maximum(colour.astype(np.int16) - tolerance, 0).astype(np.uint8)
    high = np.minimum(colour.astype(np.int16) + tolerance, 255).astype(np.uint8)
    alike = np.ones(pixels.shape[:2], np.bool_)
    for channel in range(4):
        plane = pixels[..., channel]
        near = (plane >= low[channel]) & (plane <= high[channel])
        # Where nothing is to be seen, colour says nothing.
        alike &= near if channel == 3 else near | (pixels[..., 3] == 0)
    return alike


def connected(inside: Flags, x: int, y: int) -> Flags:
    """Return the piece of HxW `inside` that (x, y), itself inside, belongs to."""
    runs = _runs(inside)
    upper, lower = _joints(runs, inside.shape[1])
    labels = _labels(len(runs.row), upper, lower)
    here = np.flatnonzero((runs.row == y) & (runs.start <= x) & (runs.stop > x))
    chosen = labels == labels[here[0]]
    change = np.zeros((inside.shape[0], inside.shape[1] + 1), np.int8)
    change[runs.row[chosen], runs.start[chosen]] = 1
    change[runs.row[chosen], runs.stop[chosen]] = -1
    return np.cumsum(change, axis=1, dtype=np.int8)[:, :-1].astype(np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Unbroken pieces of rows, in reading order: columns `start` up to but not `stop`."""

    row: Indices
    start: Indices
    stop: Indices


def _runs(inside: Flags) -> _Runs:
    padded = np.zeros((inside.shape[0], inside.shape[1] + 2), np.int8)
    padded[:, 1:-1] = inside
    change = np.diff(padded, axis=1)
    row, start = np.nonzero(change == 1)
    _, stop = np.nonzero(change == -1)
    return _Runs(row, start, stop)


def _joints(runs: _Runs, width: int) -> tuple[Indices, Indices]:
    """Return pairs of runs that share a column in neighbouring rows, the upper ones first."""
    pitch = width + 1
    starts, stops = runs.row * pitch + runs.start, runs.row * pitch + runs.stop
    # Seen from a run, those below it that end after its start and start before its end.
    first = np.searchsorted(stops, starts + pitch, side="right")
    last = np.searchsorted(starts, stops + pitch, side="left")
    count = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(starts)), count)
    along = np.arange(len(upper)) - np.repeat(np.cumsum(count) - count, count)
    return upper, first[upper] + along


def _labels(count: int, upper: Indices, lower: Indices) -> Indices:
    """Return for each node the least node of its piece."""
    labels = np.arange(count)
    while True:
        a, b = labels[upper], labels[lower]
        apart = a != b
        if not apart.any():
            return labels
        upper, lower, a, b = upper[apart], lower[apart], a[apart], b[apart]
        # The larger root hangs itself below the smaller one; then all look up to their root.
        np.minimum.at(labels, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(parent := labels[labels], labels):
            labels = parent
