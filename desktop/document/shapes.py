"""Outlines to channels, antialiased: ellipses and polygons (the lasso is one with many corners).

A shape is a set of spans on horizontal lines, `LINES` of them a pixel row. Along a line coverage is
exact; down the rows it is the mean of the lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.plane import TILE, Bytes

LINES = 8

Doubles: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """What lies inside a shape: on line `line` from `left` to `right`. Each of the three is (N,).

    Line n is at the height (n + 1/2) / LINES in document coordinates; lines are in order.
    """

    line: NDArray[np.int64]
    left: Doubles
    right: Doubles


def ellipse(left: float, top: float, right: float, bottom: float) -> Channel:
    """Return the ellipse that fits into a box in document coordinates."""
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    half_width, half_height = (right - left) / 2, (bottom - top) / 2
    if half_width <= 0 or half_height <= 0:
        return Channel.empty()
    lines = np.arange(ceil(top * LINES - 0.5), floor(bottom * LINES - 0.5) + 1)
    heights = ((lines + 0.5) / LINES - centre_y) / half_height
    reach = half_width * np.sqrt(np.maximum(0.0, 1.0 - heights**2))
    return _filled(Spans(lines, centre_x - reach, centre_x + reach))


def polygon(corners: Sequence[tuple[float, float]]) -> Channel:
    """Return the closed polygon through (x, y) corners; where it overlaps itself it has a hole."""
    if len(corners) < 3:
        return Channel.empty()
    lines, places = _crossings(np.array(corners, np.float64))
    order = np.lexsort((places, lines))
    lines, places = lines[order], places[order]
    # Every line is crossed an even number of times, so the pairs are its spans.
    return _filled(Spans(lines[::2], places[::2], places[1::2]))


def _crossings(corners: Doubles) -> tuple[NDArray[np.int64], Doubles]:
    """Return every line that an edge crosses, and where. An edge holds its upper end alone."""
    start, end = corners, np.roll(corners, -1, axis=0)
    upside_down = start[:, 1] > end[:, 1]
    upper = np.where(upside_down[:, None], end, start)
    lower = np.where(upside_down[:, None], start, end)
    first = np.ceil(upper[:, 1] * LINES - 0.5).astype(np.int64)
    stop = np.ceil(lower[:, 1] * LINES - 0.5).astype(np.int64)
    count = np.maximum(stop - first, 0)
    edge = np.repeat(np.arange(len(corners)), count)
    along = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    line = first[edge] + along
    height = (line + 0.5) / LINES
    rise = lower[edge, 1] - upper[edge, 1]  # never 0 where a line is crossed
    share = (height - upper[edge, 1]) / rise
    return line, upper[edge, 0] + share * (lower[edge, 0] - upper[edge, 0])


def _filled(spans: Spans) -> Channel:
    if len(spans.line) == 0:
        return Channel.empty()
    left, right = floor(float(spans.left.min())), ceil(float(spans.right.max()))
    rows = spans.line // LINES
    channel = Channel.empty()
    first, last = int(rows[0]), int(rows[-1])
    for top in range(first // TILE * TILE, last + 1, TILE):
        band = Rect(left, max(top, first), right - left, 0)
        height = min(top + TILE, last + 1) - band.top
        begin, end = np.searchsorted(rows, [band.top, band.top + height])
        part = Spans(spans.line[begin:end], spans.left[begin:end], spans.right[begin:end])
        band = Rect(band.left, band.top, band.width, height)
        channel = channel.write(_coverage(part, band), band.left, band.top)
    return channel


def _coverage(spans: Spans, area: Rect) -> Bytes:
    """Return 0..255 over `area`, which holds all spans: a running sum of how it changes."""
    change = np.zeros((area.height, area.width + 2), np.float32)
    row = spans.line // LINES - area.top
    for places, sign in ((spans.left, 1.0), (spans.right, -1.0)):
        inside = places - area.left
        column = np.floor(inside).astype(np.int64)
        fraction = (inside - column) * sign / LINES
        np.add.at(change, (row, column), (sign / LINES - fraction).astype(np.float32))
        np.add.at(change, (row, column + 1), fraction.astype(np.float32))
    covered = np.cumsum(change, axis=1, out=change)[:, : area.width]
    return (np.clip(covered, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8)
