"""Building blocks that more than one network uses: timestep embedding, linear time MLP."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


def timestep_embedding(timesteps: Tensor, width: int) -> Tensor:
    """Sinusoidal embedding of `timesteps` (B,) -> (B, width), cosines first ("flip_sin_to_cos").

    Frequencies 10000^(-i/(width/2)), Vaswani et al. 2017, as laid out in the ADM and unCLIP
    checkpoints.
    """
    half = width // 2
    # In this order of operations, so that float32 rounds as it did when the checkpoints were
    # trained.
    exponents = -math.log(10000.0) * torch.arange(half, device=timesteps.device).float() / half
    angles = timesteps.float()[:, None] * torch.exp(exponents)[None, :]
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


class TimeMLP(nn.Module):
    """Linear, SiLU, Linear: the timestep embedding on its way into a network."""

    def __init__(self, width_in: int, width: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(width_in, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, embedding: Tensor) -> Tensor:
        """(B, width_in) -> (B, width)."""
        return self.linear_2(functional.silu(self.linear_1(embedding)))


def enlarged(x: Tensor, factor: int) -> Tensor:
    """Nearest-neighbour enlargement (B,C,H,W) -> (B,C,factor·H,factor·W).

    By repetition: `interpolate` gives the same pixels, but its compiled gradient on the CPU is
    zero in bfloat16 with torch 2.13, and a network trained through it learns nothing.
    """
    return x.repeat_interleave(factor, dim=-2).repeat_interleave(factor, dim=-1)
