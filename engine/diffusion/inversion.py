"""DDIM inversion: from a clean x back to the noise from which DDIM would have made it.

Song et al. 2020 (arXiv 2010.02502), section 4.3; Ramesh et al. 2022 (arXiv 2204.06125), section 3.
It needs a denoiser that does not clip, and gives the picture back only to a sampler that guides and
clips as little as it did.
"""

import math
from collections.abc import Iterator

from torch import Tensor

from engine.diffusion.prediction import Denoiser
from engine.diffusion.samplers import Sample
from engine.diffusion.schedules import BEFORE_FIRST, Schedule

REFINEMENTS = 2
"""How often each step is improved; every time costs one more call of the network."""


def inverted(
    denoise: Denoiser,
    x: Tensor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    refinements: int = REFINEMENTS,
) -> Iterator[Sample]:
    """From clean `x` (B, …) up to the noise at timesteps[0]; the last Sample's x is that noise.

    `timesteps` fall, as a sampler gets them, and are visited backwards. The step from p up to t has
    to know what the network will say at x_t, which is not there yet. First it is asked at x_p
    instead, then `refinements` times at the x_t found so far: a fixed-point iteration whose limit
    is the exact inverse of the DDIM step. The direction is read from the clean estimate, so the
    network may predict noise, clean pictures or velocity.
    """
    x = x.float()
    pairs = zip((BEFORE_FIRST, *timesteps[:0:-1]), timesteps[::-1], strict=True)
    for index, (p, t) in enumerate(pairs, start=1):
        base, guess, clean = x, x, x
        for _ in range(1 + refinements):
            clean = denoise(guess, t).clean
            guess = _raised(base, _direction(guess, clean, schedule, t), schedule, p, t)
        x = guess
        yield Sample(index, t, x, clean)


def _direction(x: Tensor, clean: Tensor, schedule: Schedule, t: int) -> Tensor:
    """The noise in `x` at timestep `t`, as the clean estimate implies it."""
    left = schedule.alpha_bar(t)
    return (x - math.sqrt(left) * clean) / math.sqrt(1.0 - left)


def _raised(x: Tensor, direction: Tensor, schedule: Schedule, p: int, t: int) -> Tensor:
    """x_t from x_p: equation 13, solved for the noisier side."""
    left, left_next = schedule.alpha_bar(t), schedule.alpha_bar(p)
    clean = (x - math.sqrt(1.0 - left_next) * direction) / math.sqrt(left_next)
    return math.sqrt(left) * clean + math.sqrt(1.0 - left) * direction


def between(recovered: Tensor, fresh: Tensor, share: float) -> Tensor:
    """From recovered noise (share 0) to fresh noise (1), of one shape, at constant variance."""
    angle = share * math.pi / 2
    return math.cos(angle) * recovered + math.sin(angle) * fresh
