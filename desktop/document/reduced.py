"""A picture made smaller by looking at every n-th pixel of each layer: quick, for small views."""

from dataclasses import replace

from desktop.document.channel import Channel
from desktop.document.composite import composite_layers
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Pixels, Raster


def reduced(picture: Picture, area: Rect, step: int) -> Pixels:
    """Return `area` with every `step`-th pixel only, (ceil(height / step), ceil(width / step), 4).

    Its cost is that of the result, whatever the size of the picture.
    """
    small = reduced_picture(picture, area, step)
    return composite_layers(small.layers, small.frame)


def reduced_picture(picture: Picture, area: Rect, step: int) -> Picture:
    """Return the layers that show with every `step`-th pixel of `area`, which is the frame."""
    small = Rect(0, 0, -(-area.width // step), -(-area.height // step))
    return Picture(
        small, tuple(_reduced(each, area, step) for each in picture.layers if each.shows)
    )


def _reduced(layer: Layer, area: Rect, step: int) -> Layer:
    mask = layer.mask
    if mask is not None:
        mask = Channel.from_array(mask.sampled(area, step), 0, 0, mask.default)
    if layer.children is not None:
        children = tuple(_reduced(each, area, step) for each in layer.children if each.shows)
        return replace(layer, children=children, mask=mask)
    raster = Raster.from_array(layer.raster.sampled(area, step), 0, 0)
    return replace(layer, raster=raster, mask=mask, result=None)
