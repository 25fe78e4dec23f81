"""Layers to one RGBA picture: what the canvas shows, an export writes and the engine is given.

Compositing is "source over" with blending, after the W3C's Compositing and Blending Level 1:
co = cs·αs·(1 - αb) + cb·αb·(1 - αs) + αs·αb·B(cb, cs), αs being the layer's alpha times its opacity
and mask. Computed in float32 with premultiplied planes and rounded once, at the end, half up.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.blend import BlendMode, blended
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Pixels, tile_rect, tiles_over

BAND = 64
"""Rows composited at once: 256 KiB of planes, which stay in the processor's second cache."""

LEVEL = np.float32(1 / 255)
FULL = np.float32(255)
HALF = np.float32(0.5)

Planes: TypeAlias = NDArray[np.float32]
"""(4, H, W): premultiplied red, green, blue and then alpha, 0..255."""


def composite(picture: Picture, rect: Rect) -> Pixels:
    """Return the visible layers in `rect` as (height, width, 4) straight-alpha RGBA.

    Colour is 0 where alpha is 0. A lone opaque layer comes out bit for bit as it is stored.
    """
    return composite_layers(picture.layers, rect)


def alpha_in(picture: Picture, rect: Rect, enough: float = 255.0) -> NDArray[np.uint8]:
    """Return the alpha of `composite` alone, (height, width), in a fifth of its time.

    At once where a layer covers all. enough: what is as much may come out as less, but no lower
    than this: layers are left out where it is reached all over a tile.
    """
    out = np.zeros((max(rect.height, 0), max(rect.width, 0)), np.uint8)
    for index in tiles_over(rect):
        block = tile_rect(index).intersected(rect)
        stack = needed(picture.layers, block)
        if not stack:
            continue
        if covers(stack[0], block):
            alpha: NDArray[np.float32] | float = 255.0
        else:
            alpha = _alpha_of(stack, block, enough) + HALF
        rows = slice(block.top - rect.top, block.bottom - rect.top)
        out[rows, block.left - rect.left : block.right - rect.left] = alpha
    return out


def composite_layers(layers: Sequence[Layer], rect: Rect) -> Pixels:
    """Return `layers` (the lowest first) alone as `composite` would show them."""
    out = np.zeros((max(rect.height, 0), max(rect.width, 0), 4), np.uint8)
    for index in tiles_over(rect):
        block = tile_rect(index).intersected(rect)
        stack = needed(layers, block)
        for top in range(block.top, block.bottom, BAND) if stack else ():
            band = Rect(block.left, top, block.width, min(BAND, block.bottom - top))
            rows = slice(top - rect.top, top - rect.top + band.height)
            columns = slice(block.left - rect.left, block.right - rect.left)
            out[rows, columns] = _flattened(stack, band)
    return out


def needed(layers: Sequence[Layer], rect: Rect) -> list[Layer]:
    """Return the layers that can be seen in `rect`, the lowest first."""
    stack: list[Layer] = []
    for layer in reversed(layers):
        if _touches(layer, rect):
            stack.append(layer)
            if covers(layer, rect):
                break  # nothing below shows through
    stack.reverse()
    return stack


def _touches(layer: Layer, rect: Rect) -> bool:
    if not layer.shows:
        return False
    if layer.mask is not None and layer.mask.default == 0 and not layer.mask.has_tiles_in(rect):
        return False
    if layer.children is not None:
        return any(_touches(child, rect) for child in layer.children)
    return layer.raster.has_tiles_in(rect)


def covers(layer: Layer, rect: Rect) -> bool:
    """Whether the layer is opaque all over `rect`, so that nothing below it can be seen."""
    if layer.opacity < 1.0 or layer.mode is not BlendMode.NORMAL:
        return False
    if layer.mask is not None and not layer.mask.is_full_in(rect):
        return False
    if layer.children is not None:
        return any(child.shows and covers(child, rect) for child in layer.children)
    return layer.raster.is_full_in(rect)


def _flattened(stack: Sequence[Layer], rect: Rect) -> Pixels:
    if len(stack) == 1 and _is_plain(stack[0]):
        return stack[0].raster.read(rect)
    return _to_bytes(_painted(stack, rect))


def _is_plain(layer: Layer) -> bool:
    return not layer.is_group and layer.opacity == 1.0 and layer.mask is None


def _painted(layers: Sequence[Layer], rect: Rect) -> Planes:
    below = np.zeros((4, rect.height, rect.width), np.float32)
    for layer in layers:
        if _touches(layer, rect):
            _lay(below, layer, rect)
    return below


def _lay(below: Planes, layer: Layer, rect: Rect) -> None:
    """Composite one layer onto `below`, in place."""
    if layer.children is not None:
        if layer.isolates:
            _lay_group(below, layer, rect)
            return
        for child in layer.children:
            if _touches(child, rect):
                _lay(below, child, rect)
        return
    source = np.empty_like(below)
    source[...] = layer.raster.read(rect).transpose(2, 0, 1)  # (4, H, W), straight
    alpha = source[3] * (LEVEL * np.float32(layer.opacity))  # (H, W), 0..1
    _apply_mask(alpha, layer, rect)
    source[3] = FULL
    _mix(below, source, alpha, layer.mode)


def _lay_group(below: Planes, group: Layer, rect: Rect) -> None:
    source = _painted(needed(group.children or (), rect), rect)
    alpha = source[3] * LEVEL
    np.divide(source[:3], alpha, out=source[:3], where=alpha > 0)  # straight
    source[3] = FULL
    alpha *= np.float32(group.opacity)
    _apply_mask(alpha, group, rect)
    _mix(below, source, alpha, group.mode)


def _alpha_of(layers: Sequence[Layer], rect: Rect, enough: float = np.inf) -> NDArray[np.float32]:
    """Return the last of the planes of `_painted` alone, (H, W), 0..255; see `alpha_in`."""
    below = np.zeros((rect.height, rect.width), np.float32)
    for layer in layers:
        _lay_alpha(below, layer, rect)
        if below.min() >= enough:  # it only grows
            break
    return below


def _lay_alpha(below: NDArray[np.float32], layer: Layer, rect: Rect) -> None:
    if not _touches(layer, rect):
        return
    if layer.children is None:
        alpha = layer.raster.read(rect)[..., 3] * (LEVEL * np.float32(layer.opacity))
    elif layer.isolates:
        alpha = _alpha_of(needed(layer.children, rect), rect) * LEVEL
        alpha *= np.float32(layer.opacity)
    else:
        for child in layer.children:
            _lay_alpha(below, child, rect)
        return
    _apply_mask(alpha, layer, rect)
    if layer.mode is BlendMode.PLUS:
        alpha *= FULL
        below += alpha
        np.minimum(below, FULL, out=below)
    else:
        alpha *= FULL - below
        below += alpha


def _apply_mask(alpha: NDArray[np.float32], layer: Layer, rect: Rect) -> None:
    if layer.mask is not None:
        alpha *= layer.mask.read(rect) * LEVEL


def _mix(below: Planes, source: Planes, alpha: NDArray[np.float32], mode: BlendMode) -> None:
    """Add α·(mixed - below), where mixed = (1 - αb)·cs + αb·B(cb, cs); `source` is spent."""
    if mode is BlendMode.PLUS:  # Porter and Duff's "plus": co = min(1, cs·αs + cb·αb), alpha alike
        source *= alpha
        below += source
        np.minimum(below, FULL, out=below)
        return
    if mode is not BlendMode.NORMAL:
        backing = below[3] * LEVEL
        backdrop = np.zeros_like(source[:3])
        np.divide(below[:3], below[3], out=backdrop, where=below[3] > 0)
        np.minimum(backdrop, 1, out=backdrop)
        mixed = blended(mode, backdrop, source[:3] * LEVEL) * FULL
        source[:3] += backing * (mixed - source[:3])
    source -= below
    source *= alpha
    below += source


def _to_bytes(planes: Planes) -> Pixels:
    out = np.empty((*planes.shape[1:], 4), np.uint8)
    alpha = planes[3]
    if alpha.min() < FULL:
        scale = np.divide(FULL, alpha, out=np.zeros_like(alpha), where=alpha > 0)
        planes[:3] *= scale
    planes += HALF
    np.minimum(planes, FULL, out=planes)
    for channel in range(4):
        out[..., channel] = planes[channel]
    words = out.view(np.uint32)[..., 0]
    words *= out[..., 3] != 0
    return out
