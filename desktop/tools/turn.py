"""Turn the view: the picture on the screen follows the pointer around the middle; pixels stay."""

from math import atan2, degrees

from PySide6.QtCore import Qt

from desktop.tools.tool import Drag, Pointer, Surface, Tool

STEP = 15.0
"""Degrees between the angles that Shift stops at."""


def turn(surface: Surface, press: Pointer) -> Drag:
    """Turn the view by the angle that the pointer describes around the middle of the frame."""
    before = surface.viewport
    frame = surface.document.picture.frame
    middle = before.place(frame.left + frame.width / 2, frame.top + frame.height / 2)
    start = atan2(press.y - middle[1], press.x - middle[0])
    try:
        while (pointer := (yield)) is not None:
            now = atan2(pointer.y - middle[1], pointer.x - middle[0])
            angle = before.angle + degrees(now - start)
            surface.turn_to(round(angle / STEP) * STEP if pointer.shift else angle)
    except GeneratorExit:
        surface.turn_to(before.angle)
        raise


TURN = Tool(
    name="turn",
    cursor=Qt.CursorShape.OpenHandCursor,
    held_cursor=Qt.CursorShape.ClosedHandCursor,
    drag=turn,
    hint="Drag to turn the view; Shift stops every 15 degrees",
)
