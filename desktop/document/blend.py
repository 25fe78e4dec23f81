"""How the colours of two layers mix: the modes of the W3C's "Compositing and Blending Level 1".

Each function is B(cb, cs) of that text: backdrop and source colours as (3, H, W) float32 in 0..1,
straight; the result likewise. Alpha is none of their business.
"""

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Planes: TypeAlias = NDArray[np.float32]
"""(3, H, W): red, green, blue, 0..1."""

Blend: TypeAlias = Callable[[Planes, Planes], Planes]

# Weights of red, green and blue in that text's Lum(C).
LUMINOSITY_WEIGHTS = (np.float32(0.3), np.float32(0.59), np.float32(0.11))
ONE, TWO, HALF = np.float32(1), np.float32(2), np.float32(0.5)


class BlendMode(Enum):
    """A way to mix; the value is the keyword of the W3C, and what project files say."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    COLOR_DODGE = "color-dodge"
    COLOR_BURN = "color-burn"
    HARD_LIGHT = "hard-light"
    SOFT_LIGHT = "soft-light"
    DIFFERENCE = "difference"
    EXCLUSION = "exclusion"
    HUE = "hue"
    SATURATION = "saturation"
    COLOR = "color"
    LUMINOSITY = "luminosity"
    PLUS = "plus"

    @property
    def title(self) -> str:
        """The name in a menu."""
        return TITLES.get(self, self.value.replace("-", " ").capitalize())


TITLES = {BlendMode.COLOR: "Colour", BlendMode.COLOR_DODGE: "Colour dodge"} | {
    BlendMode.COLOR_BURN: "Colour burn",
    BlendMode.PLUS: "Add",
}


def blended(mode: BlendMode, backdrop: Planes, source: Planes) -> Planes:
    """Return B(cb, cs) of `mode`, which is not `PLUS`: that one adds what is premultiplied."""
    return _BLENDS[mode](backdrop, source)


def _normal(_backdrop: Planes, source: Planes) -> Planes:
    return source


def _multiply(backdrop: Planes, source: Planes) -> Planes:
    return backdrop * source


def _screen(backdrop: Planes, source: Planes) -> Planes:
    return np.add(backdrop, source * (ONE - backdrop))


def _overlay(backdrop: Planes, source: Planes) -> Planes:
    return _hard_light(source, backdrop)


def _color_dodge(backdrop: Planes, source: Planes) -> Planes:
    bright = source >= 1
    quotient = np.divide(backdrop, ONE - source, out=np.ones_like(source), where=~bright)
    return np.where(backdrop <= 0, np.float32(0), np.minimum(ONE, quotient))


def _color_burn(backdrop: Planes, source: Planes) -> Planes:
    dark = source <= 0
    quotient = np.divide(ONE - backdrop, source, out=np.ones_like(source), where=~dark)
    return np.where(backdrop >= 1, ONE, ONE - np.minimum(ONE, quotient))


def _hard_light(backdrop: Planes, source: Planes) -> Planes:
    doubled = source * TWO
    return np.where(source <= HALF, _multiply(backdrop, doubled), _screen(backdrop, doubled - ONE))


def _soft_light(backdrop: Planes, source: Planes) -> Planes:
    curve = ((16 * backdrop - 12) * backdrop + 4) * backdrop
    lifted = np.where(backdrop <= np.float32(0.25), curve, np.sqrt(backdrop))
    doubled = source * TWO - ONE
    below = backdrop + doubled * backdrop * (ONE - backdrop)
    return np.where(source <= HALF, below, backdrop + doubled * (lifted - backdrop))


def _exclusion(backdrop: Planes, source: Planes) -> Planes:
    return np.add(backdrop, source * (ONE - backdrop * TWO))


def _hue(backdrop: Planes, source: Planes) -> Planes:
    return _with_luminosity(_with_saturation(source, _saturation(backdrop)), _luminosity(backdrop))


def _saturate(backdrop: Planes, source: Planes) -> Planes:
    return _with_luminosity(_with_saturation(backdrop, _saturation(source)), _luminosity(backdrop))


def _color(backdrop: Planes, source: Planes) -> Planes:
    return _with_luminosity(source, _luminosity(backdrop))


def _brightness(backdrop: Planes, source: Planes) -> Planes:
    return _with_luminosity(backdrop, _luminosity(source))


def _luminosity(colour: Planes) -> Planes:
    red, green, blue = LUMINOSITY_WEIGHTS
    return colour[0] * red + colour[1] * green + colour[2] * blue  # (H, W)


def _saturation(colour: Planes) -> Planes:
    return colour.max(axis=0) - colour.min(axis=0)


def _with_saturation(colour: Planes, saturation: Planes) -> Planes:
    """SetSat(C, s): the smallest channel goes to 0, the largest to `saturation`."""
    least = colour.min(axis=0)
    spread = colour.max(axis=0) - least
    factor = np.divide(saturation, spread, out=np.zeros_like(spread), where=spread > 0)
    return (colour - least) * factor


def _with_luminosity(colour: Planes, luminosity: Planes) -> Planes:
    """SetLum(C, l), clipped towards the luminosity wherever a channel leaves 0..1."""
    moved: Planes = np.add(colour, luminosity - _luminosity(colour))
    light, least, most = _luminosity(moved), moved.min(axis=0), moved.max(axis=0)
    low, high = least < 0, most > 1
    down = np.divide(light, light - least, out=np.ones_like(light), where=low)
    moved = np.add(light, (moved - light) * down)
    room = np.maximum(most - light, np.float32(1e-12))
    up = np.divide(ONE - light, room, out=np.ones_like(light), where=high)
    return np.add(light, (moved - light) * up)


_BLENDS: dict[BlendMode, Blend] = {
    BlendMode.NORMAL: _normal,
    BlendMode.MULTIPLY: _multiply,
    BlendMode.SCREEN: _screen,
    BlendMode.OVERLAY: _overlay,
    BlendMode.DARKEN: lambda backdrop, source: np.minimum(backdrop, source),
    BlendMode.LIGHTEN: lambda backdrop, source: np.maximum(backdrop, source),
    BlendMode.COLOR_DODGE: _color_dodge,
    BlendMode.COLOR_BURN: _color_burn,
    BlendMode.HARD_LIGHT: _hard_light,
    BlendMode.SOFT_LIGHT: _soft_light,
    BlendMode.DIFFERENCE: lambda backdrop, source: np.abs(backdrop - source),
    BlendMode.EXCLUSION: _exclusion,
    BlendMode.HUE: _hue,
    BlendMode.SATURATION: _saturate,
    BlendMode.COLOR: _color,
    BlendMode.LUMINOSITY: _brightness,
}
