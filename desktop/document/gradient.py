"""Gradients from one colour to another, along a line or outwards from a point."""

from dataclasses import dataclass
from enum import Enum
from math import hypot

import numpy as np
from numpy.typing import NDArray

from desktop.document.channel import Channel
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import on_pixels, over
from desktop.document.raster import Colour, Raster


class Spread(Enum):
    """How a gradient runs."""

    LINEAR = "linear"
    RADIAL = "radial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """From colour `first` at (x0, y0) to `last` at (x1, y1), in document coordinates.

    Beyond both ends it stays as it is there. A radial one has its middle at (x0, y0).
    """

    x0: float
    y0: float
    x1: float
    y1: float
    first: Colour
    last: Colour
    spread: Spread = Spread.LINEAR

    def share(self, area: Rect) -> NDArray[np.float32]:
        """Return how far each pixel of `area` is on the way, HxW in 0..1."""
        x = np.arange(area.width, dtype=np.float32) + np.float32(area.left + 0.5 - self.x0)
        y = np.arange(area.height, dtype=np.float32) + np.float32(area.top + 0.5 - self.y0)
        dx, dy = self.x1 - self.x0, self.y1 - self.y0
        length = max(hypot(dx, dy), 1e-6)
        if self.spread is Spread.RADIAL:
            way = np.hypot(x[None, :], y[:, None]) / np.float32(length)
        else:
            way = (x * np.float32(dx))[None, :] + (y * np.float32(dy))[:, None]
            way /= np.float32(length**2)
        return np.clip(way, 0, 1, dtype=np.float32)


def gradient_layer(layer_id: int, gradient: Gradient) -> Edit:
    """Lay a gradient over what is selected of a layer; over picture and frame without that."""

    def run(layer: Layer, picture: Picture) -> Raster:
        whole = picture.frame.united(picture.content())
        where = picture.selection or Channel.of_rect(whole)
        if where.default:
            where = where.within(layer.raster.tile_bounds().united(whole))
        return _laid(layer, where, gradient)

    return on_pixels("Gradient", layer_id, run)


def _laid(layer: Layer, where: Channel, gradient: Gradient) -> Raster:
    made = layer.raster
    first, last = (np.array(c, np.float32) for c in (gradient.first, gradient.last))
    for index in where.tiles:
        area = where.tile_rect(index)
        share = gradient.share(area)
        alpha = first[3] + share * (last[3] - first[3])  # 0..255
        # Colours are mixed by how much of each is seen, so that a clear end has no colour.
        tint = np.divide(share * last[3], alpha, out=share.copy(), where=alpha > 0)
        colour = np.add(first[:3], tint[..., None] * (last[:3] - first[:3]))
        cover = alpha * where.read(area) * np.float32(1 / 255 / 255)
        patch = over(layer.raster.read(area), colour, cover, layer.alpha_locked)
        made = made.write(patch, area.left, area.top)
    return made
