"""The rim of the selection as an image in view pixels: a static line of two tones.

Its cost is that of the widget, whatever the size of the picture and however ragged the selection.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop.canvas.viewport import Viewport
from desktop.document.channel import Channel
from desktop.document.geometry import Rect

INSIDE = 128
"""Values from here on count as selected where a line has to be drawn."""

DASH = 4
"""Pixels of each tone along the line."""

BLACK, WHITE = np.uint32(0xFF000000), np.uint32(0xFFFFFFFF)


def edge_image(selection: Channel, viewport: Viewport, width: int, height: int) -> QImage:
    """Return the rim in a view of `width` x `height` logical pixels, transparent elsewhere."""
    inside = _seen(selection, viewport, width + 1, height + 1) >= INSIDE
    edge = inside[:-1, :-1] != inside[:-1, 1:]
    edge |= inside[:-1, :-1] != inside[1:, :-1]
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        return image  # nothing is in view
    image.fill(0)
    # Few, and looked for along one line: in two directions that takes most of the time.
    places = np.flatnonzero(edge)
    rows, columns = np.divmod(places, width)
    words = np.frombuffer(image.bits(), np.uint32)  # a line of such an image has no padding
    words[places] = np.where((rows + columns) // DASH % 2, WHITE, BLACK)
    return image


def _seen(selection: Channel, viewport: Viewport, width: int, height: int) -> NDArray[np.uint8]:
    """Return the value under each view pixel, (height, width)."""
    if viewport.is_upright:
        xs, ys = np.arange(width) + 0.5, np.arange(height) + 0.5
        columns = np.floor((xs - viewport.x) / viewport.scale)
        rows = np.floor((ys - viewport.y) / viewport.scale)
        values, columns, rows = _sampled(selection, viewport, columns, rows)
        return values.take(rows, axis=0).take(columns, axis=1)
    return _seen_askew(selection, viewport, width, height)


def _seen_askew(
    selection: Channel, viewport: Viewport, width: int, height: int
) -> NDArray[np.uint8]:
    """The same in a view that is turned or mirrored, where every pixel has a place of its own."""
    across, down = viewport.to_document(0.5, 0.5)
    step_x = np.subtract(viewport.to_document(1.5, 0.5), (across, down))
    step_y = np.subtract(viewport.to_document(0.5, 1.5), (across, down))
    i, j = np.arange(width)[None, :], np.arange(height)[:, None]
    columns = (across + i * step_x[0]) + j * step_y[0]
    rows = (down + i * step_x[1]) + j * step_y[1]
    for places in (columns, rows):
        np.floor(places, out=places)
    values, columns, rows = _sampled(selection, viewport, columns, rows)
    # One number for each: to look up pairs takes three times as long.
    rows *= values.shape[1]
    rows += columns
    return values.ravel().take(rows)


Places = NDArray[np.float64]
Indices = NDArray[np.int32]


def _sampled(
    selection: Channel, viewport: Viewport, columns: Places, rows: Places
) -> tuple[NDArray[np.uint8], Indices, Indices]:
    """Return what is selected around whole places, and where in it they lie.

    What lies furthest out lies in a corner, as each step goes the same way.
    """
    step = max(1, int(1 / viewport.scale))
    (left, right), (top, bottom) = (_reach(places) for places in (columns, rows))
    values = selection.sampled(Rect(left, top, right - left + 1, bottom - top + 1), step)
    return values, _indices(columns, left, step), _indices(rows, top, step)


def _reach(places: Places) -> tuple[int, int]:
    corners = places[np.ix_(*((0, -1) for _ in range(places.ndim)))]
    return int(corners.min()), int(corners.max())


def _indices(places: Places, first: int, step: int) -> Indices:
    indices = (places - first).astype(np.int32)
    return indices // np.int32(step) if step > 1 else indices
