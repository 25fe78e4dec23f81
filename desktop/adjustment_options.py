"""The adjustments with their options as frozen values, as the tools have theirs in `options`."""

from dataclasses import dataclass
from typing import Protocol

from desktop.document.adjustments import Adjustment, blur, hue_saturation, levels, sharpen
from desktop.options import number


class AdjustmentOptions(Protocol):
    """A frozen dataclass whose fields a form can show."""

    def adjustment(self) -> Adjustment:
        """Return what these options do to pixels."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Which levels become black and white, and how bright is what lies between."""

    black: float = number(0.0, "Black below", 0.0, 254.0, tip="These levels become black")
    white: float = number(255.0, "White above", 1.0, 255.0, tip="These levels become white")
    gamma: float = number(
        1.0, "Brightness", 0.1, 5.0, decimals=2, curved=True, tip="Of what lies between them"
    )
    low: float = number(0.0, "Darkest", 0.0, 255.0, tip="What black becomes")
    high: float = number(255.0, "Lightest", 0.0, 255.0, tip="What white becomes")

    def adjustment(self) -> Adjustment:
        """Return what these options do to pixels; white is held above black."""
        black = round(self.black)
        white = max(round(self.white), black + 1)
        return levels(black, white, self.gamma, round(self.low), round(self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hue:
    """Other hues, paler or stronger, darker or lighter."""

    hue: float = number(0.0, "Hue", -180.0, 180.0, unit="°", tip="Turns all colours")
    saturation: float = number(0.0, "Saturation", -100.0, 100.0, unit=" %", tip="-100 % is grey")
    lightness: float = number(0.0, "Lightness", -100.0, 100.0, unit=" %", tip="To black or white")

    def adjustment(self) -> Adjustment:
        """Return what these options do to pixels."""
        return hue_saturation(self.hue, self.saturation / 100, self.lightness / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blur:
    """How far colours run into each other."""

    radius: float = number(4.0, "Radius", 0.0, 100.0, unit=" px", decimals=1, curved=True)

    def adjustment(self) -> Adjustment:
        """Return what these options do to pixels: a radius is two standard deviations."""
        return blur(self.radius / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharpen:
    """How wide and how strong edges are raised."""

    radius: float = number(2.0, "Radius", 0.0, 50.0, unit=" px", decimals=1, curved=True)
    amount: float = number(80.0, "Strength", 0.0, 500.0, unit=" %", curved=True)

    def adjustment(self) -> Adjustment:
        """Return what these options do to pixels: a radius is two standard deviations."""
        return sharpen(self.radius / 2, self.amount / 100)


ADJUSTMENTS: dict[str, AdjustmentOptions] = {
    "levels": Levels(),
    "hue": Hue(),
    "blur": Blur(),
    "sharpen": Sharpen(),
}
"""By the name that the menu calls them by."""
