"""Blend modes: golden values worked out by hand from the W3C text, truth by exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.blend import BlendMode, blended
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster

Colour = tuple[float, float, float]

BACKDROP: Colour = (0.8, 0.4, 0.2)
SOURCE: Colour = (0.25, 0.5, 0.75)

# By hand. Lum(backdrop) = 0.3·0.8 + 0.59·0.4 + 0.11·0.2 = 0.498, Sat = 0.6;
# Lum(source) = 0.075 + 0.295 + 0.0825 = 0.4525, Sat = 0.5.
GOLDEN: dict[BlendMode, Colour] = {
    BlendMode.NORMAL: SOURCE,
    BlendMode.MULTIPLY: (0.2, 0.2, 0.15),
    BlendMode.SCREEN: (0.85, 0.7, 0.8),
    BlendMode.OVERLAY: (0.7, 0.4, 0.3),
    BlendMode.DARKEN: (0.25, 0.4, 0.2),
    BlendMode.LIGHTEN: (0.8, 0.5, 0.75),
    BlendMode.COLOR_DODGE: (1.0, 0.8, 0.8),
    BlendMode.COLOR_BURN: (0.2, 0.0, 0.0),
    BlendMode.HARD_LIGHT: (0.4, 0.4, 0.6),
    # cs <= 1/2: cb - (1 - 2cs)·cb·(1 - cb) = 0.8 - 0.5·0.8·0.2; then 0.4; then, cb <= 1/4,
    # D = ((16·0.2 - 12)·0.2 + 4)·0.2 = 0.448 and 0.2 + 0.5·(0.448 - 0.2).
    BlendMode.SOFT_LIGHT: (0.72, 0.4, 0.324),
    BlendMode.DIFFERENCE: (0.55, 0.1, 0.55),
    BlendMode.EXCLUSION: (0.65, 0.5, 0.65),
    # SetSat(source, 0.6) = (0, 0.3, 0.6), Lum 0.243, raised by 0.255.
    BlendMode.HUE: (0.255, 0.555, 0.855),
    # SetSat(backdrop, 0.5) = (0.5, 1/6, 0), Lum 0.15 + 0.59/6, raised by 0.348 - 0.59/6.
    BlendMode.SATURATION: (0.848 - 0.59 / 6, 0.348 + 0.41 / 6, 0.348 - 0.59 / 6),
    BlendMode.COLOR: (0.2955, 0.5455, 0.7955),
    BlendMode.LUMINOSITY: (0.7545, 0.3545, 0.1545),
}


def planes(colour: Colour) -> np.ndarray:
    """One pixel as (3, 1, 1)."""
    return np.array(colour, np.float32).reshape(3, 1, 1)


@pytest.mark.parametrize("mode", GOLDEN, ids=lambda mode: mode.value)
def test_a_mode_gives_the_value_worked_out_by_hand(mode: BlendMode) -> None:
    made = blended(mode, planes(BACKDROP), planes(SOURCE)).ravel()
    assert made == pytest.approx(GOLDEN[mode], abs=2e-6)


@pytest.mark.parametrize(
    ("mode", "backdrop", "source", "expected"),
    [
        (BlendMode.COLOR_DODGE, 0.0, 1.0, 0.0),
        (BlendMode.COLOR_DODGE, 0.1, 1.0, 1.0),
        (BlendMode.COLOR_BURN, 1.0, 0.0, 1.0),
        (BlendMode.COLOR_BURN, 0.9, 0.0, 0.0),
        (BlendMode.SOFT_LIGHT, 0.25, 1.0, 0.5),
        (BlendMode.OVERLAY, 0.5, 0.5, 0.5),
        (BlendMode.HARD_LIGHT, 0.5, 0.5, 0.5),
    ],
)
def test_the_corners_of_a_mode_are_those_of_the_text(
    mode: BlendMode, backdrop: float, source: float, expected: float
) -> None:
    made = blended(mode, planes((backdrop,) * 3), planes((source,) * 3))
    assert made[0, 0, 0] == pytest.approx(expected, abs=1e-6)


# ClipColor: yellow at the luminosity of dark blue (0.11) sinks to (0.11, 0.11, 0)/0.89…
def test_a_colour_that_leaves_the_cube_is_drawn_back_to_its_luminosity() -> None:
    blue, yellow = planes((0.0, 0.0, 1.0)), planes((1.0, 1.0, 0.0))
    down = blended(BlendMode.COLOR, blue, yellow).ravel()  # Lum 0.11; moved (0.22, 0.22, -0.78)
    assert down == pytest.approx((0.11 + 0.11 * 0.11 / 0.89,) * 2 + (0.0,), abs=1e-6)
    up = blended(BlendMode.COLOR, yellow, blue).ravel()  # Lum 0.89; moved (0.78, 0.78, 1.78)
    assert up == pytest.approx((0.89 - 0.11 * 0.11 / 0.89,) * 2 + (1.0,), abs=1e-6)


UNIT = st.integers(0, 255).map(lambda value: value / 255)
COLOURS = st.tuples(UNIT, UNIT, UNIT)


@given(st.sampled_from(list(GOLDEN)), COLOURS, COLOURS)
def test_every_mode_stays_within_the_cube(
    mode: BlendMode, backdrop: Colour, source: Colour
) -> None:
    made = blended(mode, planes(backdrop), planes(source))
    assert made.min() >= -1e-5
    assert made.max() <= 1 + 1e-5


SEPARABLE = {
    BlendMode.MULTIPLY: lambda b, s: b * s,
    BlendMode.SCREEN: lambda b, s: b + s - b * s,
    BlendMode.DARKEN: min,
    BlendMode.LIGHTEN: max,
    BlendMode.DIFFERENCE: lambda b, s: abs(b - s),
    BlendMode.EXCLUSION: lambda b, s: b + s - 2 * b * s,
}
BYTE = st.integers(0, 255)


@given(st.sampled_from(sorted(SEPARABLE, key=str)), BYTE, BYTE, BYTE, BYTE, st.integers(1, 100))
def test_a_blended_layer_is_within_rounding_of_the_exact_formula(
    mode: BlendMode, below: int, below_alpha: int, above: int, above_alpha: int, percent: int
) -> None:
    """The general formula: co = cs·αs·(1 - αb) + cb·αb·(1 - αs) + αs·αb·B(cb, cs)."""
    lower = Raster.from_array(np.array([[[below] * 3 + [below_alpha]]], np.uint8), 0, 0)
    upper = Raster.from_array(np.array([[[above] * 3 + [above_alpha]]], np.uint8), 0, 0)
    layers = (Layer(1, "", lower), Layer(2, "", upper, opacity=percent / 100, mode=mode))
    made = composite(Picture(Rect(0, 0, 1, 1), layers), Rect(0, 0, 1, 1))[0, 0]
    cb, ab = Fraction(below if below_alpha else 0, 255), Fraction(below_alpha, 255)
    cs, share = Fraction(above, 255), Fraction(above_alpha * percent, 25500)
    mixed = share * ab * SEPARABLE[mode](cb, cs)
    colour = cs * share * (1 - ab) + cb * ab * (1 - share) + mixed
    alpha = share + ab - share * ab
    assert abs(int(made[3]) - alpha * 255) <= Fraction(501, 1000)
    if made[3] > 0:
        assert abs(int(made[0]) - 255 * colour / alpha) <= Fraction(51, 100)


def test_there_are_at_least_sixteen_modes_and_each_has_a_title_of_its_own() -> None:
    assert len({mode.title for mode in BlendMode}) == len(BlendMode) >= 16


@given(BYTE, BYTE, BYTE, BYTE)
def test_plus_adds_what_is_premultiplied_and_stops_at_all(
    below: int, below_alpha: int, above: int, above_alpha: int
) -> None:
    layers = tuple(
        Layer(n, "", Raster.from_array(np.array([[[c] * 3 + [a]]], np.uint8), 0, 0), mode=mode)
        for n, (c, a, mode) in enumerate(
            ((below, below_alpha, BlendMode.NORMAL), (above, above_alpha, BlendMode.PLUS))
        )
    )
    made = composite(Picture(Rect(0, 0, 1, 1), layers), Rect(0, 0, 1, 1))[0, 0]
    alpha = min(255, below_alpha + above_alpha)
    colour = min(Fraction(255), Fraction(below * below_alpha + above * above_alpha, 255))
    assert made[3] == alpha
    if alpha:
        assert abs(int(made[0]) - min(255, 255 * colour / alpha)) <= Fraction(51, 100)


def test_every_mode_but_plus_has_a_golden_value() -> None:
    assert set(BlendMode) - set(GOLDEN) == {BlendMode.PLUS}
