"""Layered PSD through psd-tools: layers, groups, masks, opacity and blend modes of Photoshop."""

import io

import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.api.layers import GroupMixin
from psd_tools.constants import BlendMode as PsdMode

from desktop.document.blend import BlendMode
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from engine.requests import Pixels

MODES: dict[BlendMode, PsdMode] = {
    BlendMode.NORMAL: PsdMode.NORMAL,
    BlendMode.MULTIPLY: PsdMode.MULTIPLY,
    BlendMode.SCREEN: PsdMode.SCREEN,
    BlendMode.OVERLAY: PsdMode.OVERLAY,
    BlendMode.DARKEN: PsdMode.DARKEN,
    BlendMode.LIGHTEN: PsdMode.LIGHTEN,
    BlendMode.COLOR_DODGE: PsdMode.COLOR_DODGE,
    BlendMode.COLOR_BURN: PsdMode.COLOR_BURN,
    BlendMode.HARD_LIGHT: PsdMode.HARD_LIGHT,
    BlendMode.SOFT_LIGHT: PsdMode.SOFT_LIGHT,
    BlendMode.DIFFERENCE: PsdMode.DIFFERENCE,
    BlendMode.EXCLUSION: PsdMode.EXCLUSION,
    BlendMode.HUE: PsdMode.HUE,
    BlendMode.SATURATION: PsdMode.SATURATION,
    BlendMode.COLOR: PsdMode.COLOR,
    BlendMode.LUMINOSITY: PsdMode.LUMINOSITY,
    BlendMode.PLUS: PsdMode.LINEAR_DODGE,
}


def psd_bytes(picture: Picture, area: Rect, merged: Pixels) -> bytes:
    """Return a PSD of `area` with every layer; `merged`, its RGBA, is for who reads no layers."""
    document = PSDImage.frompil(Image.fromarray(np.ascontiguousarray(merged)))
    for layer in picture.layers:
        _add(document, layer, area)
    buffer = io.BytesIO()
    document.save(buffer)  # pyright: ignore[reportUnknownMemberType]
    return buffer.getvalue()


def _add(parent: GroupMixin, layer: Layer, area: Rect) -> None:
    opacity, mode = int(layer.opacity * 255 + 0.5), MODES[layer.mode]
    if layer.children is not None:
        passes = PsdMode.PASS_THROUGH if not layer.isolates else mode
        made = parent.create_group(name=layer.name, opacity=opacity, blend_mode=passes)
        for child in layer.children:
            _add(made, child, area)
        bounds = layer.tile_bounds()
    else:
        bounds = layer.raster.bounds()
        bounds = Rect(bounds.left, bounds.top, max(1, bounds.width), max(1, bounds.height))
        made = parent.create_pixel_layer(
            Image.fromarray(layer.raster.read(bounds)),
            name=layer.name,
            top=bounds.top - area.top,
            left=bounds.left - area.left,
            opacity=opacity,
            blend_mode=mode,
        )
    if layer.mask is not None and not bounds.is_empty:
        shown = Image.fromarray(layer.mask.read(bounds))
        made.create_mask(shown, top=bounds.top - area.top, left=bounds.left - area.left)
    made.visible = layer.visible
