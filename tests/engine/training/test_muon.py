"""Muon against torch's own, and in numbers that the processor multiplies."""

import pytest
import torch
from torch import nn

from engine.training import muon, precision
from engine.training.muon import Muon, orthogonal


def moved(make: type[torch.optim.Optimizer] | None, shape: tuple[int, int]) -> torch.Tensor:
    """What three steps make of a matrix: torch's own optimiser where `make` is given, else ours."""
    generator = torch.Generator().manual_seed(0)
    matrix = nn.Parameter(torch.randn(shape, generator=generator))
    optimiser = (
        make([matrix], lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")  # pyright: ignore[reportCallIssue]
        if make
        else Muon([matrix], decay=0.1)
    )
    optimiser.param_groups[0]["lr"] = 0.01
    for _ in range(3):
        matrix.grad = torch.randn(shape, generator=generator)
        optimiser.step()
    return matrix.detach()


@pytest.mark.parametrize("shape", [(24, 24), (64, 20), (20, 64)])
@pytest.mark.parametrize("short", [torch.float32, torch.bfloat16])
def test_three_steps_lead_where_those_of_torch_lead(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int], short: torch.dtype
) -> None:
    monkeypatch.setattr(muon, "arithmetic", lambda: short)
    ours, theirs = moved(None, shape), moved(torch.optim.Muon, shape)
    start = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    way = (theirs - start).norm()
    assert (ours - theirs).norm() < 0.02 * way  # torch's products have eight bits


def test_a_matrix_without_a_gradient_stays() -> None:
    matrix = nn.Parameter(torch.ones(16, 16))
    Muon([matrix], decay=0.5).step()
    assert torch.equal(matrix.detach(), torch.ones(16, 16))


def test_orthogonal_rows_keep_their_directions() -> None:
    basis = torch.linalg.qr(torch.randn(32, 32, generator=torch.Generator().manual_seed(1))).Q
    matrix = basis @ torch.diag(torch.linspace(0.2, 3.0, 32)) @ basis.T
    singular = torch.linalg.svdvals(orthogonal(matrix).float())
    assert singular.max() < 1.3
    assert singular.min() > 0.5


@pytest.mark.parametrize("able", [True, False])
def test_products_are_short_only_where_the_processor_has_them(
    monkeypatch: pytest.MonkeyPatch, able: bool
) -> None:
    monkeypatch.setattr(precision, "multiplies_bfloat16", lambda: able)
    rows = torch.ones(2, 2)
    with precision.autocast():
        product = rows @ rows
    assert product.dtype == (torch.bfloat16 if able else torch.float32)
    assert precision.arithmetic() == product.dtype
