"""The rim of the selection as an image in view pixels: a static line of two tones.

Its cost is that of the widget, whatever the size of the picture and however ragged the selection.
"""

from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop.canvas.viewport import Viewport
from desktop.document.channel import Channel
from desktop.document.geometry import EMPTY, Rect
from desktop.document.plane import Bytes

INSIDE = 128
"""Values from here on count as selected where a line has to be drawn."""

DASH = 4
"""Pixels of each tone along the line."""

NEAR = 2
"""View pixels around what is selected among which its rim lies."""

BITS = 32
ONE = 1 << BITS
"""What a document pixel counts in a turned view."""

AT_ONCE = 16
"""Rows of a turned view."""

Places: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

BLACK, WHITE = np.uint32(0xFF000000), np.uint32(0xFFFFFFFF)


def edge_image(selection: Channel, viewport: Viewport, width: int, height: int) -> QImage:
    """Return the rim in a view of `width` x `height` logical pixels, transparent elsewhere."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        return image  # nothing is in view
    image.fill(0)
    box = _around(selection, viewport, width, height)
    if box.is_empty:
        return image
    inside = _seen(selection, viewport, box) >= INSIDE
    edge = inside[:-1, :-1] != inside[:-1, 1:]
    edge |= inside[:-1, :-1] != inside[1:, :-1]
    # Few, and looked for along one line: in two directions that takes most of the time.
    rows, columns = np.divmod(np.flatnonzero(edge), box.width)
    rows, columns = rows + box.top, columns + box.left
    words = np.frombuffer(image.bits(), np.uint32)  # a line of such an image has no padding
    words[rows * width + columns] = np.where((rows + columns) // DASH % 2, WHITE, BLACK)
    return image


def _around(selection: Channel, viewport: Viewport, width: int, height: int) -> Rect:
    """Return the view pixels beyond which there can be no rim."""
    bounds = selection.bounds()
    if bounds.is_empty:
        return EMPTY
    left, top, across, down = viewport.to_view(bounds)
    left, right = floor(left - NEAR), ceil(left + across + NEAR)
    top, bottom = floor(top - NEAR), ceil(top + down + NEAR)
    box = Rect(left, top, right - left, bottom - top)
    return box.intersected(Rect(0, 0, width, height))


def _seen(selection: Channel, viewport: Viewport, box: Rect) -> Bytes:
    """Return the value under each view pixel of `box` and under one more column and row of them."""
    width, height = box.width + 1, box.height + 1
    origin = viewport.to_document(box.left + 0.5, box.top + 0.5)
    if viewport.is_upright:
        places = tuple(
            np.floor(first + np.arange(count) / viewport.scale)
            for first, count in zip(origin, (width, height), strict=True)
        )
        reach = tuple((int(each[0]), int(each[-1])) for each in places)
        values, step = _sampled(selection, viewport, reach)
        columns, rows = (
            (each - (first - step)).astype(np.intp) // step
            for each, (first, _) in zip(places, reach, strict=True)
        )
        return values.take(rows, axis=0).take(columns, axis=1)
    return _seen_askew(selection, viewport, origin, (width, height))


def _seen_askew(
    selection: Channel, viewport: Viewport, origin: tuple[float, float], size: tuple[int, int]
) -> Bytes:
    """The same in a view that is turned or mirrored, where every pixel has a place of its own.

    origin: the place of the first. In fractions of 1 / ONE, a few rows at a time, so that what is
    calculated stays near the processor.
    """
    width, height = size
    start = viewport.to_document(0.0, 0.0)
    across = np.subtract(viewport.to_document(1.0, 0.0), start)
    down = np.subtract(viewport.to_document(0.0, 1.0), start)
    far = across * (width - 1), down * (height - 1)
    corners = [np.add(origin, i * far[0] + j * far[1]) for i in (0, 1) for j in (0, 1)]
    reach = tuple((floor(min(axis)), floor(max(axis))) for axis in zip(*corners, strict=True))
    values, step = _sampled(selection, viewport, reach)
    line, seen = values.ravel(), np.empty((height, width), np.uint8)

    def fixed(place: Places) -> Indices:
        return np.rint(place * (ONE / step)).astype(np.int64)

    first = [origin[axis] - (reach[axis][0] - step) for axis in (0, 1)]
    columns, rows = (fixed(first[axis] + np.arange(width) * across[axis]) for axis in (0, 1))
    for top in range(0, height, AT_ONCE):
        lines = np.arange(top, min(top + AT_ONCE, height))[:, None]
        # One number for each place: to look up pairs takes three times as long.
        places = (rows + fixed(lines * down[1])) >> BITS
        places *= values.shape[1]
        places += (columns + fixed(lines * down[0])) >> BITS
        np.take(line, places, out=seen[top : top + AT_ONCE], mode="clip")
    return seen


def _sampled(
    selection: Channel, viewport: Viewport, reach: tuple[tuple[int, int], ...]
) -> tuple[Bytes, int]:
    """Return what is selected in `reach`, first and last column and row, and a step around it.

    Every n-th value only where the view is that much smaller; the second result is that n.
    """
    step = max(1, int(1 / viewport.scale))
    (left, right), (top, bottom) = reach
    area = Rect(left, top, right - left + 1, bottom - top + 1).grown(step)
    return selection.sampled(area, step), step
