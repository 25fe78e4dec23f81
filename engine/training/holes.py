"""Masks for learning to inpaint: boxes, strokes and borders at latent size."""

import torch
from torch import Tensor


def random_keep(count: int, side: int, generator: torch.Generator) -> Tensor:
    """(count,1,side,side) float, 1 where the picture is kept and 0 where it is to be painted."""
    return torch.stack([one_keep(side, generator) for _ in range(count)])[:, None]


def one_keep(side: int, generator: torch.Generator) -> Tensor:
    """(side,side): a box cut out, a border to be continued, or strokes."""
    kind = float(torch.rand((), generator=generator))
    keep = torch.ones(side, side)
    if kind < 0.45:
        box(keep, generator, 0.25, 0.75)
    elif kind < 0.75:
        border(keep, generator)
    else:
        for _ in range(3):
            box(keep, generator, 0.1, 0.4)
    return keep


def box(keep: Tensor, generator: torch.Generator, least: float, most: float) -> None:
    """Clear a box whose sides are between `least` and `most` of the picture's."""
    side = keep.shape[0]
    share = torch.rand(4, generator=generator)
    height, width = (
        max(1, round(side * (least + (most - least) * float(part)))) for part in share[:2]
    )
    top, left = round((side - height) * float(share[2])), round((side - width) * float(share[3]))
    keep[top : top + height, left : left + width] = 0


def border(keep: Tensor, generator: torch.Generator) -> None:
    """Clear a quarter to three quarters from one edge: what outpainting asks for."""
    side = keep.shape[0]
    depth = round(side * (0.25 + 0.5 * float(torch.rand((), generator=generator))))
    turns = int(torch.randint(0, 4, (), generator=generator))
    edge = torch.ones_like(keep)
    edge[:depth] = 0
    keep.mul_(edge.rot90(turns))
