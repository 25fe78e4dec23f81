"""Which latents are kept around a hole."""

import torch
from torch import Tensor
from torch.nn import functional

from engine.requests import Mask


def spread_keep(holes: Mask, size: tuple[int, int]) -> Tensor:
    """(1,1,h,w), 1 where latents are kept: the holes' complement, nearest, holes spread by one."""
    keep = torch.tensor(holes == 0, dtype=torch.float32)[None, None]
    return 1 - spread(1 - functional.interpolate(keep, size, mode="nearest"))


def exact_keep(holes: Mask, size: tuple[int, int]) -> Tensor:
    """(1,1,h,w), 1 where latents are kept: those whose every pixel is."""
    hole = torch.tensor(holes > 0, dtype=torch.float32)[None, None]
    return 1 - functional.adaptive_max_pool2d(hole, size)


def spread(hole: Tensor) -> Tensor:
    """(B,1,h,w) with every set latent setting six of its neighbours, as it is published.

    They are the four beside it and the two on one diagonal: (-1,-1) and (+1,+1), not the others.
    """
    framed = functional.pad(hole, (1, 1, 1, 1))
    height, width = hole.shape[2:]
    offsets = [(0, 0), (-1, 0), (0, -1), (-1, -1), (1, 0), (0, 1), (1, 1)]
    moved = [framed[:, :, 1 - y : 1 - y + height, 1 - x : 1 - x + width] for y, x in offsets]
    return torch.stack(moved).amax(0)
