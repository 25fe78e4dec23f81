"""Adjustments of colour and sharpness: pure functions from RGBA to RGBA of the same shape."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.document.area_filter import gaussian, weighted
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.pixel_edits import Filter, filter_layer
from desktop.document.raster import Pixels


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A filter with its name, and how many pixels away it looks."""

    name: str
    change: Filter
    margin: int = 0


def adjust_layer(layer_id: int, adjustment: Adjustment, within: Rect | None = None) -> Edit:
    """Adjust what is selected of a layer. `within` spares a preview what is out of sight."""
    return filter_layer(
        layer_id, adjustment.change, adjustment.margin, adjustment.name, within=within
    )


def levels(
    black: int = 0, white: int = 255, gamma: float = 1.0, low: int = 0, high: int = 255
) -> Adjustment:
    """Stretch `black`..`white` (black < white) to `low`..`high`, bent by `gamma` (> 1: lighter)."""
    assert 0 <= black < white <= 255, (black, white)
    assert gamma > 0, gamma
    share = np.clip((np.arange(256) - black) / (white - black), 0, 1) ** (1 / gamma)
    table = np.clip(low + share * (high - low) + 0.5, 0, 255).astype(np.uint8)

    def change(pixels: Pixels) -> Pixels:
        out = pixels.copy()
        out[..., :3] = table[pixels[..., :3]]
        return out

    return Adjustment("Levels", change)


def hue_saturation(hue: float = 0.0, saturation: float = 0.0, lightness: float = 0.0) -> Adjustment:
    """Turn hues by degrees; saturation and lightness from -1 (none) over 0 (as is) to 1."""
    assert -1 <= saturation <= 1, saturation
    assert -1 <= lightness <= 1, lightness

    def change(pixels: Pixels) -> Pixels:
        out = pixels.copy()
        turned = _turned(pixels[..., :3] * np.float32(1 / 255), hue)
        middle = (turned.max(axis=2, keepdims=True) + turned.min(axis=2, keepdims=True)) / 2
        vivid = middle + (turned - middle) * np.float32(1 + saturation)
        goal = np.float32(lightness > 0)
        lit = vivid + np.float32(abs(lightness)) * (goal - vivid)
        out[..., :3] = np.clip(lit * 255 + 0.5, 0, 255)
        return out

    return Adjustment("Hue and saturation", change)


def blur(sigma: float) -> Adjustment:
    """Blur by a Gaussian of `sigma` pixels; what is transparent lends no colour."""
    kernel = gaussian(sigma)
    return Adjustment("Blur", lambda pixels: _blurred(pixels, kernel), len(kernel) // 2)


def sharpen(sigma: float, amount: float) -> Adjustment:
    """Add `amount` times the difference from a blur of `sigma` pixels; alpha stays."""
    kernel = gaussian(sigma)

    def change(pixels: Pixels) -> Pixels:
        soft = _blurred(pixels, kernel)[..., :3].astype(np.float32)
        own = pixels[..., :3].astype(np.float32)
        out = pixels.copy()
        out[..., :3] = np.clip(own + np.float32(amount) * (own - soft) + 0.5, 0, 255)
        return out

    return Adjustment("Sharpen", change, len(kernel) // 2)


def _blurred(pixels: Pixels, kernel: NDArray[np.float32]) -> Pixels:
    alpha = _smooth(pixels[..., 3].astype(np.float32), kernel)
    out = np.empty_like(pixels)
    for channel in range(3):
        shown = pixels[..., channel].astype(np.float32) * pixels[..., 3]
        mean = np.divide(_smooth(shown, kernel), alpha, out=np.zeros_like(alpha), where=alpha > 0)
        out[..., channel] = np.clip(mean + 0.5, 0, 255)
    out[..., 3] = np.clip(alpha + 0.5, 0, 255)
    return out


def _smooth(values: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = weighted(values, kernel)
    return weighted(np.ascontiguousarray(rows.T), kernel).T


def _turned(colour: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    """Turn the hue of HxWx3 colours, keeping their largest and smallest channel (HSL, HSV).

    Hue h in sixths: a channel c is max - (max - min)·clip(k(c), 0, 1) with k from the distance of h
    to the channel's own hue on the circle of 6, less 1.
    """
    if degrees % 360 == 0:
        return colour
    top, bottom = colour.max(axis=2), colour.min(axis=2)
    span = top - bottom
    safe = np.where(span > 0, span, np.float32(1))
    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    hue = np.where(
        top == red,
        (green - blue) / safe,
        np.where(top == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = hue + degrees / 60
    out = np.empty_like(colour)
    for channel, own in enumerate((0.0, 2.0, 4.0)):
        away = np.abs((hue - own + 3) % 6 - 3)  # 0 at the channel's own hue, 3 opposite
        out[..., channel] = top - span * np.clip(away - 1, 0, 1)
    return out
