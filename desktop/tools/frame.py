"""The frame: moved by its inside, resized by its handles, placed anew by a drag outside of it.

It snaps to a grid and to the edges of the picture unless Alt is held.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from desktop.document.edits import move_frame
from desktop.document.frame import ASPECTS
from desktop.document.geometry import Rect
from desktop.document.grip import ALL, GRIP, Grip, grip_at
from desktop.document.picture import Picture
from desktop.options import FrameOptions
from desktop.tools.tool import Drag, Pointer, Surface, Tool

GRID = 64
"""Document pixels between the places that the frame snaps to."""

SNAP = 10.0
"""Logical pixels from which the frame jumps to an edge or the grid."""

STILL = 3.0
"""Logical pixels that a click may tremble."""

SMALLEST = 64
"""Sides of the frame in document pixels."""

RATIOS = {name: width / height for name, width, height in ASPECTS}


CURSORS = {
    (0, 0): Qt.CursorShape.SizeAllCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
}


def drag_frame(surface: Surface, press: Pointer) -> Drag:
    """Move or resize the frame, or draw another one where the press was outside."""
    document = surface.document
    picture = document.picture
    scale, options = surface.viewport.scale, surface.hand.options(FrameOptions, "frame")
    grip = grip_at(picture.frame, press.across, press.down, GRIP / scale)
    frame, moved, ratio = picture.frame, False, _ratio(picture.frame, options.shape)
    try:
        while (pointer := (yield)) is not None:
            moved = moved or max(abs(pointer.x - press.x), abs(pointer.y - press.y)) > STILL
            if not moved:
                continue  # a click to bring the canvas to the front moves nothing
            lines = snap_lines(picture) if options.snap != pointer.alt else None
            reach = SNAP / scale
            if grip is None:
                frame = _drawn(press, pointer, lines, reach, ratio)
            else:
                frame = _dragged(picture.frame, grip, press, pointer, lines, reach)
                if grip != ALL:
                    frame = shaped(frame, grip, ratio)
            document.preview(move_frame(frame))
    except GeneratorExit:
        document.preview(None)
        raise
    document.do(move_frame(frame))


@dataclass(frozen=True, slots=True)
class Lines:
    """Places that edges of the frame snap to, beside the grid."""

    columns: tuple[int, ...]
    rows: tuple[int, ...]


def snap_lines(picture: Picture) -> Lines:
    """Return the edges of what can be seen of the picture."""
    content = picture.content()
    if content.is_empty:
        return Lines((), ())
    return Lines((content.left, content.right), (content.top, content.bottom))


def snapped(value: float, lines: Iterable[int], reach: float) -> int:
    """Return the nearest line or grid place within `reach`, else the nearest pixel."""
    best = _line_near(value, lines, reach)
    return round(value) if best is None else best


def _line_near(value: float, lines: Iterable[int], reach: float) -> int | None:
    near = [*lines, round(value / GRID) * GRID]
    best = min(near, key=lambda line: abs(line - value))
    return best if abs(best - value) <= reach else None


def _dragged(
    frame: Rect, grip: Grip, press: Pointer, pointer: Pointer, lines: Lines | None, reach: float
) -> Rect:
    dx, dy = pointer.across - press.across, pointer.down - press.down
    if grip == ALL:
        left = _moved(frame.left + dx, frame.width, lines and lines.columns, reach)
        top = _moved(frame.top + dy, frame.height, lines and lines.rows, reach)
        return Rect(left, top, frame.width, frame.height)
    left, width = _resized(frame.left, frame.right, grip.x, dx, (lines and lines.columns, reach))
    top, height = _resized(frame.top, frame.bottom, grip.y, dy, (lines and lines.rows, reach))
    return Rect(left, top, width, height)


def _moved(start: float, length: int, lines: tuple[int, ...] | None, reach: float) -> int:
    """Return where a side begins that may snap with either end."""
    if lines is None:
        return round(start)
    near, far = _line_near(start, lines, reach), _line_near(start + length, lines, reach)
    starts = [line for line in (near, far and far - length) if line is not None]
    return min(starts, key=lambda line: abs(line - start), default=round(start))


def _resized(
    low: int, high: int, side: int, by: float, snap: tuple[tuple[int, ...] | None, float]
) -> tuple[int, int]:
    """Return where a side begins and how long it is once one of its ends was dragged."""
    lines, reach = snap
    if side == 0:
        return low, high - low
    end = (low if side < 0 else high) + by
    place = round(end) if lines is None else snapped(end, lines, reach)
    if side < 0:
        low = min(place, high - SMALLEST)
    else:
        high = max(place, low + SMALLEST)
    return low, high - low


def _drawn(
    press: Pointer, pointer: Pointer, lines: Lines | None, reach: float, ratio: float | None
) -> Rect:
    def place(value: float, known: tuple[int, ...] | None) -> int:
        return round(value) if known is None else snapped(value, known, reach)

    columns, rows = lines and lines.columns, lines and lines.rows
    left, right = sorted((place(press.across, columns), place(pointer.across, columns)))
    top, bottom = sorted((place(press.down, rows), place(pointer.down, rows)))
    frame = Rect(left, top, max(right - left, SMALLEST), max(bottom - top, SMALLEST))
    return shaped(frame, Grip(1, 1), ratio)


def _ratio(frame: Rect, shape: str) -> float | None:
    """Return width : height that a drag keeps, None where it keeps none."""
    return frame.width / frame.height if shape == "kept" else RATIOS.get(shape)


def shaped(frame: Rect, grip: Grip, ratio: float | None) -> Rect:
    """Return the frame with the wanted ratio of its sides; edges that are not held stay."""
    if ratio is None:
        return frame
    if grip.y == 0:
        width, height = frame.width, max(SMALLEST, round(frame.width / ratio))
    else:
        width, height = max(SMALLEST, round(frame.height * ratio)), frame.height
    left = frame.right - width if grip.x < 0 else frame.left
    top = frame.bottom - height if grip.y < 0 else frame.top
    return Rect(left, top, width, height)


def _shape(surface: Surface, pointer: Pointer) -> Qt.CursorShape:
    frame = surface.document.picture.frame
    grip = grip_at(frame, pointer.across, pointer.down, GRIP / surface.viewport.scale)
    return Qt.CursorShape.CrossCursor if grip is None else CURSORS[grip.x, grip.y]


FRAME = Tool(
    name="frame",
    cursor=Qt.CursorShape.SizeAllCursor,
    shape=_shape,
    drag=drag_frame,
    hint="Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping",
)
