"""Eyedropper: the colour under the pointer becomes the one that is painted with."""

from math import ceil

import numpy as np
from PySide6.QtCore import Qt

from desktop.document.composite import composite, composite_layers
from desktop.document.geometry import Rect
from desktop.hand import Rgb
from desktop.options import PickOptions
from desktop.tools.tool import Drag, Pointer, Surface, Tool


def pick(surface: Surface, press: Pointer) -> Drag:
    """Take the colour at the press and wherever the pointer goes from there."""
    pointer: Pointer | None = press
    while pointer is not None:
        colour = colour_at(surface, pointer)
        if colour is not None:
            surface.hand.set_colour(colour)
        pointer = yield


def colour_at(surface: Surface, pointer: Pointer) -> Rgb | None:
    """Return the mean colour around the pointer, None where nothing is painted."""
    picture = surface.document.picture
    options = surface.hand.options(PickOptions, "pick")
    reach = ceil(options.radius)
    around = Rect(pointer.document.x, pointer.document.y, 1, 1).grown(reach)
    layer_id = surface.hand.layer_id
    if options.merged or layer_id is None:
        pixels = composite(picture, around)
    else:
        pixels = composite_layers((picture.layer(layer_id),), around)
    weight = pixels[..., 3].astype(np.float64)
    if not weight.any():
        return None
    mean = (pixels[..., :3] * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    red, green, blue = (round(float(part)) for part in mean)
    return red, green, blue


PICK = Tool(
    name="pick",
    cursor=Qt.CursorShape.CrossCursor,
    drag=pick,
    hint="Click or drag to take a colour; Ctrl does the same with every brush",
)
