"""What is copied out of a picture: of one layer or of all that is seen, within the selection."""

from dataclasses import dataclass, replace

import numpy as np

from desktop.document.channel import Channel
from desktop.document.composite import composite, composite_layers
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """HxWx4 straight-alpha RGBA and the place in the document where it was taken from."""

    pixels: Pixels
    area: Rect


def piece_of_layer(picture: Picture, layer_id: int) -> Piece | None:
    """Copy what is selected of a layer, or of a group; None where there is nothing.

    A layer's own opacity, blend mode and mask do not count: they stay with it.
    """
    layer = picture.layer(layer_id)
    area = within(layer.bounds(), picture.selection)
    if area.is_empty:
        return None
    if layer.children is None:
        pixels = layer.raster.read(area)
    else:
        pixels = composite_layers(layer.children, area)
    return _cut(Piece(pixels, area), picture.selection)


def whole_layer(layer: Layer) -> Piece:
    """Copy all of a layer or group as it looks alone, with its mask and opacity, hidden or not."""
    area = layer.bounds()
    return Piece(composite_layers((replace(layer, visible=True),), area), area)


def piece_of_picture(picture: Picture) -> Piece | None:
    """Copy what is selected of all that is seen; None where there is nothing."""
    area = within(picture.content(), picture.selection)
    return None if area.is_empty else _cut(Piece(composite(picture, area), area), picture.selection)


def within(area: Rect, selection: Channel | None) -> Rect:
    """Return the part of `area` that is selected; all of it, where nothing is."""
    if selection is None or selection.default:
        return area
    return area.intersected(selection.bounds())


def _cut(piece: Piece, selection: Channel | None) -> Piece | None:
    """Make transparent what is not selected."""
    pixels = piece.pixels
    if selection is not None:
        pixels = pixels.copy()
        weight = selection.read(piece.area).astype(np.uint16)
        pixels[..., 3] = (pixels[..., 3] * weight + 127) // 255
    return Piece(pixels, piece.area) if pixels[..., 3].any() else None
