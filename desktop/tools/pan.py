"""Pan: the document follows the pointer. Nothing of the picture changes."""

from PySide6.QtCore import Qt

from desktop.tools.tool import Drag, Pointer, Surface, Tool


def pan(surface: Surface, press: Pointer) -> Drag:
    """Push the document along with the pointer until the button is released."""
    last = press
    while (pointer := (yield)) is not None:
        surface.pan_by(pointer.x - last.x, pointer.y - last.y)
        last = pointer


PAN = Tool(
    name="pan",
    cursor=Qt.CursorShape.OpenHandCursor,
    held_cursor=Qt.CursorShape.ClosedHandCursor,
    drag=pan,
    hint="Drag to move the view; Space does the same with every tool",
)
