"""Selections by outline: rectangle, ellipse, lasso and polygon.

Shift at the press adds, Alt subtracts, both intersect. Keys pressed later shape the drag instead:
Shift makes a square or a circle, Alt draws around the middle.
"""

from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainterPath

from desktop.canvas.pixmaps import values_of_path
from desktop.document.area_filter import feathered
from desktop.document.channel import Channel
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.selection_edits import Combine, deselect, select
from desktop.options import LassoOptions, ShapeOptions
from desktop.tools.tool import FINISH, Drag, Lingering, Pointer, Surface, Tool

STILL = 3.0
"""Logical pixels that a click may tremble."""

CLOSES = 8.0
"""Logical pixels around the first corner of a polygon where a click closes it."""

ROOM = 1024
"""Document pixels around picture and frame that can be selected."""


def combine_of(press: Pointer, chosen: str) -> Combine:
    """Return what the keys at the press say about the old selection, else what was chosen."""
    match press.shift, press.alt:
        case True, True:
            return Combine.INTERSECT
        case True, False:
            return Combine.ADD
        case False, True:
            return Combine.SUBTRACT
        case _:
            return Combine(chosen)


def select_shape(surface: Surface, press: Pointer) -> Drag:
    """Select a rectangle or an ellipse; a click gives the selection up."""
    document = surface.document
    options = surface.hand.options(ShapeOptions, "shape")
    path, moved = QPainterPath(), False
    try:
        while (pointer := (yield)) is not None:
            moved = moved or _far(press, pointer)
            box = _box(press, pointer)
            path = QPainterPath()
            if options.shape == "ellipse":
                path.addEllipse(box)
            else:
                path.addRect(box)
            surface.show_sketch(path)
    finally:
        surface.show_sketch(None)
    how = combine_of(press, options.combine)
    if moved and not path.isEmpty():
        document.do(_selecting(document.picture, path, how, options.feather))
    elif how is Combine.REPLACE:
        document.do(deselect())


def _box(press: Pointer, pointer: Pointer) -> QRectF:
    """Return the rectangle that was dragged, snapped to whole pixels."""
    dx, dy = pointer.across - press.across, pointer.down - press.down
    if pointer.shift and not press.shift:
        side = max(abs(dx), abs(dy))
        dx, dy = side if dx >= 0 else -side, side if dy >= 0 else -side
    from_middle = pointer.alt and not press.alt
    start_x, start_y = (
        (press.across - dx, press.down - dy) if from_middle else (press.across, press.down)
    )
    left, right = sorted((round(start_x), round(press.across + dx)))
    top, bottom = sorted((round(start_y), round(press.down + dy)))
    return QRectF(left, top, right - left, bottom - top)


def lasso(surface: Surface, press: Pointer) -> Lingering:
    """Select what a line drawn by hand goes around, or a polygon corner by corner."""
    options = surface.hand.options(LassoOptions, "lasso")
    document = surface.document
    corners = [QPointF(press.across, press.down)]
    try:
        yield from (_polygon if options.polygon else _freehand)(surface, corners)
    finally:
        surface.show_sketch(None)
    how = combine_of(press, options.combine)
    path = _closed(corners)
    if len(corners) > 2 and not path.boundingRect().isEmpty():
        document.do(_selecting(document.picture, path, how, options.feather))
    elif how is Combine.REPLACE:
        document.do(deselect())


def _freehand(surface: Surface, corners: list[QPointF]) -> Lingering:
    while isinstance(pointer := (yield), Pointer):
        corners.append(QPointF(pointer.across, pointer.down))
        surface.show_sketch(_closed(corners))


def _polygon(surface: Surface, corners: list[QPointF]) -> Lingering:
    """Take a corner at each press; Enter, or a press on the first corner, ends it."""
    was_pressed = True
    while (event := (yield)) is not FINISH:
        if not isinstance(event, Pointer):
            was_pressed = False
            continue
        here = QPointF(event.across, event.down)
        if event.pressed and not was_pressed:
            reach = CLOSES / surface.viewport.scale
            if len(corners) > 2 and (here - corners[0]).manhattanLength() <= reach:
                return
            corners.append(here)
        was_pressed = event.pressed
        surface.show_sketch(_closed([*corners, here]))


def _closed(corners: list[QPointF]) -> QPainterPath:
    path = QPainterPath(corners[0])
    for corner in corners[1:]:
        path.lineTo(corner)
    path.closeSubpath()
    return path


def _selecting(picture: Picture, path: QPainterPath, how: Combine, feather: float) -> Edit:
    room = picture.frame.united(picture.content()).grown(ROOM)
    around = path.boundingRect()
    left, top = floor(around.left()), floor(around.top())
    wanted = Rect(left, top, ceil(around.right()) - left, ceil(around.bottom()) - top)
    area = wanted.intersected(room)
    if area.is_empty:
        return select(Channel.empty(), how)
    values = values_of_path(path, QRect(area.left, area.top, area.width, area.height))
    shape = Channel.from_array(values, area.left, area.top)
    return select(feathered(shape, feather / 2) if feather else shape, how)


def _far(press: Pointer, pointer: Pointer) -> bool:
    return max(abs(pointer.x - press.x), abs(pointer.y - press.y)) > STILL


SHAPE = Tool(
    name="shape",
    cursor=Qt.CursorShape.CrossCursor,
    drag=select_shape,
    hint="Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing",
)
LASSO = Tool(
    name="lasso",
    cursor=Qt.CursorShape.CrossCursor,
    drag=lasso,
    lingers=True,
    hint="Draw around an area · Shift adds, Alt subtracts, both intersect",
)
