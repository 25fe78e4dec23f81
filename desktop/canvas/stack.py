"""Layers to one image for the screen: by Qt's painter, in 8 bits, twenty times as fast as exactly.

What is exported, merged or given to the engine is computed by `document.composite`, which is the
rule: tests hold this to it within a few of 255 levels. A stack with another blend mode than
`MODES` is left to it altogether (decision 38).
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.pixmaps import alpha_from_values, image_from_pixels, lent_image
from desktop.document.blend import BlendMode
from desktop.document.composite import composite_layers, needed
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture

_QT = QPainter.CompositionMode

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
    """Return the visible layers in `rect`, premultiplied."""
    stack = needed(picture.layers, rect)
    if not all(map(is_known, stack)):
        return image_from_pixels(composite_layers(stack, rect))
    return stacked(stack, rect)


def is_known(layer: Layer) -> bool:
    """Whether Qt can lay the layer, and all that is in it."""
    return layer.mode in MODES and all(is_known(each) for each in layer.children or ())


def stacked(stack: Sequence[Layer], rect: Rect) -> QImage:
    """Return known layers laid over one another in `rect`, premultiplied."""
    image = QImage(rect.width, rect.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        lay_all(painter, stack, rect)
    return image


def lay_all(painter: QPainter, stack: Sequence[Layer], rect: Rect) -> None:
    """Lay known layers, the lowest first, over an image of `rect`."""
    for layer in stack:
        if layer.children is not None and not layer.isolates:
            lay_all(painter, needed(layer.children, rect), rect)
            continue
        painter.setCompositionMode(MODES[layer.mode])
        painter.setOpacity(layer.opacity)
        if layer.children is None and layer.mask is None:
            _lay_tiles(painter, layer, rect)
        else:
            painter.drawImage(0, 0, _shown(layer, rect))


def _shown(layer: Layer, rect: Rect) -> QImage:
    """Return a group or a masked layer as it shows, before its own opacity."""
    if layer.children is not None:
        image = stacked(needed(layer.children, rect), rect)
    else:
        image = QImage(rect.width, rect.height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        with QPainter(image) as painter:
            _lay_tiles(painter, layer, rect)
    if layer.mask is not None:
        with QPainter(image) as painter:
            painter.setCompositionMode(_QT.CompositionMode_DestinationIn)
            painter.drawImage(0, 0, alpha_from_values(layer.mask.read(rect)))
    return image


def _lay_tiles(painter: QPainter, layer: Layer, rect: Rect) -> None:
    for index in layer.raster.tiles_in(rect):
        area = layer.raster.tile_rect(index)
        part = area.intersected(rect)
        source = QRect(part.left - area.left, part.top - area.top, part.width, part.height)
        place = QPoint(part.left - rect.left, part.top - rect.top)
        values = layer.raster.tiles[index].values  # held until it has been drawn
        painter.drawImage(place, lent_image(values), source)
