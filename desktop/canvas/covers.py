"""What lies over the canvas, the tray, and need not be painted again because the canvas is.

Qt paints again all that lies over an area that is painted, as a picture may shine through it.
"""

from collections.abc import Iterable

from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

CORNER = 10
"""Logical pixels of each corner, which is round, so that what is below is seen there."""


def uncovered(region: QRegion, covers: Iterable[QWidget], ratio: float) -> QRegion:
    """Return logical pixels of a parent without those under its opaque children `covers`.

    ratio: device pixels per logical one. Where it is no whole number, nothing is left out: the edge
    of a child shares a device pixel with what is beside it.
    """
    if ratio == int(ratio):
        for cover in covers:
            box = cover.geometry()
            if not cover.isHidden() and region.intersects(box):
                across = QRegion(box.adjusted(0, CORNER, 0, -CORNER))
                middle = across.united(box.adjusted(CORNER, 0, -CORNER, 0))
                region = region.subtracted(middle)
    return region
