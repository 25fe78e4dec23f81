"""Draws by strips of a few rows: of about a hundred and more Qt makes work for other threads.

Then it waits for them, and waking them takes longer than they save: of a window full of reduced
tiles a tenth of the processor's time, of a line a pixel wide nearly all. What is copied as it is,
opaque and not scaled, goes a quicker way.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

STRIP = 80
"""Rows; Qt shares out 96 and more."""


def strips(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Yield the first row and the number of rows of each strip from `top` to before `bottom`."""
    for row in range(top, bottom, STRIP):
        yield row, min(STRIP, bottom - row)


def draw_by_strips(painter: QPainter, area: QRect, draw: Callable[[], object]) -> None:
    """Call `draw` for each strip of `area`, beyond which nothing has to be drawn, clipped to it.

    The painter is not clipped otherwise. What is drawn is the same as at once, pixel by pixel.
    """
    if area.height() <= STRIP:
        if not area.isEmpty():
            draw()
        return
    for top, rows in strips(area.top(), area.bottom() + 1):
        painter.setClipRect(QRect(area.left(), top, area.width(), rows))
        draw()
    painter.setClipping(False)
