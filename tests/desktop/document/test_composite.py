"""Compositing: golden values, truth by exact fractions, and opaque pixels untouched."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document import composite as module
from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import alpha_in, composite
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster

FRAME = Rect(0, 0, 1, 1)
Colour = tuple[int, int, int, int]


def stacked(*layers: tuple[Colour, float]) -> Colour:
    """Composite one-pixel layers, the lowest first, each a colour and an opacity."""
    made = tuple(
        Layer(number, "", Raster.from_array(np.array([[colour]], np.uint8), 0, 0), opacity=opacity)
        for number, (colour, opacity) in enumerate(layers)
    )
    r, g, b, a = composite(Picture(FRAME, made), FRAME)[0, 0].tolist()
    return r, g, b, a


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], (0, 0, 0, 0)),
        ([((10, 20, 30, 77), 1.0)], (10, 20, 30, 77)),
        ([((10, 20, 30, 77), 0.0)], (0, 0, 0, 0)),
        ([((10, 20, 30, 255), 0.5)], (10, 20, 30, 128)),
        ([((0, 0, 0, 255), 1.0), ((255, 255, 255, 255), 0.5)], (128, 128, 128, 255)),
        ([((0, 0, 0, 255), 1.0), ((255, 0, 0, 51), 1.0)], (51, 0, 0, 255)),
        ([((255, 0, 0, 128), 1.0), ((0, 0, 255, 128), 1.0)], (85, 0, 170, 192)),
        ([((9, 8, 7, 255), 1.0), ((1, 2, 3, 255), 1.0)], (1, 2, 3, 255)),
        ([((9, 8, 7, 255), 1.0), ((1, 2, 3, 0), 1.0)], (9, 8, 7, 255)),
    ],
)
def test_stacked_layers_have_the_golden_value(
    layers: list[tuple[Colour, float]], expected: Colour
) -> None:
    assert stacked(*layers) == expected


CHANNEL = st.integers(0, 255)
LAYERS = st.lists(
    st.tuples(st.tuples(CHANNEL, CHANNEL, CHANNEL, CHANNEL), st.integers(0, 100)), max_size=5
)


def truth(layers: list[tuple[Colour, int]]) -> list[Fraction]:
    """Porter and Duff's "over" in exact fractions: straight colour and alpha, 0..255."""
    colour, alpha = [Fraction(0)] * 3, Fraction(0)
    for pixel, percent in layers:
        upper = Fraction(pixel[3] * percent, 25500)
        colour = [
            upper * c + (1 - upper) * below for c, below in zip(pixel[:3], colour, strict=True)
        ]
        alpha = upper + (1 - upper) * alpha
    if alpha * 255 < Fraction(1, 2):
        return [Fraction(0)] * 4
    return [*(c / alpha for c in colour), alpha * 255]


@given(LAYERS)
def test_any_stack_is_within_rounding_of_the_exact_value(layers: list[tuple[Colour, int]]) -> None:
    made = stacked(*((colour, percent / 100) for colour, percent in layers))
    slack = Fraction(501, 1000)
    errors = [abs(got - want) for got, want in zip(made, truth(layers), strict=True)]
    assert max(errors) <= slack, (made, [float(want) for want in truth(layers)])


def test_hidden_layers_are_left_out() -> None:
    raster = Raster.from_array(np.full((1, 1, 3), 9, np.uint8), 0, 0)
    hidden, seen = (Picture(FRAME, (Layer(1, "", raster, visible=v),)) for v in (False, True))
    assert not composite(hidden, FRAME).any()
    assert composite(seen, FRAME).any()


def test_a_large_opaque_layer_comes_out_bit_for_bit_whatever_lies_below() -> None:
    generator = np.random.default_rng(3)
    below, above = generator.integers(0, 256, (2, 600, 700, 3), dtype=np.uint8)
    layers = [Layer(i, "", Raster.from_array(p, -50, 20)) for i, p in enumerate((below, above))]
    made = composite(Picture(FRAME, tuple(layers)), Rect(-50, 20, 700, 600))
    assert np.array_equal(made[..., :3], above)
    assert made[..., 3].min() == 255


def test_a_part_is_the_part_of_the_whole() -> None:
    generator = np.random.default_rng(4)
    layers = tuple(
        Layer(i, "", Raster.from_array(pixels, 90 * i, 40 * i), opacity=0.7)
        for i, pixels in enumerate(generator.integers(0, 256, (3, 500, 400, 4), dtype=np.uint8))
    )
    picture = Picture(FRAME, layers)
    whole, part = (
        composite(picture, Rect(-10, -10, 700, 700)),
        composite(picture, Rect(100, 150, 333, 400)),
    )
    assert np.array_equal(whole[160:560, 110:443], part)


def sheet(seed: int) -> Raster:
    """Noise of every alpha, a third of it empty and a third opaque, over the corner of tiles."""
    pixels = np.random.default_rng(seed).integers(0, 256, (90, 80, 4), dtype=np.uint8)
    pixels[..., 3] = np.clip(pixels[..., 3].astype(int) * 3 - 256, 0, 255)
    return Raster.from_array(pixels, 220, 200)


@st.composite
def stacks(draw: st.DrawFn, depth: int = 2) -> tuple[Layer, ...]:
    """Layers of every mode, masks and groups."""
    made: list[Layer] = []
    for number in range(draw(st.integers(0, 3))):
        opacity = draw(st.sampled_from([0.0, 0.31, 0.85, 1.0]))
        mode, mask = draw(st.sampled_from(list(BlendMode))), None
        if draw(st.booleans()):
            mask = Channel.of_rect(Rect(230, 210, 40, 60), draw(st.integers(1, 255)))
        layer = Layer(number, "", sheet(draw(st.integers(0, 99))), opacity=opacity, mask=mask)
        if depth and draw(st.booleans()):
            inner, isolated = draw(stacks(depth - 1)), draw(st.booleans())
            layer = replace(layer, raster=Raster.empty(), children=inner, isolated=isolated)
        made.append(replace(layer, mode=mode, visible=draw(st.integers(0, 4)) > 0))
    return tuple(made)


@given(stacks())
def test_alpha_alone_is_the_alpha_of_the_whole(layers: tuple[Layer, ...]) -> None:
    picture, area = Picture(FRAME, layers), Rect(210, 190, 110, 120)
    assert np.array_equal(alpha_in(picture, area), composite(picture, area)[..., 3])


@given(stacks(), st.sampled_from([1, 90, 255]))
def test_alpha_that_is_enough_is_never_told_as_less_than_that(
    layers: tuple[Layer, ...], enough: int
) -> None:
    picture, area = Picture(FRAME, layers), Rect(210, 190, 110, 120)
    alpha, exact = alpha_in(picture, area, enough), composite(picture, area)[..., 3]
    assert np.array_equal(np.minimum(alpha, enough), np.minimum(exact, enough))


def test_whether_there_is_alpha_is_known_from_the_first_layer_that_has_it_all_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Raster.empty().filled((1, 2, 3, 255), Rect(0, 0, 256, 256))
    picture = Picture(FRAME, tuple(Layer(n, "", whole, opacity=0.5) for n in range(9)))
    laid, real = list[Layer](), module._lay_alpha  # noqa: SLF001
    monkeypatch.setattr(module, "_lay_alpha", lambda *given: (laid.append(given[1]), real(*given)))
    assert (alpha_in(picture, Rect(0, 0, 64, 64), enough=1.0) > 0).all()
    assert len(laid) == 1


def test_alpha_alone_of_an_opaque_layer_is_full() -> None:
    whole = Raster.empty().filled((1, 2, 3, 255), Rect(0, 0, 512, 512))
    layers = (Layer(1, "", whole), Layer(2, "", sheet(1), opacity=0.5))
    area = Rect(200, 200, 400, 200)
    alpha = alpha_in(Picture(FRAME, layers), area)
    assert np.array_equal(alpha, composite(Picture(FRAME, layers), area)[..., 3])
    assert (alpha[:, :312] == 255).all()
    assert not alpha[:, 312:].any()
