"""What the screen shows is what is exported, within a few levels; the exact way is the rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from desktop.canvas import stack
from desktop.canvas.pixmaps import image_from_pixels
from desktop.canvas.stack import MODES, stacked_image
from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster

FRAME = Rect(0, 0, 64, 64)
AREA = Rect(-20, -10, 330, 300)
"""Over the corners of four tiles."""

PER_LAYER = 3
"""Levels that rounding may cost for each layer laid over another."""

SEEDS = st.integers(0, 2**32 - 1)


def raster(seed: int, opaque: bool = False) -> Raster:
    """Noise, a third of it empty and a third opaque, where the tiles meet."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (200, 220, 4), dtype=np.uint8)
    alpha = pixels[..., 3].astype(int) * 3 - 256
    pixels[..., 3] = 255 if opaque else np.clip(alpha, 0, 255)
    return Raster.from_array(pixels, 100, 90)


def mask(seed: int, default: int) -> Channel:
    generator = np.random.default_rng(seed)
    values = generator.integers(0, 256, (150, 150), dtype=np.uint8)
    return Channel.from_array(values, 130, 120, default)


def parts(image: QImage) -> np.ndarray:
    """Premultiplied bytes, as whole numbers that can be subtracted."""
    lines = np.frombuffer(image.constBits(), np.uint8)
    return lines.reshape(image.height(), image.width(), 4).astype(int)


def apart(picture: Picture, rect: Rect = AREA) -> int:
    """Levels by which the screen is off at most, premultiplied."""
    exact = image_from_pixels(composite(picture, rect))
    return int(np.abs(parts(stacked_image(picture, rect)) - parts(exact)).max())


@st.composite
def layers(draw: st.DrawFn, depth: int = 1) -> tuple[Layer, ...]:
    made: list[Layer] = []
    for _ in range(draw(st.integers(1, 3))):
        layer = Layer(
            draw(SEEDS),
            "layer",
            raster(draw(SEEDS), draw(st.booleans())).translated(*draw(st.sampled_from(MOVES))),
            visible=draw(st.integers(0, 5)) > 0,
            opacity=draw(st.sampled_from([0.0, 0.3, 0.85, 1.0, 1.0])),
            mask=draw(st.sampled_from([None, mask(1, 0), mask(2, 255)])),
        )
        made.append(layer)
    if depth:
        opacity, isolated = draw(st.sampled_from([0.5, 1.0])), draw(st.booleans())
        shape = draw(st.sampled_from([None, mask(3, 255)]))
        children = draw(layers(depth - 1))
        made.append(
            Layer(
                draw(SEEDS),
                "group",
                Raster.empty(),
                opacity=opacity,
                isolated=isolated,
                mask=shape,
                children=children,
            )
        )
    return tuple(made)


MOVES = [(0, 0), (17, -40), (-256, 3)]


@settings(max_examples=25)
@given(stack=layers())
def test_any_stack_of_layers_groups_and_masks_looks_as_it_is_exported(
    stack: tuple[Layer, ...],
) -> None:
    assert apart(Picture(FRAME, stack)) <= PER_LAYER * 3


@pytest.mark.parametrize("mode", list(BlendMode))
def test_every_blend_mode_looks_as_it_is_exported(mode: BlendMode) -> None:
    below, above = Layer(1, "a", raster(1)), Layer(2, "b", raster(2), opacity=0.8, mode=mode)
    assert apart(Picture(FRAME, (below, above))) <= 2 * PER_LAYER


@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.HUE])
def test_a_lone_opaque_layer_is_shown_bit_for_bit(mode: BlendMode) -> None:
    picture = Picture(FRAME, (Layer(1, "a", raster(3, opaque=True), mode=mode),))
    assert apart(picture) == 0


def test_a_wrong_mode_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = MODES | {BlendMode.SCREEN: MODES[BlendMode.MULTIPLY]}
    monkeypatch.setattr(stack, "MODES", wrong)
    below, above = Layer(1, "a", raster(1)), Layer(2, "b", raster(2), mode=BlendMode.SCREEN)
    assert apart(Picture(FRAME, (below, above))) > 50
