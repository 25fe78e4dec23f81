"""Selections by outline: rectangle, ellipse, lasso and polygon.

Shift at the press adds, Alt subtracts, both intersect. Keys pressed later shape the drag instead:
Shift makes a square or a circle, Alt draws around the middle.
"""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from desktop.document.area_filter import feathered
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.selection_edits import Combine, deselect, select
from desktop.document.shapes import ellipse, polygon
from desktop.options import LassoOptions, ShapeOptions
from desktop.tools.tool import (
    FINISH,
    SELECTION,
    Drag,
    Lingering,
    Pointer,
    Surface,
    Tool,
    combine_of,
)

STILL = 3.0
"""Logical pixels that a click may tremble."""

CLOSES = 8.0
"""Logical pixels around the first corner of a polygon where a click closes it."""

AT_ONCE = 512 * 512
"""Pixels whose rim is softened in the time between two moves of a pen."""

ROOM = 1024
"""Document pixels around picture and frame that can be selected."""


def select_shape(surface: Surface, press: Pointer) -> Drag:
    """Select a rectangle or an ellipse; a click gives the selection up."""
    document = surface.document
    options = surface.hand.options(ShapeOptions, "shape")
    box, moved = Rect(0, 0, 0, 0), False
    try:
        while (pointer := (yield)) is not None:
            moved = moved or _far(press, pointer)
            box = _box(press, pointer).intersected(_room(document.picture))
            surface.show_sketch(_outline(box, options.shape))
    finally:
        surface.show_sketch(None)
    how = combine_of(press, options.combine)
    if moved and not box.is_empty:
        round_one = options.shape == "ellipse"
        sides = (box.left, box.top, box.right, box.bottom)
        shape = ellipse(*sides) if round_one else Channel.of_rect(box)
        _select(surface, shape, options.feather, how)
    elif how is Combine.REPLACE:
        surface.give_up(SELECTION)
        document.do(deselect())


def _outline(box: Rect, shape: str) -> QPainterPath:
    path = QPainterPath()
    sides = QRectF(box.left, box.top, box.width, box.height)
    if shape == "ellipse":
        path.addEllipse(sides)
    else:
        path.addRect(sides)
    return path


def _box(press: Pointer, pointer: Pointer) -> Rect:
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
    return Rect(left, top, right - left, bottom - top)


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
    if len(corners) > 2:
        shape = polygon([(corner.x(), corner.y()) for corner in corners])
        shape = shape.within(_room(document.picture))
        _select(surface, shape, options.feather, how)
    elif how is Combine.REPLACE:
        surface.give_up(SELECTION)
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


def _select(surface: Surface, shape: Channel, feather: float, how: Combine) -> None:
    """Select the shape with a rim that is `feather` pixels wide; a large one is softened aside."""

    def take(found: object) -> None:
        assert isinstance(found, Channel), found
        surface.document.do(select(found, how))

    bounds = shape.tile_bounds()
    small = not feather or bounds.width * bounds.height <= AT_ONCE
    if how is Combine.REPLACE:
        surface.give_up(SELECTION)  # what an earlier shape was to become
    if small and not surface.searches:
        take(feathered(shape, feather / 2) if feather else shape)
    else:
        work = partial(_softened, shape, feather)
        surface.search(work, take, about=SELECTION)


def _softened(shape: Channel, feather: float) -> Iterator[Channel]:
    yield feathered(shape, feather / 2) if feather else shape


def _room(picture: Picture) -> Rect:
    """Return what can be selected: more than there is, and not so much as to fill the memory."""
    return picture.frame.united(picture.content()).grown(ROOM)


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
    hint="Draw around an area, or click corners where sides are straight: Enter closes it · "
    "Shift adds, Alt subtracts, both intersect",
)
