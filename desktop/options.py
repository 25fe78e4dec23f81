"""The options of each tool as frozen values: every field with its default, range, label and unit.

The panel of options is made from what stands here, and from nothing else.
"""

from dataclasses import dataclass, field
from typing import Any

from desktop.document.brush import MOST_BENT
from desktop.document.frame import ASPECTS


def number(default: float, label: str, low: float, high: float, **more: object) -> Any:
    """A field for a number in low..high; `more` is unit, tip, decimals, curved and drawn.

    unit is written behind it, tip says what it does, and a curved slider is finer at its low end.
    drawn: it bends a curve of pressure, which is shown below it.
    """
    return field(default=default, metadata={"label": label, "low": low, "high": high, **more})


def choice(default: str, label: str, names: dict[str, str], tip: str = "") -> Any:
    """A field for one of `names`, which maps what is stored to what is read."""
    return field(default=default, metadata={"label": label, "names": names, "tip": tip})


def switch(default: bool, label: str, tip: str = "") -> Any:
    """A field for yes or no."""
    return field(default=default, metadata={"label": label, "tip": tip})


TIPS = {"round": "Round", "chalk": "Chalk", "charcoal": "Charcoal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrushOptions:
    """How a brush paints. Shares are in per cent, the size in pixels of the picture."""

    size: float = number(
        24.0, "Size", 1.0, 1000.0, unit=" px", curved=True, tip="Diameter of the brush"
    )
    hardness: float = number(80.0, "Hardness", 0.0, 100.0, unit=" %", tip="How sharp its rim is")
    opacity: float = number(
        100.0, "Opacity", 1.0, 100.0, unit=" %", tip="Most that one stroke covers"
    )
    flow: float = number(100.0, "Flow", 1.0, 100.0, unit=" %", tip="What each dab adds")
    spacing: float = number(
        10.0, "Spacing", 2.0, 200.0, unit=" %", tip="Distance of two dabs, of the size"
    )
    smoothing: float = number(
        20.0, "Smoothing", 0.0, 100.0, unit=" %", tip="How far the line lags behind the hand"
    )
    tip: str = choice("round", "Tip", TIPS, "What one dab looks like")
    pressure_size: bool = switch(True, "Pressure sets the size", "For pens")
    pressure_opacity: bool = switch(False, "Pressure sets the opacity", "For pens")
    pressure_curve: float = number(
        0.0,
        "Pressure curve",
        -MOST_BENT,
        MOST_BENT,
        tip="Below 0 a light hand does more, above 0 less; drag the curve as you like it",
        drawn=True,
    )


COMBINE = {"replace": "New", "add": "Add", "subtract": "Subtract", "intersect": "Intersect"}
COMBINE_TIP = "What a new selection does to the old one: Shift adds, Alt subtracts, both intersect"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeOptions:
    """How areas are selected by their outline."""

    shape: str = choice("rectangle", "Shape", {"rectangle": "Rectangle", "ellipse": "Ellipse"})
    combine: str = choice("replace", "Selection", COMBINE, COMBINE_TIP)
    feather: float = number(0.0, "Feather", 0.0, 200.0, unit=" px", tip="How soft the rim is")


@dataclass(frozen=True, slots=True, kw_only=True)
class LassoOptions:
    """How areas are selected by a line around them."""

    polygon: bool = switch(False, "Straight sides", "Click each corner; Enter closes the shape")
    combine: str = choice("replace", "Selection", COMBINE, COMBINE_TIP)
    feather: float = number(0.0, "Feather", 0.0, 200.0, unit=" px", tip="How soft the rim is")


@dataclass(frozen=True, slots=True, kw_only=True)
class WandOptions:
    """How areas are selected by their colour."""

    tolerance: float = number(
        24.0, "Tolerance", 0.0, 255.0, tip="How far a colour may differ in any channel"
    )
    contiguous: bool = switch(True, "Connected pixels only")
    merged: bool = switch(True, "Look at all layers")
    combine: str = choice("replace", "Selection", COMBINE, COMBINE_TIP)
    feather: float = number(0.0, "Feather", 0.0, 200.0, unit=" px", tip="How soft the rim is")


@dataclass(frozen=True, slots=True, kw_only=True)
class FillOptions:
    """How areas are filled with the colour."""

    gradient: bool = switch(False, "Gradient", "Drag from the colour to the second one")
    radial: bool = switch(False, "Radial gradient")
    tolerance: float = number(
        24.0, "Tolerance", 0.0, 255.0, tip="How far a colour may differ in any channel"
    )
    contiguous: bool = switch(True, "Connected pixels only")
    merged: bool = switch(True, "Look at all layers")
    opacity: float = number(100.0, "Opacity", 1.0, 100.0, unit=" %")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickOptions:
    """Which colour the eyedropper takes."""

    merged: bool = switch(True, "Look at all layers")
    radius: float = number(0.0, "Average over", 0.0, 16.0, unit=" px", tip="Radius around it")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameOptions:
    """How the frame is moved and resized."""

    snap: bool = switch(True, "Snap to the grid and to edges", "Alt turns it round for one drag")
    shape: str = choice(
        "free",
        "Shape",
        {"free": "Any", "kept": "As it is now"}
        | {name: name.replace(":", " : ") for name, _width, _height in ASPECTS},
        "Proportions that the frame takes on and keeps",
    )


Options = (
    BrushOptions
    | ShapeOptions
    | LassoOptions
    | WandOptions
    | FillOptions
    | PickOptions
    | FrameOptions
)
