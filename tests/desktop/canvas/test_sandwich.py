"""While one layer is painted, what is drawn of three images looks as all layers do."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from desktop.canvas import sandwich
from desktop.canvas.sandwich import Sandwich
from desktop.canvas.stack import stacked_image
from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster

FRAME = Rect(0, 0, 64, 64)
TILE_AREA = Rect(256, 0, 256, 256)
PART = Rect(300, 20, 90, 110)
SEEDS = st.integers(0, 2**32 - 1)
ROUNDING = 2
"""Levels that laying what is above over nothing first may cost for each layer of it."""


def raster(seed: int) -> Raster:
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (200, 240, 4), dtype=np.uint8)
    pixels[..., 3] = np.clip(pixels[..., 3].astype(int) * 3 - 256, 0, 255)
    return Raster.from_array(pixels, 200, 10)


def parts(image: QImage) -> np.ndarray:
    lines = np.frombuffer(image.constBits(), np.uint8)
    return lines.reshape(image.height(), image.width(), 4).astype(int)


def stack(seed: int, count: int = 5) -> tuple[Layer, ...]:
    opacities = (1.0, 0.7, 1.0, 0.4, 0.9)
    return tuple(Layer(n, str(n), raster(seed + n), opacity=opacities[n]) for n in range(count))


def painted(layers: tuple[Layer, ...], place: int, seed: int) -> tuple[Layer, ...]:
    """The same layers with other pixels in one of them."""
    changed = replace(layers[place], raster=raster(seed))
    return (*layers[:place], changed, *layers[place + 1 :])


def apart(draw: Sandwich, layers: tuple[Layer, ...], rect: Rect = PART) -> int:
    """Levels by which it is off from all layers laid one after the other."""
    picture = Picture(FRAME, layers)
    return int(np.abs(parts(draw(picture, rect)) - parts(stacked_image(picture, rect))).max())


@settings(max_examples=20)
@given(seed=SEEDS, place=st.integers(0, 4), rects=st.lists(st.sampled_from([PART, TILE_AREA])))
def test_a_layer_that_is_painted_looks_as_all_layers_together(
    seed: int, place: int, rects: list[Rect]
) -> None:
    draw, layers = Sandwich(), stack(seed)
    for number, rect in enumerate([PART, *rects, PART, PART]):
        assert apart(draw, layers, rect) <= ROUNDING * (4 - place)
        layers = painted(layers, place, seed + 10 + number)


@pytest.mark.parametrize("mode", [BlendMode.MULTIPLY, BlendMode.HUE])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_layers_that_mix_otherwise_look_as_ever_above_and_below(
    mode: BlendMode, place: int
) -> None:
    draw, layers = Sandwich(), stack(1)
    layers = (*layers[:2], replace(layers[2], mode=mode), *layers[3:])
    for number in range(4):
        assert apart(draw, layers) <= ROUNDING * 3
        layers = painted(layers, place, 50 + number)


def test_another_layer_below_or_above_is_noticed() -> None:
    draw, layers = Sandwich(), stack(3)
    for number in range(3):
        apart(draw, layers)
        layers = painted(layers, 2, 20 + number)
    for other in (0, 4, 2, 1):
        layers = painted(layers, other, 30 + other)
        assert apart(draw, layers) <= ROUNDING * 4
    hidden = (*layers[:3], replace(layers[3], visible=False), layers[4])
    assert apart(draw, hidden) <= ROUNDING * 4
    assert apart(draw, tuple(reversed(layers))) <= ROUNDING * 4


def test_slices_of_other_layers_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandwich, "_only_change", lambda _before, _after: 2)
    draw, layers = Sandwich(), stack(3)
    for number in range(3):
        apart(draw, layers)
        layers = painted(layers, 2, 20 + number)
    assert apart(draw, painted(layers, 0, 99)) > 50


def test_a_mask_is_seen_while_it_is_painted() -> None:
    draw, layers = Sandwich(), stack(4)
    for value in (10, 90, 170, 250):
        shown = replace(layers[2], mask=Channel.of_rect(Rect(310, 30, 60, 60), value))
        layers = (*layers[:2], shown, *layers[3:])
        assert apart(draw, layers) <= ROUNDING * 2


def test_many_layers_cost_a_step_no_more_than_few(monkeypatch: pytest.MonkeyPatch) -> None:
    draw, layers = Sandwich(), tuple(Layer(n, str(n), raster(n), opacity=0.5) for n in range(30))
    for number in range(3):
        draw(Picture(FRAME, layers), PART)
        layers = painted(layers, 15, 60 + number)
    laid = list[int]()
    real = sandwich.lay_all
    monkeypatch.setattr(
        sandwich, "lay_all", lambda *given: (laid.append(len(given[1])), real(*given))
    )
    draw(Picture(FRAME, layers), PART)
    assert laid == [1]


def test_no_more_is_kept_than_a_brush_needs() -> None:
    draw = Sandwich()
    wide = Raster.empty().filled((9, 9, 9, 255), Rect(0, 0, 256 * 60, 256))
    layers = (Layer(0, "a", wide), Layer(1, "b", wide))
    for number in range(3):
        for column in range(60):
            draw(Picture(FRAME, layers), Rect(256 * column, 0, 20, 20))
        layers = painted(layers, 1, number)
    assert 0 < draw.kept <= sandwich.MOST_TILES
