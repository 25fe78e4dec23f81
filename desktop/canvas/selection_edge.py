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
    xs, ys = np.arange(width) + 0.5, np.arange(height) + 0.5
    if viewport.is_upright:
        columns = np.floor((xs - viewport.x) / viewport.scale).astype(np.int64)[None, :]
        rows = np.floor((ys - viewport.y) / viewport.scale).astype(np.int64)[:, None]
    else:
        across, down = viewport.to_document(0.5, 0.5)
        step_x = np.subtract(viewport.to_document(1.5, 0.5), (across, down))
        step_y = np.subtract(viewport.to_document(0.5, 1.5), (across, down))
        i, j = np.arange(width)[None, :], np.arange(height)[:, None]
        columns = np.floor(across + i * step_x[0] + j * step_y[0]).astype(np.int64)
        rows = np.floor(down + i * step_x[1] + j * step_y[1]).astype(np.int64)
    step = max(1, int(1 / viewport.scale))
    left, top = int(columns.min()), int(rows.min())
    around = Rect(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
    values = selection.sampled(around, step)
    rows, columns = (rows - top) // step, (columns - left) // step
    if viewport.is_upright:
        return values.take(rows[:, 0], axis=0).take(columns[0], axis=1)
    return values[rows, columns]
