"""Named colours, and putting them on sprites."""

import random
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training import tables
from engine.training.drafts import RGB, HueTurn, Tint

PALETTE = {name: (r, g, b) for name, (r, g, b) in tables.colours()["palette"].items()}
NAMES = list(PALETTE)
TINTS = tables.colours()["tints"]
INK: RGB = (20, 20, 22)
WHITE: RGB = (255, 255, 255)


def shade_of(name: str, rng: random.Random, spread: int = 10) -> RGB:
    """The named colour, each channel moved by up to `spread`; white stays white."""
    if name == "white":
        return PALETTE[name]
    return jitter(PALETTE[name], rng, spread)


def jitter(rgb: RGB, rng: random.Random, spread: int = 10) -> RGB:
    """The colour with each channel moved at random by up to `spread`, within 0–255."""
    r, g, b = (min(255, max(0, value + rng.randint(-spread, spread))) for value in rgb)
    return r, g, b


def finished(
    rgba: NDArray[np.uint8], finish: Tint | HueTurn | None, *, shaded: bool
) -> NDArray[np.uint8]:
    """The sprite (h, w, 4 straight alpha) coloured as asked; never changes its input."""
    match finish:
        case None:
            return rgba
        case Tint(rgb):
            return _tinted(rgba, rgb, shaded=shaded)
        case HueTurn(amount, lift):
            return _turned(rgba, amount, lift=lift)


def _tinted(rgba: NDArray[np.uint8], rgb: RGB, *, shaded: bool) -> NDArray[np.uint8]:
    out = np.empty_like(rgba)
    out[..., 3] = rgba[..., 3]
    if shaded:
        out[..., :3] = rgba[..., :3].astype(np.uint16) * np.array(rgb, np.uint16) // 255
    else:
        out[..., :3] = rgb
    return out


def _turned(rgba: NDArray[np.uint8], amount: int, *, lift: bool) -> NDArray[np.uint8]:
    hsv = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + amount) % 180
    if lift:  # yellow and orange are bright colours: a dark blue turned there would be brown
        hsv[..., 2] = cv2.convertScaleAbs(hsv[..., 2], alpha=1.15, beta=12)
    out = rgba.copy()
    out[..., :3] = cast("NDArray[np.uint8]", cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))
    return out
