"""Guidance steers the mean and leaves the variance alone."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.guidance import guided

CONDITIONING = torch.tensor([[1.0], [2.0], [10.0], [20.0]])
"""Two pictures: unconditional rows, then conditional rows."""


def network(x: Tensor, t: int) -> Tensor:
    """Mean and variance channels that say which row answered."""
    row = CONDITIONING[-len(x) :]
    return torch.cat([x + row * t, -row.expand_as(x)], dim=1)


def test_guidance_extrapolates_from_unconditional_to_conditional() -> None:
    answer = guided(network, 4.0)(torch.zeros(2, 3), 1)
    assert torch.equal(answer[:, 0], torch.tensor([1.0 + 4.0 * 9.0, 2.0 + 4.0 * 18.0]))


def test_learned_variance_is_that_of_the_conditional_half() -> None:
    answer = guided(network, 4.0)(torch.zeros(2, 3), 1)
    assert torch.equal(answer[:, 3:], torch.tensor([[-10.0] * 3, [-20.0] * 3]))


def test_scale_zero_gives_the_unconditional_answer() -> None:
    answer = guided(network, 0.0)(torch.zeros(2, 3), 1)
    assert torch.equal(answer[:, :3], torch.tensor([[1.0] * 3, [2.0] * 3]))


@pytest.mark.parametrize(("scale", "rows"), [(1.0, 2), (4.0, 4)])
def test_scale_one_asks_the_conditional_half_alone(scale: float, rows: int) -> None:
    asked: list[int] = []

    def counting(x: Tensor, t: int) -> Tensor:
        asked.append(len(x))
        return network(x, t)

    guided(counting, scale)(torch.zeros(2, 3), 1)
    assert asked == [rows]


def test_scale_one_is_the_limit_of_guidance() -> None:
    x = torch.randn(2, 3, generator=torch.Generator().manual_seed(0))
    near = guided(network, 1.0 + 1e-7)(x, 3)
    assert torch.allclose(guided(network, 1.0)(x, 3), near, rtol=1e-5)


def test_half_precision_answers_are_combined_in_single_precision() -> None:
    def half(x: Tensor, t: int) -> Tensor:
        return network(x, t).half()

    x = torch.full((2, 3), 0.5)
    answer = guided(half, 7.3)(x, 1)
    assert answer.dtype == torch.float32
    assert torch.equal(answer, guided(lambda x, t: network(x, t).half().float(), 7.3)(x, 1))


def test_a_network_that_answers_for_the_wrong_number_of_rows_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        guided(lambda x, t: network(x, t)[:1], 4.0)(torch.zeros(2, 3), 1)
