"""Crop: what lies outside a rectangle goes, from every layer that is not locked."""

from dataclasses import replace

from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster


def crop(rect: Rect) -> Edit:
    """Keep the pixels in `rect`, which is not empty, and make it the frame."""
    assert not rect.is_empty, rect

    def apply(picture: Picture) -> Picture:
        layers = tuple(_cropped(layer, rect) for layer in picture.layers)
        same = all(new is old for new, old in zip(layers, picture.layers, strict=True))
        if same and picture.frame == rect:
            return picture
        return replace(picture, frame=rect, layers=layers)

    return Edit("Crop", apply)


def _cropped(layer: Layer, rect: Rect) -> Layer:
    if layer.locked:
        return layer
    if layer.children is not None:
        return replace(layer, children=tuple(_cropped(child, rect) for child in layer.children))
    bounds = layer.raster.bounds()
    if rect.holds(bounds):
        return layer
    part = bounds.intersected(rect)
    if part.is_empty:
        return replace(layer, raster=Raster.empty(), result=None)
    kept = Raster.from_array(layer.raster.read(part), part.left, part.top)
    return replace(layer, raster=kept, result=None)
