"""Brush, eraser and mask brush: one stroke a drag, and the whole stroke is one undo step.

With Shift a click is a straight line from the last stroke, and a drag changes the size, as in
Krita; Alt and the right button change size and hardness, as in Photoshop.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import Qt

from desktop.document.ahead import Ahead
from desktop.document.brush import Brush, Curve, Tip, pressure_curve, tips
from desktop.document.channel import Channel
from desktop.document.edits import Edit, add_layer
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import paint_layer, paint_layer_mask
from desktop.document.raster import Raster
from desktop.document.selection_edits import paint_mask
from desktop.document.stroke import Stroke, erasing, masking, painting
from desktop.hand import Hand, Target
from desktop.options import BrushOptions
from desktop.tools.tool import Drag, Pointer, Surface, Tool

MOST_SMOOTHING = 0.9
"""Of the share of the way that a stroke may lag behind; more never arrives."""

STILL = 4.0
"""Logical pixels that a click may tremble."""

LEAST, MOST = 1.0, 1000.0
"""Of the size in pixels, as in the options."""

TIPS: dict[str, Tip] = {tip.name.lower(): tip for tip in tips()}


@dataclass(frozen=True, slots=True)
class Work:
    """A stroke and how what it has painted so far becomes an edit."""

    stroke: Stroke[Raster] | Stroke[Channel]
    edit: Callable[[], Edit]


def paint(surface: Surface, press: Pointer) -> Drag:
    """Paint with the brush, or erase with the pen's other end."""
    return _draw(surface, press, erases=press.eraser)


def erase(surface: Surface, press: Pointer) -> Drag:
    """Erase what is there."""
    return _draw(surface, press, erases=True)


def paint_line(surface: Surface, press: Pointer) -> Drag:
    """Paint a straight line at a click, change the size by a drag; the pen's other end erases."""
    return _line_or_size(surface, press, erases=press.eraser)


def erase_line(surface: Surface, press: Pointer) -> Drag:
    """Erase along a straight line at a click, change the size by a drag."""
    return _line_or_size(surface, press, erases=True)


def _line_or_size(surface: Surface, press: Pointer, erases: bool) -> Drag:
    hand, brush, pressure = surface.hand, "eraser" if erases else "brush", press.pressure
    while (pointer := (yield)) is not None:
        if hypot(pointer.x - press.x, pointer.y - press.y) > STILL:
            yield from resize(surface, pointer, brush)
            return
        pressure = max(pressure, pointer.pressure)  # that of a pen only begins at the press
    work = begin(surface, brush_of(hand.options(BrushOptions, brush), straight=True), erases)
    if work is None:
        return
    if hand.stroke_end is not None:
        work.stroke.move_to(*hand.stroke_end, pressure)
    work.stroke.move_to(press.across, press.down, pressure)
    _record(surface, work, press, erases)


def adjust(surface: Surface, press: Pointer) -> Drag:
    """Change the brush in use; Escape gives back what it was."""
    return _change(surface, press, surface.hand.brush, hardens=True)


def resize(surface: Surface, press: Pointer, brush: str) -> Drag:
    """Change the size of "brush" or "eraser"; Escape gives back what it was."""
    return _change(surface, press, brush, hardens=False)


def _change(surface: Surface, press: Pointer, brush: str, *, hardens: bool) -> Drag:
    hand = surface.hand
    before = hand.options(BrushOptions, brush)
    try:
        while (pointer := (yield)) is not None:
            size = before.size + 2 * (pointer.x - press.x) / surface.viewport.scale
            harder = (press.y - pointer.y) / 2 if hardens else 0.0
            hand.change(
                brush,
                size=min(max(size, LEAST), MOST),
                hardness=min(max(before.hardness + harder, 0.0), 100.0),
            )
    except GeneratorExit:
        hand.change(brush, size=before.size, hardness=before.hardness)
        raise


def _draw(surface: Surface, press: Pointer, erases: bool) -> Drag:
    document, hand = surface.document, surface.hand
    options = hand.options(BrushOptions, "eraser" if erases else "brush")
    work = begin(surface, brush_of(options), erases)
    if work is None:
        return
    stroke, last = work.stroke, press
    try:
        stroke.move_to(press.across, press.down, press.pressure)
        document.preview(work.edit())
        ahead = Ahead(press.across, press.down, options.size / 2)
        while (pointer := (yield stroke.waiting > 0)) is not None:
            if pointer is last:
                changed = stroke.go_on()
            else:
                ahead.go(pointer.across, pointer.down, document.picture)
                place = pointer.across, pointer.down, pointer.pressure
                changed = stroke.move_to(*place, in_pieces=True)
            last = pointer
            if not changed.is_empty:
                # An edit that was done meanwhile has put the whole stroke out of sight.
                within = changed if document.previewing else None
                document.preview(work.edit(), within=within)
    except GeneratorExit:
        document.preview(None)
        raise
    _record(surface, work, last, erases)


def _record(surface: Surface, work: Work, last: Pointer, erases: bool) -> None:
    hand = surface.hand
    work.stroke.finish()
    hand.stroke_end = last.across, last.down
    if not erases and hand.target is Target.PIXELS:
        hand.note_use()
    surface.document.do(work.edit())


def brush_of(options: BrushOptions, straight: bool = False) -> Brush:
    """Return the brush that the options describe; a straight line needs no smoothing."""
    curve = pressure_curve(options.pressure_curve)
    flat = Curve(((0.0, 1.0), (1.0, 1.0)))
    return Brush(
        size=options.size,
        hardness=options.hardness / 100,
        opacity=options.opacity / 100,
        flow=options.flow / 100,
        spacing=options.spacing / 100,
        smoothing=0.0 if straight else options.smoothing / 100 * MOST_SMOOTHING,
        size_curve=curve if options.pressure_size else flat,
        opacity_curve=curve if options.pressure_opacity else flat,
        tip=TIPS.get(options.tip),
    )


def radius_of(hand: Hand, pointer: Pointer, erases: bool) -> float:
    """Return the radius in document pixels with which the brush would touch there."""
    options = hand.options(BrushOptions, "eraser" if erases or pointer.eraser else hand.brush)
    factor = 1.0
    if options.pressure_size and pointer.pressed:
        factor = pressure_curve(options.pressure_curve).at(pointer.pressure)
    return options.size * factor / 2


def begin(surface: Surface, brush: Brush, erases: bool) -> Work | None:
    """Begin a stroke on what the hand aims at; None where that cannot be painted, and say why."""
    picture, hand = surface.document.picture, surface.hand
    if hand.target is Target.MASK:
        mask = masking(picture.mask, brush, 0 if erases else 255, picture.selection)
        name = "Erase mask" if erases else "Paint mask"
        return Work(mask, lambda: paint_mask(mask.plane, name))
    layer = surface.paintable(erases)
    if layer is None:
        return None
    if hand.target is Target.LAYER_MASK and layer.mask is not None:
        value = 0 if erases else grey(hand)
        shown = masking(layer.mask, brush, value, picture.selection)
        return Work(shown, lambda: paint_layer_mask(layer.id, shown.plane))
    if erases:
        rubber = erasing(layer.raster, brush, picture.selection)
        return Work(rubber, lambda: paint_layer(layer.id, rubber.plane, "Erase"))
    paint = painting(layer.raster, brush, hand.colour, picture.selection, layer.alpha_locked)
    return Work(paint, lambda: on_layer(layer, paint.plane))


def on_layer(layer: Layer, raster: Raster) -> Edit:
    """Return the edit that paints a layer, and makes it first where the picture has none."""
    edit = paint_layer(layer.id, raster)

    def apply(picture: Picture) -> Picture:
        known = any(each.id == layer.id for each in picture.walk())
        return edit.apply(picture if known else add_layer(layer).apply(picture))

    return Edit(edit.name, apply)


def grey(hand: Hand) -> int:
    """Return how light the colour in use is, 0..255: what a mask is painted with."""
    red, green, blue = hand.colour
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _line(drag: Callable[[Surface, Pointer], Drag]) -> Tool:
    """Return what a brush is while Shift is held."""
    cross = Qt.CursorShape.CrossCursor
    return Tool(name="line", cursor=cross, drag=drag, draws=True, anchored=True)


BRUSH = Tool(
    name="brush",
    cursor=Qt.CursorShape.CrossCursor,
    drag=paint,
    draws=True,
    shifted=_line(paint_line),
    hint="Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · "
    "hold Ctrl: pick a colour",
)
ERASER = Tool(
    name="eraser",
    cursor=Qt.CursorShape.CrossCursor,
    drag=erase,
    draws=True,
    shifted=_line(erase_line),
    hint="Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size",
)
ADJUST = Tool(
    name="adjust", cursor=Qt.CursorShape.BlankCursor, drag=adjust, draws=True, anchored=True
)
