"""Wand and fill: an area of like colour around the place that was pressed."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from desktop.document.area_filter import feathered
from desktop.document.channel import Channel
from desktop.document.composite import composite_layers
from desktop.document.geometry import Point, Rect
from desktop.document.gradient import Gradient, Spread, gradient_layer
from desktop.document.layer import Layer
from desktop.document.pixel_edits import fill_layer
from desktop.document.raster import TILE
from desktop.document.selection_edits import Combine, paint_mask, select
from desktop.document.wand import similar
from desktop.errands import done_at_once
from desktop.hand import Rgb, Target
from desktop.options import FillOptions, WandOptions
from desktop.tools.tool import SELECTION, Drag, Pointer, Surface, Tool, combine_of

AT_ONCE = 512 * 512
"""Pixels that are looked at in the time between two moves of a pen."""

SHARE_OF_LAYERS = 0.7
"""Of the time goes into laying the layers over each other."""


def select_like(surface: Surface, press: Pointer) -> Drag:
    """Select what has the colour that was pressed."""
    options = surface.hand.options(WandOptions, "wand")
    combine = combine_of(press, options.combine)

    def take(shape: Channel) -> None:
        surface.document.do(select(shape, combine))

    _find(surface, press, options, take, about=SELECTION, anew=combine is Combine.REPLACE)
    while (yield) is not None:
        pass


def _find(
    surface: Surface,
    press: Pointer,
    options: WandOptions | FillOptions,
    then: Callable[[Channel], None],
    *,
    about: str = "",
    anew: bool = False,
) -> None:
    """Look for the pixels like the one pressed, within picture and frame; outside of both, none.

    A large picture is looked at aside, so that the hand can go on or give it up; in its turn, where
    an earlier press still looks for something. anew: in place of what looks for the same.
    """
    picture, layer_id = surface.document.picture, surface.hand.layer_id
    room = picture.frame.united(picture.content())
    if not room.contains(press.document):
        return
    if anew:
        surface.give_up(about)
    alone = not options.merged and layer_id is not None
    layers = (picture.layer(layer_id),) if alone and layer_id is not None else picture.layers
    work = partial(region, layers, room, press.document, options)

    def take(found: object) -> None:
        assert isinstance(found, Channel), found
        then(found)

    if room.width * room.height <= AT_ONCE and not surface.searches:
        take(done_at_once(work))
    else:
        surface.search(work, take, about=about)


def region(
    layers: Sequence[Layer], room: Rect, seed: Point, options: WandOptions | FillOptions
) -> Iterator[float | Channel]:
    """Yield how much is done, and then the pixels of `room` like the one at `seed`."""
    pixels = np.empty((room.height, room.width, 4), np.uint8)
    for top in range(0, room.height, TILE):
        strip = Rect(room.left, room.top + top, room.width, min(TILE, room.height - top))
        pixels[top : top + strip.height] = composite_layers(layers, strip)
        yield SHARE_OF_LAYERS * (top + strip.height) / room.height
    corner, tolerance = Point(room.left, room.top), round(options.tolerance)
    area = similar(pixels, corner, seed, tolerance, options.contiguous)
    feather = options.feather / 2 if isinstance(options, WandOptions) else 0.0
    yield SHARE_OF_LAYERS + (1 - SHARE_OF_LAYERS) / 2
    yield feathered(area, feather) if feather else area


def fill(surface: Surface, press: Pointer) -> Drag:
    """Fill an area of like colour, or lay a gradient along the drag."""
    options = surface.hand.options(FillOptions, "fill")
    if surface.hand.target is Target.MASK:
        yield from _fill_mask(surface, press, options)
        return
    layer = surface.paintable()
    if layer is None:
        return
    if options.gradient or options.radial:
        yield from _lay_gradient(surface, press, options)
        return
    colour = (*surface.hand.colour, round(options.opacity * 2.55))

    fresh = not surface.document.picture.layers

    def lay(area: Channel) -> None:
        now = surface.paintable()  # it may have been locked or removed meanwhile
        same = now is not None and now.id == layer.id
        if same and fresh == (not surface.document.picture.layers):
            surface.hand.note_use()
            surface.do_on(layer, fill_layer(layer.id, colour, area))

    _find(surface, press, options, lay)
    while (yield) is not None:
        pass


def _fill_mask(surface: Surface, press: Pointer, options: FillOptions) -> Drag:
    def lay(area: Channel) -> None:
        mask = surface.document.picture.mask
        surface.document.do(paint_mask(mask.added(area), "Fill mask"))

    _find(surface, press, options, lay)
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
