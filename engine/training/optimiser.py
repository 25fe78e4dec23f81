"""The optimiser of every stage: Muon for matrices and kernels, AdamW for the rest.

Muon (Jordan et al. 2024) makes the update of a matrix orthogonal, so that directions with a small
gradient learn as fast as those with a large one. With the rate adjusted to AdamW's size of update
(Liu et al. 2025, arXiv 2502.16982) one learning rate serves both. A kernel counts as the matrix
from its inputs and places to its outputs.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.training.muon import Muon

ADAM_BETAS = (0.9, 0.98)
APART = ("embedding", "conv_in.", "conv_out.", "redraw")
"""Look-up tables and the layers at either end are no matrices between hidden states; the head that
redraws has to follow quickly, and is thrown away."""


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Whether Muon trains this parameter."""
    between = not any(part in name for part in APART)
    return between and parameter.ndim >= 2 and min(flat(parameter.detach()).shape) >= 16


def flat(kernel: Tensor) -> Tensor:
    """(O,I,h,w) -> a view (O,h·w·I) of a kernel with its channels last; matrices as they are."""
    if kernel.ndim == 2:
        return kernel
    if kernel.ndim == 3:
        return kernel.flatten(1)
    last = kernel.permute(0, 2, 3, 1)
    return last.view(len(kernel), -1) if last.is_contiguous() else kernel.reshape(len(kernel), -1)


def in_layout_of(kernel: Tensor, gradient: Tensor) -> Tensor:
    """The gradient in the memory layout of its kernel: `flat` orders the columns by layout."""
    if gradient.stride() == kernel.stride():
        return gradient
    return torch.empty_like(kernel).copy_(gradient)


class Optimiser:
    """Both optimisers behind one rate; its state resumes."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
        self._kernels = [p for n, p in named if is_matrix(n, p)]
        # Muon takes matrices only; these share the memory of the kernels.
        self._matrices = [nn.Parameter(flat(p.data)) for p in self._kernels]
        rest = [p for n, p in named if not is_matrix(n, p)]
        groups = [
            {"params": [p for p in rest if p.ndim > 1], "weight_decay": decay},
            {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self._optimisers: dict[str, torch.optim.Optimizer] = {}
        if rest:
            self._optimisers["adam"] = torch.optim.AdamW(groups, lr=0.0, betas=ADAM_BETAS)
        if self._matrices:
            self._optimisers["muon"] = Muon(self._matrices, decay)

    def step(self, rate: float) -> None:
        """Move every parameter against its gradient and forget the gradient."""
        for kernel, matrix in zip(self._kernels, self._matrices, strict=True):
            matrix.grad = None if kernel.grad is None else flat(in_layout_of(kernel, kernel.grad))
        for optimiser in self._optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        for kernel in self._kernels:
            kernel.grad = None

    def state_dict(self) -> dict[str, object]:
        """What `load_state_dict` takes."""
        return {name: optimiser.state_dict() for name, optimiser in self._optimisers.items()}

    def load_state_dict(self, state: Mapping[str, dict[str, object]]) -> None:
        """Go on from `state_dict` of a network of the same shape."""
        for name, optimiser in self._optimisers.items():
            optimiser.load_state_dict(state[name])
