"""Crop: drag a rectangle, drag again to change it, Enter cuts, Escape leaves all as it was."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath

from desktop.document.crop import crop
from desktop.document.geometry import Rect
from desktop.tools.tool import FINISH, Lingering, Pointer, Surface, Tool


def drag_crop(surface: Surface, press: Pointer) -> Lingering:
    """Show what will be left; several drags may follow each other before Enter."""
    start, area, held = press, Rect(0, 0, 0, 0), True
    try:
        while (event := (yield)) is not FINISH:
            if not isinstance(event, Pointer):
                held = False
                continue
            if event.pressed and not held:
                start, held = event, True
            if event.pressed:
                area = _between(start, event)
                surface.show_sketch(_outline(area))
    finally:
        surface.show_sketch(None)
    if not area.is_empty:
        surface.document.do(crop(area))


def _between(start: Pointer, end: Pointer) -> Rect:
    left, right = sorted((round(start.across), round(end.across)))
    top, bottom = sorted((round(start.down), round(end.down)))
    return Rect(left, top, right - left, bottom - top)


def _outline(area: Rect) -> QPainterPath:
    path = QPainterPath()
    box = QRectF(area.left, area.top, area.width, area.height)
    path.addRect(box)
    for third in (1 / 3, 2 / 3):
        path.moveTo(box.left() + box.width() * third, box.top())
        path.lineTo(box.left() + box.width() * third, box.bottom())
        path.moveTo(box.left(), box.top() + box.height() * third)
        path.lineTo(box.right(), box.top() + box.height() * third)
    return path


CROP = Tool(
    name="crop",
    cursor=Qt.CursorShape.CrossCursor,
    drag=drag_crop,
    lingers=True,
    hint="Drag what to keep, Enter cuts, Escape leaves everything as it was",
)
