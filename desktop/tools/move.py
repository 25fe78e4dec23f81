"""Move: the layer in use, or what is selected of it, follows the pointer; one undo step a drag."""

from PySide6.QtCore import Qt

from desktop.document.lifted import NOTHING_SELECTED, mover
from desktop.tools.tool import Drag, Pointer, Surface, Tool


def move(surface: Surface, press: Pointer) -> Drag:
    """Show the layer where the pointer takes it; Shift keeps to one direction."""
    layer = surface.movable()
    if layer is None:
        return
    document = surface.document
    moved = mover(document.picture, layer)
    if moved is None:
        surface.tell(NOTHING_SELECTED)
        return
    edit = moved(0, 0)
    try:
        while (pointer := (yield)) is not None:
            dx = pointer.document.x - press.document.x
            dy = pointer.document.y - press.document.y
            if pointer.shift:
                dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
            edit = moved(dx, dy)
            document.preview(edit)
    except GeneratorExit:
        document.preview(None)
        raise
    document.do(edit)


MOVE = Tool(
    name="move",
    cursor=Qt.CursorShape.SizeAllCursor,
    drag=move,
    hint="Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge",
)
