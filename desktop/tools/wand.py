"""Wand and fill: an area of like colour around the place that was pressed."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from desktop.document.area_filter import feathered
from desktop.document.channel import Channel
from desktop.document.composite import composite, composite_layers
from desktop.document.geometry import Point
from desktop.document.gradient import Gradient, Spread, gradient_layer
from desktop.document.pixel_edits import fill_layer
from desktop.document.selection_edits import Combine, paint_mask, select
from desktop.document.wand import similar
from desktop.hand import Rgb, Target
from desktop.options import FillOptions, WandOptions
from desktop.tools.tool import Drag, Pointer, Surface, Tool


def select_like(surface: Surface, press: Pointer) -> Drag:
    """Select what has the colour that was pressed."""
    options = surface.hand.options(WandOptions, "wand")
    area = region_at(surface, press, options)
    if area is not None:
        shape = feathered(area, options.feather / 2) if options.feather else area
        surface.document.do(select(shape, _combine(press, options.combine)))
    while (yield) is not None:
        pass


def region_at(
    surface: Surface, press: Pointer, options: WandOptions | FillOptions
) -> Channel | None:
    """Return the pixels like the one pressed, within picture and frame; None outside of both."""
    picture, layer_id = surface.document.picture, surface.hand.layer_id
    room = picture.frame.united(picture.content())
    if not room.contains(press.document):
        return None
    if options.merged or layer_id is None:
        pixels = composite(picture, room)
    else:
        pixels = composite_layers((picture.layer(layer_id),), room)
    corner, tolerance = Point(room.left, room.top), round(options.tolerance)
    return similar(pixels, corner, press.document, tolerance, options.contiguous)


def _combine(press: Pointer, chosen: str) -> Combine:
    if press.shift and press.alt:
        return Combine.INTERSECT
    if press.shift:
        return Combine.ADD
    return Combine.SUBTRACT if press.alt else Combine(chosen)


def fill(surface: Surface, press: Pointer) -> Drag:
    """Fill an area of like colour, or lay a gradient along the drag."""
    options = surface.hand.options(FillOptions, "fill")
    if surface.hand.target is Target.MASK:
        yield from _fill_mask(surface, press, options)
        return
    layer = surface.paintable()
    if layer is None:
        return
    if options.gradient:
        yield from _lay_gradient(surface, press, options)
        return
    area = region_at(surface, press, options)
    if area is not None:
        colour = (*surface.hand.colour, round(options.opacity * 2.55))
        surface.hand.note_use()
        surface.do_on(layer, fill_layer(layer.id, colour, area))
    while (yield) is not None:
        pass


def _fill_mask(surface: Surface, press: Pointer, options: FillOptions) -> Drag:
    area = region_at(surface, press, options)
    if area is not None:
        mask = surface.document.picture.mask
        surface.document.do(paint_mask(mask.added(area), "Fill mask"))
    while (yield) is not None:
        pass


def _lay_gradient(surface: Surface, press: Pointer, options: FillOptions) -> Drag:
    layer = surface.paintable()
    assert layer is not None
    last = press
    try:
        while (pointer := (yield)) is not None:
            last = pointer
            line = QPainterPath(QPointF(press.across, press.down))
            line.lineTo(pointer.across, pointer.down)
            surface.show_sketch(line)
    finally:
        surface.show_sketch(None)
    if last is press:
        return
    gradient = Gradient(
        x0=press.across,
        y0=press.down,
        x1=last.across,
        y1=last.down,
        first=_opaque(surface.hand.colour, options.opacity),
        last=_opaque(surface.hand.second, options.opacity),
        spread=Spread.RADIAL if options.radial else Spread.LINEAR,
    )
    surface.hand.note_use()
    surface.do_on(layer, gradient_layer(layer.id, gradient))


def _opaque(colour: Rgb, opacity: float) -> tuple[int, int, int, int]:
    return (*colour, round(opacity * 2.55))


WAND = Tool(
    name="wand",
    cursor=Qt.CursorShape.CrossCursor,
    drag=select_like,
    hint="Click a colour to select it · Shift adds, Alt subtracts, both intersect",
)
FILL = Tool(
    name="fill",
    cursor=Qt.CursorShape.CrossCursor,
    drag=fill,
    hint="Click to fill an area of like colour; as a gradient, drag from one colour to the other",
)
