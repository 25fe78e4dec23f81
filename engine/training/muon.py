"""Muon (Jordan et al. 2024), multiplying in numbers that the processor has.

torch's own multiplies in bfloat16 always, fifty times slower than float32 where the processor
lacks it; the steps are the same.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from engine.training.precision import arithmetic

MOMENTUM = 0.95
COEFFICIENTS = (3.4445, -4.775, 2.0315)
"""Of the quintic polynomial that brings singular values near 1, the paper's."""
ITERATIONS = 5


def orthogonal(matrix: Tensor) -> Tensor:
    """(M,N) -> (M,N) with the same singular vectors and singular values between about 0.7 and 1.2.

    By five steps of the Newton-Schulz iteration.
    """
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = (matrix.T if tall else matrix).to(arithmetic())
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """For matrices (M,N) alone; the size of its update is AdamW's (arXiv 2502.16982)."""

    def __init__(self, matrices: Iterable[nn.Parameter], decay: float) -> None:
        super().__init__(matrices, {"lr": 0.0, "weight_decay": decay})

    @torch.no_grad()
    def step(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # no closures here
        """Move every matrix that has a gradient."""
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    self._move(matrix, group["lr"], group["weight_decay"])

    def _move(self, matrix: nn.Parameter, rate: float, decay: float) -> None:
        assert matrix.grad is not None
        kept = self.state[matrix]
        mean = kept.setdefault("momentum_buffer", torch.zeros_like(matrix))
        mean.lerp_(matrix.grad, 1 - MOMENTUM)
        update = orthogonal(matrix.grad.lerp(mean, MOMENTUM)).to(matrix.dtype)
        matrix.mul_(1 - rate * decay)
        matrix.add_(update, alpha=-rate * 0.2 * math.sqrt(max(matrix.shape)))
