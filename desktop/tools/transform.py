"""Free transform: layer or selected part is scaled, turned and moved by handles until Enter.

Its pixels are computed once, at the end, from those it had; until then it floats over the picture.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from math import atan2, cos, degrees, hypot, radians, sin
from typing import TypeAlias, TypeVar, cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QTransform

from desktop.canvas.pixmaps import image_from_pixels, transformed
from desktop.document.channel import Channel
from desktop.document.edits import Edit, set_visible
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.lifted import NOTHING_SELECTED, Lifted, lifted
from desktop.document.picture import Picture
from desktop.document.pixel_edits import paint_layer
from desktop.document.raster import Pixels, Raster
from desktop.document.transform import Affine
from desktop.document.transform import transformed as transformed_plane
from desktop.slow_edits import AT_ONCE, selected_tiles_of
from desktop.tools.tool import FINISH, Finish, Lingering, Pointer, Surface, Tool

Found = TypeVar("Found")

Waiting: TypeAlias = Generator[bool, Pointer | Finish | None, Found]
"""A part of a drag that waits for something."""

GRIP = 10.0
"""Logical pixels around a handle where a press still means it."""

STEP = 15.0
"""Degrees between the angles that Shift stops at."""

NAME = "Transform layer"

LEAST = 1e-3
"""Of a factor: a layer cannot be made to vanish."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a box lies: where its middle is, enlarged by (wide, high), turned by `angle` degrees."""

    x: float
    y: float
    wide: float = 1.0
    high: float = 1.0
    angle: float = 0.0

    def matrix(self, box: QRectF) -> QTransform:
        """Return the map from the box as it was to where it is now."""
        middle = box.center()
        return (
            QTransform.fromTranslate(-middle.x(), -middle.y())
            * QTransform.fromScale(self.wide, self.high)
            * QTransform().rotate(self.angle)
            * QTransform.fromTranslate(self.x, self.y)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Afloat:
    """Pixels of a layer that were taken off it, HxWx4, and where they lay.

    held: the layer in two, where only a part is selected.
    """

    layer_id: int
    pixels: Pixels
    bounds: Rect
    held: Lifted | None

    def off(self) -> Edit:
        """Return the edit that takes them off the layer."""
        if self.held is None:
            return set_visible(self.layer_id, False)
        return paint_layer(self.layer_id, self.held.rest)

    def laid(self, matrix: QTransform) -> Edit:
        """Return the edit that lays them down where `matrix` has brought them."""
        made, left, top = transformed(self.pixels, matrix, self.bounds)
        raster = Raster.from_array(made, left, top)
        if self.held is None:
            return paint_layer(self.layer_id, raster, NAME)
        return self.held.laid(raster, _along(self.held.selection, matrix), NAME)


def _taken_up(picture: Picture, layer: Layer) -> Afloat | None:
    """Take up what is to be transformed; None where the selection holds nothing of it."""
    held = lifted(picture, layer)
    if held is None and picture.selection is not None:
        return None
    raster = layer.raster if held is None else held.part
    bounds = raster.bounds()
    return Afloat(layer.id, raster.read(bounds), bounds, held)


def transform(surface: Surface, press: Pointer) -> Lingering:
    """Let the layer in use float, follow the handles, and lay it down at Enter."""
    document = surface.document
    taken = yield from _take_up(surface)
    if taken is None:
        return
    afloat, tiles = taken
    bounds = afloat.bounds
    box = QRectF(bounds.left, bounds.top, bounds.width, bounds.height)
    image = image_from_pixels(afloat.pixels)
    pose = Pose(box.center().x(), box.center().y())
    start, before, gripped = press, pose, False
    try:
        document.preview(afloat.off())
        surface.show_float(image, box, pose.matrix(box))
        surface.show_sketch(outline(box, pose))
        while (event := (yield)) is not FINISH:
            if not isinstance(event, Pointer):
                gripped = False
                continue
            if event.pressed and not gripped:
                start, before, gripped = event, pose, True
            elif event.pressed:
                pose = followed(box, before, start, event, GRIP / surface.viewport.scale)
                surface.show_float(image, box, pose.matrix(box))
                surface.show_sketch(outline(box, pose))
        if pose != Pose(box.center().x(), box.center().y()):
            yield from _lay(surface, afloat, pose.matrix(box), tiles)
    finally:
        document.preview(None)
        surface.show_float(None, box, QTransform())
        surface.show_sketch(None)


def _take_up(surface: Surface) -> Waiting[tuple[Afloat, int] | None]:
    """Take up what is to be transformed, of how many tiles; None where there is nothing."""
    while True:
        layer, picture = surface.paintable(), surface.document.picture
        if layer is None or layer.raster.is_empty:
            return None
        tiles = selected_tiles_of(picture, layer)
        taken = yield from _aside(surface, partial(_taken_up, picture, layer), tiles)
        if taken is None:
            return None  # that it failed has been told
        if taken[0] is None:
            surface.tell(NOTHING_SELECTED)
            return None
        if surface.document.picture is picture:
            return taken[0], tiles


def _lay(surface: Surface, afloat: Afloat, matrix: QTransform, tiles: int) -> Waiting[None]:
    """Lay it down: aside where that takes long, at once where somebody goes on before."""
    document = surface.document
    before = document.recorded

    def made() -> Picture:
        return afloat.laid(matrix).apply(before)

    def lay() -> None:
        if document.recorded.find(afloat.layer_id) is not None:
            document.do(afloat.laid(matrix))

    if before.find(afloat.layer_id) is None:
        return  # it was undone while it floated
    try:
        found = yield from _aside(surface, made, tiles)
    except GeneratorExit:
        lay()  # Enter was pressed
        raise
    if found is not None and document.recorded is before:
        document.do(Edit(NAME, lambda _before: found[0]))
    elif found is not None:
        lay()


def _aside(surface: Surface, work: Callable[[], Found], tiles: int) -> Waiting[tuple[Found] | None]:
    """Have work on so many tiles done, aside if they are many; None where it failed."""
    if tiles <= AT_ONCE:
        return (work(),)
    found: list[Found] = []

    def take(each: object) -> None:
        found.append(cast(Found, each))

    surface.search(lambda: iter((work(),)), take, about=NAME)
    try:
        while not found and surface.searches:
            yield True
    finally:
        if not found:
            surface.give_up(NAME)
    return (found[0],) if found else None


def _along(selection: Channel, matrix: QTransform) -> Channel:
    """Return the selection where the pixels went; one of "all but this" stays."""
    if selection.default:
        return selection
    parts = (matrix.m11(), matrix.m12(), matrix.m21(), matrix.m22(), matrix.dx(), matrix.dy())
    return transformed_plane(selection, Affine(*parts))


def followed(box: QRectF, pose: Pose, start: Pointer, now: Pointer, reach: float) -> Pose:
    """Return the pose after a drag by a handle, by the inside or from outside."""
    inverse, _ = pose.matrix(box).inverted()
    grip = inverse.map(QPointF(start.across, start.down))
    side_x = _side(grip.x(), box.left(), box.right(), reach / max(abs(pose.wide), LEAST))
    side_y = _side(grip.y(), box.top(), box.bottom(), reach / max(abs(pose.high), LEAST))
    if side_x is None or side_y is None:
        return _turned(pose, start, now)
    if (side_x, side_y) == (0, 0):
        return replace(pose, x=pose.x + now.across - start.across, y=pose.y + now.down - start.down)
    return _scaled(box, pose, (side_x, side_y), start, now)


def _side(value: float, low: float, high: float, reach: float) -> int | None:
    """Return -1 or 1 at an edge, 0 between them, None outside."""
    if value < low - reach or value > high + reach:
        return None
    reach = min(reach, (high - low) / 4)
    if value < low + reach:
        return -1
    return 1 if value > high - reach else 0


def _turned(pose: Pose, start: Pointer, now: Pointer) -> Pose:
    first = atan2(start.down - pose.y, start.across - pose.x)
    second = atan2(now.down - pose.y, now.across - pose.x)
    angle = pose.angle + degrees(second - first)
    return replace(pose, angle=round(angle / STEP) * STEP if now.shift else angle)


def _scaled(box: QRectF, pose: Pose, side: tuple[int, int], start: Pointer, now: Pointer) -> Pose:
    """Return the pose with the gripped edge under the pointer and the opposite one where it was."""
    turn = radians(pose.angle)
    dx, dy = now.across - start.across, now.down - start.down
    along, across = dx * cos(turn) + dy * sin(turn), dy * cos(turn) - dx * sin(turn)
    wide = pose.wide + side[0] * along / box.width()
    high = pose.high + side[1] * across / box.height()
    if all(side) and not now.shift:
        wide, high = _alike(pose, wide, high)
    wide, high = _not_nothing(wide), _not_nothing(high)
    if now.alt:
        return replace(pose, wide=wide, high=high)
    shift_x = side[0] * (wide - pose.wide) * box.width() / 2
    shift_y = side[1] * (high - pose.high) * box.height() / 2
    x = pose.x + shift_x * cos(turn) - shift_y * sin(turn)
    y = pose.y + shift_x * sin(turn) + shift_y * cos(turn)
    return replace(pose, x=x, y=y, wide=wide, high=high)


def _alike(pose: Pose, wide: float, high: float) -> tuple[float, float]:
    """Return both factors changed by the same part, that which was dragged further."""
    by_x, by_y = wide / pose.wide, high / pose.high
    factor = by_x if abs(by_x - 1) >= abs(by_y - 1) else by_y
    return pose.wide * factor, pose.high * factor


def _not_nothing(factor: float) -> float:
    return factor if abs(factor) >= LEAST else LEAST


def outline(box: QRectF, pose: Pose) -> QPainterPath:
    """Return the box with a cross in its middle and squares at its handles."""
    path = QPainterPath()
    matrix = pose.matrix(box)
    frame = QPainterPath()
    frame.addRect(box)
    path.addPath(matrix.map(frame))
    size = hypot(box.width() * pose.wide, box.height() * pose.high) / 80
    for x in (box.left(), box.center().x(), box.right()):
        for y in (box.top(), box.center().y(), box.bottom()):
            place = matrix.map(QPointF(x, y))
            path.addRect(QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size))
    return path


TRANSFORM = Tool(
    name="transform",
    cursor=Qt.CursorShape.ArrowCursor,
    drag=transform,
    lingers=True,
    hint="Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes",
)
