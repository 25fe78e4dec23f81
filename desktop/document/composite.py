"""Layers to one RGBA picture: what the canvas shows, an export writes and the engine is given.

Normal blending ("source over") of straight-alpha layers, after Porter and Duff (Compositing Digital
Images, SIGGRAPH 1984): alpha = a + b(1 - a), colour·alpha = a·A + b(1 - a)·B, where a is the upper
pixel's alpha times its layer's opacity. Rounded once, at the end, half up.
"""

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.raster import TILE, Pixels

HALF = np.float32(0.5)
WHITE = np.float32(255.0)


def composite(picture: Picture, rect: Rect) -> Pixels:
    """Return the visible layers in `rect` as (height, width, 4) straight-alpha RGBA.

    Colour is 0 where alpha is 0. A lone opaque layer comes out bit for bit as it is stored.
    """
    out = np.empty((rect.height, rect.width, 4), np.uint8)
    for start in range(0, rect.height, TILE):  # in bands, so that float copies stay small
        height = min(TILE, rect.height - start)
        band = Rect(rect.left, rect.top + start, rect.width, height)
        out[start : start + height] = _blend(_stack(picture, band), band)
    return out


def _stack(picture: Picture, rect: Rect) -> list[tuple[Pixels, float]]:
    """Return pixels and opacity of the layers that can be seen in `rect`, the lowest first."""
    stack: list[tuple[Pixels, float]] = []
    for layer in reversed(picture.layers):
        if layer.shows and layer.raster.has_tiles_in(rect):
            pixels = layer.raster.read(rect)
            stack.insert(0, (pixels, layer.opacity))
            if layer.opacity == 1.0 and pixels[..., 3].min() == 255:
                break  # nothing below shows through
    return stack


def _blend(stack: list[tuple[Pixels, float]], rect: Rect) -> Pixels:
    if not stack:
        return np.zeros((rect.height, rect.width, 4), np.uint8)
    if len(stack) == 1 and stack[0][1] == 1.0:
        return stack[0][0]
    colour = np.zeros((rect.height, rect.width, 3), np.float32)  # premultiplied, 0..255
    alpha = np.zeros((rect.height, rect.width, 1), np.float32)  # 0..1
    for pixels, opacity in stack:
        upper = pixels[..., 3:] * np.float32(opacity / 255.0)
        colour += upper * (pixels[..., :3] - colour)
        alpha += upper * (1 - alpha)
    return _to_bytes(colour, alpha)


def _to_bytes(colour: NDArray[np.float32], alpha: NDArray[np.float32]) -> Pixels:
    out = np.empty((*alpha.shape[:2], 4), np.uint8)
    straight = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    out[..., :3] = np.minimum(straight, WHITE) + HALF
    out[..., 3:] = np.minimum(alpha * WHITE, WHITE) + HALF
    out[out[..., 3] == 0] = 0
    return out
