"""Zoom: a click goes closer, with Alt away; a drag to the right or left does it smoothly."""

from PySide6.QtCore import Qt

from desktop.canvas.viewport import next_step
from desktop.tools.tool import Drag, Pointer, Surface, Tool

STILL = 4.0
"""Logical pixels that a click may tremble."""

PER_DOUBLING = 120.0
"""Logical pixels of a drag that double the scale."""


def zoom(surface: Surface, press: Pointer) -> Drag:
    """Zoom around the place that was pressed."""
    scale, dragged = surface.viewport.scale, False
    while (pointer := (yield)) is not None:
        moved = pointer.x - press.x
        dragged = dragged or abs(moved) > STILL
        if dragged:
            surface.zoom_about(scale * 2 ** (moved / PER_DOUBLING), press.x, press.y)
    if not dragged:
        surface.zoom_about(next_step(scale, up=not press.alt), press.x, press.y)


ZOOM = Tool(
    name="zoom",
    cursor=Qt.CursorShape.CrossCursor,
    drag=zoom,
    hint="Click to go closer, Alt+click to go away, drag sideways for any scale",
)
