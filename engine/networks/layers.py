"""Building blocks that more than one network uses: timestep embedding, linear time MLP."""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.packing import Linear


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
        self.linear_1 = Linear(width_in, width)
        self.linear_2 = Linear(width, width)

    def forward(self, embedding: Tensor) -> Tensor:
        """(B, width_in) -> (B, width)."""
        return self.linear_2(functional.silu(self.linear_1(embedding)))


def enlarged(x: Tensor, factor: int) -> Tensor:
    """Nearest-neighbour enlargement (B,C,H,W) -> (B,C,factor·H,factor·W).

    By repetition: `interpolate` gives the same pixels, but its compiled gradient on the CPU is
    zero in bfloat16 with torch 2.13, and a network trained through it learns nothing.
    """
    return x.repeat_interleave(factor, dim=-2).repeat_interleave(factor, dim=-1)


def silu(x: Tensor) -> Tensor:
    """SiLU; in place where nothing is trained, as `x` is always the result of a norm."""
    return functional.silu(x, inplace=not torch.is_grad_enabled())


def added(x: Tensor, other: Tensor) -> Tensor:
    """The sum; where nothing is trained in the place of `x`, which the caller does not need."""
    return x + other if torch.is_grad_enabled() else x.add_(other)


def fast_layout(x: Tensor) -> Tensor:
    """(B,C,H,W) with the channels of a pixel side by side, where processors and CUDA are faster."""
    return x if x.device.type == "mps" else x.contiguous(memory_format=torch.channels_last)


def tokens_of(x: Tensor) -> Tensor:
    """(B,C,H,W) -> (B,HW,C); a view in the fast layout."""
    return x.flatten(2).transpose(1, 2)


def picture_of(tokens: Tensor, like: Tensor) -> Tensor:
    """(B,HW,C) -> (B,C,H,W), a view; H and W are those of `like`."""
    return tokens.transpose(1, 2).unflatten(2, like.shape[2:])
