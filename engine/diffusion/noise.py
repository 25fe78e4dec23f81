"""The noise of a run: one generator per picture, so that each can be made again alone."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor


class NoiseSource(Protocol):
    """Standard normal noise for a batch of B pictures."""

    def draw(self, shape_per_image: tuple[int, ...]) -> Tensor:
        """Return the next noise, (B, *shape_per_image); every call moves the source on."""
        ...


class SeededNoise:
    """One CPU generator per picture, seeded with that picture's seed.

    A picture's noise is the same alone and in any batch, and on any device, because it is always
    drawn in float32 on the CPU and then moved. The same object serves prior and decoder, in this
    order, so that one seed names one picture.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Seeds, one per picture, are 0..2**63-1; `device` and `dtype` are those of the result."""
        self._generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        self._device = device
        self._dtype = dtype

    def draw(self, shape_per_image: tuple[int, ...]) -> Tensor:
        """Return the next noise, (B, *shape_per_image), each row from its own generator."""
        rows = [
            torch.randn(shape_per_image, generator=generator, dtype=torch.float32)
            for generator in self._generators
        ]
        return torch.stack(rows).to(self._device, self._dtype)
