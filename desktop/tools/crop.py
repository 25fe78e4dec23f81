"""Crop: drag a rectangle, then its sides or its inside; Enter cuts, Escape changes nothing."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath

from desktop.canvas.marks import HANDLE, handles_of
from desktop.document.crop import crop
from desktop.document.geometry import EMPTY, Rect
from desktop.document.grip import ALL, GRIP, Grip, grip_at
from desktop.tools.tool import FINISH, Lingering, Pointer, Surface, Tool


def drag_crop(surface: Surface, press: Pointer) -> Lingering:
    """Show what will be left; several drags may follow each other before Enter.

    One on a side or a corner takes that along, one inside moves all, one outside draws anew.
    """
    start, area, before, held = press, EMPTY, EMPTY, True
    grip: Grip | None = None
    try:
        while (event := (yield)) is not FINISH:
            if not isinstance(event, Pointer):
                held = False
                continue
            if event.pressed and not held:
                start, before, held = event, area, True
                grip = grip_at(area, event.across, event.down, GRIP / surface.viewport.scale)
            if event.pressed:
                new = grip is None or before.is_empty
                area = (
                    _between(start, event) if new else _changed(before, grip or ALL, start, event)
                )
                surface.show_kept(None if area.is_empty else area)
                surface.show_sketch(_outline(area, HANDLE / surface.viewport.scale))
    finally:
        surface.show_sketch(None)
        surface.show_kept(None)
    if not area.is_empty:
        surface.document.do(crop(area))


def _between(start: Pointer, end: Pointer) -> Rect:
    left, right = sorted((round(start.across), round(end.across)))
    top, bottom = sorted((round(start.down), round(end.down)))
    return Rect(left, top, right - left, bottom - top)


def _changed(area: Rect, grip: Grip, start: Pointer, end: Pointer) -> Rect:
    """Return the rectangle with what is gripped moved along; a side may pass the other one."""
    dx, dy = round(end.across - start.across), round(end.down - start.down)
    if grip == ALL:
        return area.translated(dx, dy)
    left, width = _stretched(area.left, area.right, grip.x, dx)
    top, height = _stretched(area.top, area.bottom, grip.y, dy)
    return Rect(left, top, width, height)


def _stretched(low: int, high: int, side: int, by: int) -> tuple[int, int]:
    """Return where a side begins and how long it is, one pixel at least."""
    ends = sorted((low + by, high) if side < 0 else (low, high + by) if side > 0 else (low, high))
    return ends[0], max(1, ends[1] - ends[0])


def _outline(area: Rect, handle: float) -> QPainterPath:
    """Return the rectangle in thirds, with handles so large, in document pixels."""
    path = QPainterPath()
    if area.is_empty:
        return path
    box = QRectF(area.left, area.top, area.width, area.height)
    path.addRect(box)
    for third in (1 / 3, 2 / 3):
        path.moveTo(box.left() + box.width() * third, box.top())
        path.lineTo(box.left() + box.width() * third, box.bottom())
        path.moveTo(box.left(), box.top() + box.height() * third)
        path.lineTo(box.right(), box.top() + box.height() * third)
    for across, down in handles_of(area):
        path.addRect(across - handle / 2, down - handle / 2, handle, handle)
    return path


CROP = Tool(
    name="crop",
    cursor=Qt.CursorShape.CrossCursor,
    drag=drag_crop,
    lingers=True,
    hint="Drag what to keep, Enter cuts, Escape leaves everything as it was",
)
