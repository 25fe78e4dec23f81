"""The small blocks that several networks share."""

import math

import pytest
import torch
from torch.nn import functional

from engine.networks.layers import enlarged, timestep_embedding


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_enlarging_is_nearest_neighbour(factor: int) -> None:
    x = torch.randn(2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    nearest = functional.interpolate(x, scale_factor=float(factor), mode="nearest")
    assert torch.equal(enlarged(x, factor), nearest)


def test_the_gradient_of_enlarging_counts_every_copy() -> None:
    x = torch.zeros(1, 1, 2, 2, requires_grad=True)
    enlarged(x, 3).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, torch.full((1, 1, 2, 2), 9.0))


def test_a_timestep_becomes_cosines_then_sines_of_falling_frequencies() -> None:
    row = timestep_embedding(torch.tensor([7]), 4)[0].tolist()
    slow = 7 / math.sqrt(10000)
    expected = [math.cos(7), math.cos(slow), math.sin(7), math.sin(slow)]
    assert row == pytest.approx(expected, abs=1e-6)
