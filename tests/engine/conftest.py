"""Random weights for oracle comparisons, and the published names and shapes."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.tiny import write_tiny

KEYS = Path(__file__).parents[1] / "data" / "keys"

Randomise = Callable[[nn.Module, int], None]
Distance = Callable[[Tensor, Tensor], float]
PublishedKeys = Callable[[str], dict[str, tuple[int, ...]]]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny family's weights."""
    return write_tiny(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def randomise() -> Randomise:
    """Fill every parameter, so that no zero or one left by a constructor hides a difference.

    Matrices keep the size of what passes through them, scales lie around one, shifts around zero.
    """

    def fill(module: nn.Module, seed: int = 0) -> None:
        source = torch.Generator().manual_seed(seed)
        for name, parameter in module.named_parameters():
            noise = torch.randn(parameter.shape, generator=source, dtype=torch.float64)
            scale = (parameter.ndim == 1 and name.endswith("weight")) or name.endswith("clip_std")
            fan_in = parameter[0].numel() if parameter.ndim > 1 and not scale else 25
            value = noise * max(fan_in, 1) ** -0.5 + (1 if scale else 0)
            parameter.data.copy_(value)

    return fill


@pytest.fixture(scope="session")
def distance() -> Distance:
    """Largest difference of two tensors over the largest value of the second."""

    def measure(ours: Tensor, theirs: Tensor) -> float:
        assert ours.shape == theirs.shape
        assert theirs.abs().max() > 0.01, "the reference says nothing"
        return float((ours - theirs).abs().max() / theirs.abs().max())

    return measure


@pytest.fixture(scope="session")
def published_keys() -> PublishedKeys:
    """Name -> shape of every tensor in a published checkpoint, such as "kandinsky22.prior"."""

    def read(name: str) -> dict[str, tuple[int, ...]]:
        lines = gzip.decompress((KEYS / f"{name}.txt.gz").read_bytes()).decode().splitlines()
        pairs = (line.split(" ") for line in lines)
        return {key: tuple(int(side) for side in shape.split("x")) for key, shape in pairs}

    return read
