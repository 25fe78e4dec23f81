"""Enlarging in tiles: no seam, any factor, alpha kept."""

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from torch import Tensor
from torch.nn import functional

from engine import upscaling
from engine.errors import InvalidRequest, NotFinite
from engine.events import Step
from engine.networks.compact import Compact
from engine.requests import Pixels
from engine.specs import CompactSpec
from engine.upscaling import Upscaler, enlarged
from engine.weights.reading import Target

Result = TypeVar("Result")


def finish(steps: Generator[Step, None, Result]) -> tuple[Result, list[tuple[int, int]]]:
    """What a generator returns, and (index, total) of its steps."""
    seen: list[tuple[int, int]] = []
    while True:
        try:
            step = next(steps)
            seen.append((step.index, step.total))
        except StopIteration as stop:
            return stop.value, seen


def picture(height: int, width: int, channels: int = 3) -> Pixels:
    """Noise, in which every seam would show."""
    chance = np.random.default_rng(4)
    return chance.integers(0, 256, (height, width, channels), dtype=np.uint8)


def compact(scale: int, convolutions: int = 8, side: int = upscaling.TILE) -> Upscaler:
    """A random network that changes every pixel of a nearest enlargement."""
    network = Compact(CompactSpec(features=8, convolutions=convolutions, scale=scale))
    source = torch.Generator().manual_seed(2)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=source) * 0.15
    return Upscaler(network.requires_grad_(False).eval(), scale, Target(), side)


@pytest.mark.parametrize(("scale", "factor"), [(4, 4), (2, 2), (4, 2), (2, 4)])
def test_tiles_leave_no_trace_when_they_overlap_by_what_the_network_sees(
    scale: int, factor: int
) -> None:
    """`scale` asked for, `factor` the network's own: applied twice, or reduced, in tiles too."""
    pixels = picture(150, 190)
    whole, (one,) = finish(enlarged(pixels, scale, compact(factor)))
    tiled, steps = finish(enlarged(pixels, scale, compact(factor, side=90)))
    assert one == (1, 1)
    assert steps == [(index, 12) for index in range(1, 13)]
    assert whole.shape == tiled.shape == (150 * scale, 190 * scale, 3)
    assert whole.std() > 20
    assert np.array_equal(tiled, whole)


def test_a_network_that_sees_farther_leaves_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with an overlap far too small; without any fading the seam is several times it."""
    pixels, wide = picture(120, 120), compact(2, convolutions=12, side=50)
    whole, _ = finish(enlarged(pixels, 2, compact(2, convolutions=12)))
    monkeypatch.setattr(upscaling, "OVERLAP", 16)
    faded, _ = finish(enlarged(pixels, 2, wide))
    monkeypatch.setattr(upscaling, "OVERLAP", 0)
    cut, _ = finish(enlarged(pixels, 2, wide))
    error, worst = (np.abs(result.astype(int) - whole).mean() for result in (faded, cut))
    assert 0 < error < worst / 3


def test_a_picture_keeps_its_alpha_and_its_edges_their_colour() -> None:
    def nearest(rgb: Tensor) -> Tensor:
        return functional.interpolate(rgb, scale_factor=4, mode="bicubic")

    pixels = np.full((20, 24, 4), 200, np.uint8)
    pixels[..., 3] = 255
    pixels[:, 12:] = 0
    result, _ = finish(enlarged(pixels, 4, Upscaler(nearest, 4, Target())))
    lanczos = PillowImage.fromarray(pixels[..., 3]).resize((96, 80), PillowImage.Resampling.LANCZOS)
    assert np.array_equal(result[..., 3], lanczos)
    assert (np.abs(result[result[..., 3] > 0][:, :3].astype(int) - 200) <= 1).all()


def test_a_factor_in_between_is_the_mean_over_areas() -> None:
    def thrice(rgb: Tensor) -> Tensor:
        return functional.interpolate(rgb, scale_factor=3, mode="nearest")

    pixels = picture(6, 5)
    result, _ = finish(enlarged(pixels, 2, Upscaler(thrice, 3, Target())))
    corners = np.repeat(np.repeat(pixels, 3, 0), 3, 1)
    assert result.shape == (12, 10, 3)
    assert np.array_equal(result[::2, ::2], corners[::3, ::3])


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (257, 3)])
def test_the_smallest_pictures_are_enlarged_too(size: tuple[int, int]) -> None:
    result, _ = finish(enlarged(picture(*size), 4, compact(4)))
    assert result.shape == (4 * size[0], 4 * size[1], 3)


def test_numbers_out_of_range_are_told_and_not_painted() -> None:
    with pytest.raises(NotFinite, match="went out of range"):
        finish(enlarged(picture(9, 9), 4, Upscaler(lambda rgb: rgb * torch.nan, 4, Target())))


def test_what_overflows_before_the_last_of_two_passes_is_told_too() -> None:
    """Between them values are clamped, which makes white of an infinity."""
    calls: list[int] = []

    def overflowing(rgb: Tensor) -> Tensor:
        calls.append(rgb.shape[2])
        twice = functional.interpolate(rgb, scale_factor=2, mode="nearest")
        return twice / 0 if len(calls) == 1 else twice

    with pytest.raises(NotFinite, match="went out of range"):
        finish(enlarged(picture(9, 9), 4, Upscaler(overflowing, 2, Target())))
    assert calls == [9]


def test_what_cannot_be_held_is_refused_before_anything_is_computed() -> None:
    endless = np.broadcast_to(np.zeros(3, np.uint8), (16384, 16384, 3))
    with pytest.raises(InvalidRequest, match="65536 × 65536 pixels"):
        next(enlarged(endless, 4, compact(4)))
