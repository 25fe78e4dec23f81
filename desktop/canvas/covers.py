"""What lies over the canvas, the tray, and need not be painted again because the canvas is.

Qt paints again all that lies over an area that is painted, as a picture may shine through it.
"""

from collections.abc import Iterable

from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget


def uncovered(region: QRegion, covers: Iterable[QWidget], ratio: float) -> QRegion:
    """Return logical pixels of a parent without those under its opaque children `covers`.

    ratio: device pixels per logical one. Where it is no whole number, nothing is left out: the edge
    of a child shares a device pixel with what is beside it.
    """
    if ratio == int(ratio):
        for cover in covers:
            if not cover.isHidden():
                region = region.subtracted(QRegion(cover.geometry()))
    return region
