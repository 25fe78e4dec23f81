"""The optimiser: which parameters are matrices, what a step does to them, and going on."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from engine.training.loop import channels_last
from engine.training.optimiser import Optimiser, flat, is_matrix


def network() -> nn.Sequential:
    """Return a kernel, a matrix and their biases, channels last as in training."""
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(16, 24, 3), nn.Flatten(), nn.Linear(24 * 16, 20))
    return channels_last(layers)


def step(trained: nn.Module, optimiser: Optimiser) -> None:
    """Take one step on a loss that reaches every parameter."""
    generator = torch.Generator().manual_seed(1)
    trained(torch.randn(2, 16, 6, 6, generator=generator)).square().mean().backward()
    optimiser.step(0.01)


def test_kernels_and_matrices_are_told_from_vectors_tables_and_ends() -> None:
    wide = nn.Parameter(torch.zeros(32, 32))
    assert is_matrix("blocks.0.attn.to_q.weight", wide)
    assert not is_matrix("token_embedding.weight", wide)
    assert not is_matrix("conv_in.weight", nn.Parameter(torch.zeros(32, 32, 3, 3)))
    assert not is_matrix("blocks.0.bias", nn.Parameter(torch.zeros(32)))
    assert not is_matrix("small.weight", nn.Parameter(torch.zeros(8, 32)))


def test_a_kernel_with_its_channels_last_is_flattened_without_a_copy() -> None:
    kernel = network()[0].weight
    view = flat(kernel.detach())
    assert view.shape == (24, 3 * 3 * 16)
    assert view.data_ptr() == kernel.data_ptr()


def test_the_update_of_a_kernel_is_orthogonal_and_of_the_size_that_adam_takes() -> None:
    trained = network()
    before = flat(trained[0].weight.detach()).clone()
    step(trained, Optimiser(trained, decay=0.0))
    change = flat(trained[0].weight.detach()) - before
    singular = torch.linalg.svdvals(change)
    assert singular.max() < 2 * singular.min()  # five iterations bring them near each other
    assert change.square().mean().sqrt() == pytest.approx(0.01 * 0.2, rel=0.3)


@torch.no_grad()
def test_a_gradient_in_another_layout_moves_the_kernel_to_the_same_place() -> None:
    moved: list[torch.Tensor] = []
    for layout in (torch.channels_last, torch.contiguous_format):
        trained = network()
        kernel = trained[0].weight
        gradient = torch.randn(kernel.shape, generator=torch.Generator().manual_seed(3))
        kernel.grad = gradient.contiguous(memory_format=layout)
        Optimiser(trained, decay=0.0).step(0.01)
        moved.append(kernel.detach().clone())
    assert torch.equal(*moved)


def test_every_parameter_moves_and_every_gradient_is_forgotten() -> None:
    trained = network()
    before = [parameter.detach().clone() for parameter in trained.parameters()]
    step(trained, Optimiser(trained, decay=0.0))
    pairs = zip(trained.parameters(), before, strict=True)
    assert all(not torch.equal(parameter, old) for parameter, old in pairs)
    assert all(parameter.grad is None for parameter in trained.parameters())


def test_a_restored_optimiser_takes_the_same_step() -> None:
    trained = network()
    optimiser = Optimiser(trained, decay=0.1)
    step(trained, optimiser)
    again = network()
    again.load_state_dict(trained.state_dict())
    restored = Optimiser(again, decay=0.1)
    restored.load_state_dict(deepcopy(optimiser.state_dict()))  # pyright: ignore[reportArgumentType]
    step(trained, optimiser)
    step(again, restored)
    for one, other in zip(trained.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
