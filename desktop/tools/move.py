"""Move: the generation frame follows the pointer; the whole drag is one undo step."""

from PySide6.QtCore import Qt

from desktop.document.edits import move_frame
from desktop.tools.tool import Drag, Pointer, Surface, Tool


def move(surface: Surface, press: Pointer) -> Drag:
    """Show the frame where the pointer takes it, and record that at the release."""
    document, frame = surface.document, surface.document.picture.frame
    edit = move_frame(frame)
    try:
        while (pointer := (yield)) is not None:
            dx, dy = pointer.document.x - press.document.x, pointer.document.y - press.document.y
            edit = move_frame(frame.translated(dx, dy))
            document.preview(edit)
    except GeneratorExit:
        document.preview(None)
        raise
    document.do(edit)


MOVE = Tool(
    name="move",
    cursor=Qt.CursorShape.SizeAllCursor,
    held_cursor=Qt.CursorShape.SizeAllCursor,
    wants=lambda surface, pointer: surface.is_on_frame(pointer),
    drag=move,
)
