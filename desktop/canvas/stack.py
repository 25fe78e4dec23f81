"""Layers to one image for the screen: by Qt's painter, in 8 bits, twenty times as fast as exactly.

What is exported, merged or given to the engine is computed by `document.composite`, which is the
rule: tests hold this to it within a few of 255 levels. A stack with another blend mode than
`MODES` is left to it altogether (decision 38).
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.pixmaps import alpha_from_values, image_from_pixels, lent_image
from desktop.canvas.strips import strips
from desktop.document.blend import BlendMode
from desktop.document.composite import composite_layers, covers, needed
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import Bytes

_QT = QPainter.CompositionMode
ORIGIN = QPoint(0, 0)

MODES = {
    BlendMode.NORMAL: _QT.CompositionMode_SourceOver,
    BlendMode.MULTIPLY: _QT.CompositionMode_Multiply,
    BlendMode.SCREEN: _QT.CompositionMode_Screen,
    BlendMode.OVERLAY: _QT.CompositionMode_Overlay,
    BlendMode.DARKEN: _QT.CompositionMode_Darken,
    BlendMode.LIGHTEN: _QT.CompositionMode_Lighten,
    BlendMode.HARD_LIGHT: _QT.CompositionMode_HardLight,
    BlendMode.SOFT_LIGHT: _QT.CompositionMode_SoftLight,
    BlendMode.DIFFERENCE: _QT.CompositionMode_Difference,
    BlendMode.EXCLUSION: _QT.CompositionMode_Exclusion,
}
"""The blend modes that Qt's raster painter computes well enough.

It has no hue, saturation, colour and luminosity, adds wrongly under an opacity, and divides 8-bit
colours for dodge and burn.
"""


def stacked_image(picture: Picture, rect: Rect) -> QImage:
    """Return the visible layers in `rect`, premultiplied; without alpha where one covers all."""
    stack = needed(picture.layers, rect)
    if not all(map(is_known, stack)):
        return image_from_pixels(composite_layers(stack, rect))
    return stacked(stack, rect)


def lone_tile(picture: Picture, rect: Rect) -> Bytes | None:
    """Return the pixels of the layer that is all that is seen in `rect`, if it is a tile of it.

    They are opaque, and shown as they are stored.
    """
    stack = needed(picture.layers, rect)
    if len(stack) != 1 or stack[0].is_group or not covers(stack[0], rect):
        return None
    raster = stack[0].raster
    index = next(raster.tiles_in(rect))
    return raster.tiles[index].values if raster.tile_rect(index) == rect else None


def is_known(layer: Layer) -> bool:
    """Whether Qt can lay the layer, and all that is in it."""
    return layer.mode in MODES and all(is_known(each) for each in layer.children or ())


def stacked(stack: Sequence[Layer], rect: Rect) -> QImage:
    """Return known layers, all of which are needed, laid over one another in `rect`.

    Premultiplied; without alpha where the lowest covers all.
    """
    image = _nothing(rect)
    with QPainter(image) as painter:
        lay_all(painter, stack, rect)
    if stack and covers(stack[0], rect):
        image.reinterpretAsFormat(QImage.Format.Format_RGB32)
    return image


def lay_all(painter: QPainter, stack: Sequence[Layer], rect: Rect, at: QPoint = ORIGIN) -> None:
    """Lay known layers, the lowest first, over what an image shows of `rect` from `at` on."""
    for layer in stack:
        if layer.children is not None and not layer.isolates:
            lay_all(painter, needed(layer.children, rect), rect, at)
            continue
        painter.setCompositionMode(MODES[layer.mode])
        painter.setOpacity(layer.opacity)
        if layer.children is None and layer.mask is None:
            _lay_tiles(painter, layer, rect, at)
        else:
            painter.drawImage(at, _shown(layer, rect))


def _nothing(rect: Rect) -> QImage:
    image = QImage(rect.width, rect.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def _shown(layer: Layer, rect: Rect) -> QImage:
    """Return a group or a masked layer as it shows, before its own opacity."""
    image = _nothing(rect)
    with QPainter(image) as painter:
        if layer.children is not None:
            lay_all(painter, needed(layer.children, rect), rect)
        else:
            _lay_tiles(painter, layer, rect, ORIGIN)
        if layer.mask is not None:
            painter.setOpacity(1.0)
            painter.setCompositionMode(_QT.CompositionMode_DestinationIn)
            painter.drawImage(0, 0, alpha_from_values(layer.mask.read(rect)))
    return image


def _lay_tiles(painter: QPainter, layer: Layer, rect: Rect, at: QPoint) -> None:
    raster = layer.raster
    for index in raster.tiles_in(rect):
        area = raster.tile_rect(index)
        part = area.intersected(rect)
        values = raster.tiles[index].values  # held until it has been drawn
        image = lent_image(values)
        x, y = part.left - area.left, part.top - area.top
        left, top = at.x() + part.left - rect.left, at.y() + part.top - rect.top
        for row, rows in strips(0, part.height):
            painter.drawImage(left, top + row, image, x, y + row, part.width, rows)
