"""Geometry of embeddings: turning, mixing and leading away, on vectors (…,D) float32.

Embeddings are not of unit length, so directions are mixed along the sphere and lengths apart.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

MEAN_ROUNDS = 50
"""Rounds of the spherical mean at most; it gains about one decimal digit in each."""

CLOSE = 1e-6
"""Radians (of a step, of a difference) below which directions count as one."""


def length(x: Tensor) -> Tensor:
    """(…,D) -> (…,1)."""
    return x.square().sum(-1, keepdim=True).sqrt()


def unit(x: Tensor) -> Tensor:
    """The direction of `x`; of nothing, nothing."""
    return x / length(x).clamp_min(torch.finfo(x.dtype).tiny)


def turned(x: Tensor, towards: Tensor, radians: float | Tensor) -> Tensor:
    """`x` turned by an angle towards `towards`, its length kept.

    Towards a vector of the same direction there is no way, and `x` comes back.
    """
    direction = unit(x)
    across = towards - (towards * direction).sum(-1, keepdim=True) * direction
    angle = torch.as_tensor(radians, dtype=x.dtype, device=x.device)
    return length(x) * (torch.cos(angle) * direction + torch.sin(angle) * unit(across))


def angle_between(a: Tensor, b: Tensor) -> Tensor:
    """Radians, 0..pi, (…,1); exact for small angles, where the arc cosine is not."""
    a, b = unit(a), unit(b)
    return 2.0 * torch.atan2(length(a - b), length(a + b))


def slerp(a: Tensor, b: Tensor, share: float | Tensor) -> Tensor:
    """From `a` (share 0) to `b` (1) at even speed; the length goes evenly from one to the other.

    Shoemake 1985 for the directions. Shares beyond 0..1 go on along the same circle.
    """
    turned_unit = turned(unit(a), b, share * angle_between(a, b))
    return ((1.0 - share) * length(a) + share * length(b)) * turned_unit


def spherical_mix(vectors: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """One vector of several (…,D): weights count in proportion, negative ones lead away.

    Those with positive weights meet at their weighted spherical mean (Buss & Fillmore 2001,
    algorithm A1), which for two is `slerp`; their lengths at the weighted mean. From there the
    direction turns away from each of the others by its angle times the share of its weight in the
    positive ones, all at once, but never by more than a right angle.
    """
    total = sum(weight for weight in weights if weight > 0)
    shares = [weight / total for weight in weights]
    kept = [(x, share) for x, share in zip(vectors, shares, strict=True) if share > 0]
    left = [(x, share) for x, share in zip(vectors, shares, strict=True) if share < 0]
    direction = _mean_direction(*zip(*kept, strict=True))
    if left:
        away = torch.stack([share * _bearing(direction, x) for x, share in left]).sum(0)
        direction = turned(direction, away, length(away).clamp_max(math.pi / 2))
    return torch.stack([share * length(x) for x, share in kept]).sum(0) * direction


def _mean_direction(vectors: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    """The direction from which the weighted bearings to all vectors cancel out."""
    pairs = list(zip(vectors, shares, strict=True))
    mean = unit(torch.stack([share * unit(x) for x, share in pairs]).sum(0))
    for _ in range(MEAN_ROUNDS):
        step = torch.stack([share * _bearing(mean, x) for x, share in pairs]).sum(0)
        mean = turned(mean, step, length(step))
        if float(length(step).max()) < CLOSE:
            break
    return mean


def _bearing(here: Tensor, there: Tensor) -> Tensor:
    """The logarithm map: a tangent at unit `here` as long as the angle to `there`."""
    across = there - (there * here).sum(-1, keepdim=True) * here
    return angle_between(here, there) * unit(across)
