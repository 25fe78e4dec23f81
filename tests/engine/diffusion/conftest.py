"""Schedules of the published models and small ways to run a sampler to its end."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource, SeededNoise
from engine.specs import Betas, Prediction, ScheduleSpec, Spacing


@pytest.fixture(scope="session")
def kandinsky() -> ScheduleSpec:
    """The Kandinsky 2.2 decoder, without its clip."""
    return ScheduleSpec(
        betas=Betas.LINEAR,
        prediction=Prediction.NOISE,
        spacing=Spacing.LEADING,
        clip=None,
        offset=1,
    )


@pytest.fixture(scope="session")
def unclip(kandinsky: ScheduleSpec) -> ScheduleSpec:
    """A prior: cosine noise, clean prediction; here without its clip."""
    return replace(
        kandinsky,
        betas=Betas.COSINE,
        prediction=Prediction.CLEAN,
        spacing=Spacing.ROUNDED,
        offset=0,
    )


@pytest.fixture
def noise_of_two() -> NoiseSource:
    """Noise for a batch of two pictures."""
    return SeededNoise([11, 12])


@pytest.fixture
def start() -> Tensor:
    """Pure noise for a batch of two pictures, (2, 3, 8, 8)."""
    return torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(5))
