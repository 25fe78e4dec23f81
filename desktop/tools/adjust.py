"""Size and hardness of the brush by a drag: to the right it grows, upwards it hardens."""

from PySide6.QtCore import Qt

from desktop.options import BrushOptions
from desktop.tools.tool import Drag, Pointer, Surface, Tool

LEAST, MOST = 1.0, 1000.0
"""Of the size, as in the options."""


def adjust(surface: Surface, press: Pointer) -> Drag:
    """Change the brush in use; Escape gives back what it was."""
    hand, brush = surface.hand, surface.hand.brush
    before = hand.options(BrushOptions, brush)
    try:
        while (pointer := (yield)) is not None:
            size = before.size + 2 * (pointer.x - press.x) / surface.viewport.scale
            hardness = before.hardness - (pointer.y - press.y) / 2
            hand.change(
                brush,
                size=min(max(size, LEAST), MOST),
                hardness=min(max(hardness, 0.0), 100.0),
            )
    except GeneratorExit:
        hand.change(brush, size=before.size, hardness=before.hardness)
        raise


ADJUST = Tool(name="adjust", cursor=Qt.CursorShape.BlankCursor, drag=adjust, draws=True)
