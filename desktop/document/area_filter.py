"""Grow, shrink and feather a channel: work is done only near its edges, tile by tile."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.channel import Channel
from desktop.document.geometry import EMPTY
from desktop.document.plane import TILE, Bytes, TileIndex, store, tile_rect, tiles_over
from desktop.document.tile import Tile

Floats: TypeAlias = NDArray[np.float32]

EXACT = 16
"""Up to this radius a disc is exact; a larger one is an octagon with rounded corners."""

ROUNDING = 8

FINE = 8
"""Standard deviation in samples that a wide Gaussian is computed with: between them it is so smooth
that straight lines are within half a level of 255."""


def grown(channel: Channel, radius: int) -> Channel:
    """Return the largest value within `radius` pixels of each pixel: selections get larger."""
    assert radius >= 0, radius
    return channel if radius == 0 else filtered(channel, radius, lambda v: _dilated(v, radius))


def shrunk(channel: Channel, radius: int) -> Channel:
    """Return the smallest value within `radius` pixels of each pixel: selections get smaller."""
    return channel if radius == 0 else grown(channel.inverted(), radius).inverted()


def feathered(channel: Channel, sigma: float) -> Channel:
    """Return the channel under a Gaussian of standard deviation `sigma` pixels."""
    assert sigma >= 0, sigma
    step = max(1, int(sigma / FINE))
    kernel = gaussian(sigma / step)
    margin = (len(kernel) // 2 + 2) * step if step > 1 else len(kernel) // 2
    return (
        channel
        if margin == 0
        else filtered(channel, margin, lambda values: _smoothed_coarsely(values, kernel, step))
    )


def gaussian(sigma: float) -> Floats:
    """Return weights over -n..n that sum to 1, n being three standard deviations."""
    reach = int(np.ceil(3 * sigma)) if sigma > 0.1 else 0
    places = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (places / max(sigma, 0.1)) ** 2)
    return (weights / weights.sum()).astype(np.float32)


def filtered(channel: Channel, margin: int, change: Callable[[Bytes], Bytes]) -> Channel:
    """Apply `change`, which looks no further than `margin` pixels, to every tile it can alter.

    change: from HxW values to as many; what it does within `margin` of the rim is not used.
    Tiles next to each other are done together where the margin is wide.
    """
    tiles: dict[TileIndex, Tile] = {}
    whole = Tile(np.full((TILE, TILE), 255, np.uint8))
    around = channel.tile_bounds().grown(margin).translated(-channel.shift[0], -channel.shift[1])
    side = 1 + margin // (TILE // 2)
    blocks: dict[TileIndex, list[TileIndex]] = {}
    for index in tiles_over(around) if not channel.is_empty else ():
        reach = tile_rect(index).translated(*channel.shift).grown(margin)
        if not channel.has_tiles_in(reach):
            continue
        if not channel.is_full_in(reach):
            blocks.setdefault((index[0] // side, index[1] // side), []).append(index)
        elif channel.default != 255:
            tiles[index] = whole
    for block in blocks.values():
        area = EMPTY
        for index in block:
            area = area.united(tile_rect(index))
        values = change(channel.read(area.translated(*channel.shift).grown(margin)))
        for index in block:
            part = tile_rect(index).translated(margin - area.left, margin - area.top)
            own = values[part.top : part.bottom, part.left : part.right]
            store(tiles, index, np.ascontiguousarray(own), channel.default)
    return Channel(tiles, channel.shift, channel.default)


def smoothed(values: Bytes, kernel: Floats) -> Bytes:
    """Return HxW values weighted by `kernel` down and across; beyond the rim lies 0."""
    rows = weighted(values.astype(np.float32), kernel)
    both = weighted(np.ascontiguousarray(rows.T), kernel).T
    return np.clip(both + 0.5, 0, 255).astype(np.uint8)


def _smoothed_coarsely(values: Bytes, kernel: Floats, step: int) -> Bytes:
    """`smoothed` on the means of squares of `step` pixels, with straight lines between them.

    kernel: for samples that are `step` pixels apart.
    """
    if step == 1:
        return smoothed(values, kernel)
    height, width = values.shape
    wide = np.pad(values, ((0, -height % step), (0, -width % step)), mode="edge")
    rows, columns = wide.shape[0] // step, wide.shape[1] // step
    means = wide.reshape(rows, step, columns, step).mean(axis=(1, 3), dtype=np.float32)
    soft = weighted(np.ascontiguousarray(weighted(means, kernel).T), kernel).T
    down = _between(soft, height, step)
    across = _between(np.ascontiguousarray(down.T), width, step).T
    return np.clip(across + 0.5, 0, 255).astype(np.uint8)


def _between(samples: Floats, count: int, step: int) -> Floats:
    """Return `count` rows on the straight lines between samples in the middles of `step` rows."""
    at = np.clip((np.arange(count) + 0.5) / step - 0.5, 0, len(samples) - 1)
    first = np.minimum(at.astype(np.intp), max(0, len(samples) - 2))
    share = (at - first).astype(np.float32)[:, None]
    second = np.minimum(first + 1, len(samples) - 1)
    out: Floats = samples[first]
    out += (samples[second] - out) * share
    return out


def weighted(values: Floats, kernel: Floats) -> Floats:
    """Return HxW values weighted by a kernel of odd length down the columns; beyond lies 0."""
    reach, height = len(kernel) // 2, len(values)
    out = values * kernel[reach]
    for step in range(1, min(reach, height - 1) + 1):
        part = values * kernel[reach + step]
        out[step:] += part[:-step]
        out[:-step] += part[step:]
    return out


def _dilated(values: Bytes, radius: int) -> Bytes:
    if radius <= EXACT:
        return _by_disc(values, radius)
    return _by_disc(_by_octagon(values, radius - ROUNDING), ROUNDING)


def _by_disc(values: Bytes, radius: int) -> Bytes:
    # The widest row of the disc is reached step by step, so each width is computed once.
    out, wide, width = values.copy(), values, 0
    for dy in range(radius, -1, -1):
        reach = int((radius * radius - dy * dy) ** 0.5 + 1e-9)
        while width < reach:
            width += 1
            wide = _max_shifted(_max_shifted(wide, values, 0, width), values, 0, -width)
        out = _max_shifted(_max_shifted(out, wide, dy, 0), wide, -dy, 0)
    return out


def _by_octagon(values: Bytes, radius: int) -> Bytes:
    """Dilate by a regular octagon: the sum of a square and two diagonals (at least 8 pixels)."""
    diagonal = round(radius / (2 + 2**0.5))
    straight = radius - 2 * diagonal
    for dy, dx, reach in ((0, 1, straight), (1, 0, straight), (1, 1, diagonal), (1, -1, diagonal)):
        values = _by_segment(values, dy, dx, reach)
    return values


def _by_segment(values: Bytes, dy: int, dx: int, reach: int) -> Bytes:
    """Largest value within `reach` steps to both sides, by doubling the part covered so far."""
    for sign in (1, -1):
        covered = 0
        while covered < reach:
            step = min(covered + 1, reach - covered)
            values = _max_shifted(values, values, sign * dy * step, sign * dx * step)
            covered += step
    return values


def _max_shifted(values: Bytes, other: Bytes, dy: int, dx: int) -> Bytes:
    """Return the larger of `values` and of `other` moved by (dy, dx)."""
    height, width = values.shape
    if abs(dy) >= height or abs(dx) >= width:
        return values
    target = (slice(max(0, dy), height + min(0, dy)), slice(max(0, dx), width + min(0, dx)))
    source = (slice(max(0, -dy), height - max(0, dy)), slice(max(0, -dx), width - max(0, dx)))
    out = values.copy()
    np.maximum(values[target], other[source], out=out[target])
    return out
