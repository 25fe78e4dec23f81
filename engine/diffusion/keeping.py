"""Leaving a part of the picture as it is while the rest is painted.

At every timestep the kept part is replaced by the known picture at that timestep's noise, always
with the noise the run began with. Samplers work on every value apart from its neighbours, so it is
enough to replace what the network is shown and what it answers: no sampler has to know.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.diffusion.prediction import Denoiser, Estimate, Network
from engine.diffusion.samplers import Sample
from engine.diffusion.schedules import Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is kept: clean (B,C,h,w), mask (B,1,h,w) 1 where, and the noise (B,C,h,w) it is given.

    untouched: the timestep at which nothing is replaced yet, or None. The published inpainting
    begins with pure noise everywhere and replaces only from the second timestep on.
    """

    # One row for each picture: the reference keeps the first one's picture and mask for all.
    clean: Tensor
    mask: Tensor
    noise: Tensor
    untouched: int | None = None

    def over(self, x: Tensor, clean: Tensor) -> Tensor:
        """`x` with `clean` where it is kept."""
        return self.mask * clean + (1.0 - self.mask) * x


def noised(clean: Tensor, noise: Tensor, schedule: Schedule, t: int) -> Tensor:
    """x_t of a clean x_0. Ho et al. 2020 (arXiv 2006.11239), equation 4."""
    left = schedule.alpha_bar(t)
    return math.sqrt(left) * clean + math.sqrt(1.0 - left) * noise


def keeping(denoise: Denoiser, known: Known, schedule: Schedule) -> Denoiser:
    """`denoise`, shown the known part and answering with it."""

    def estimate(x: Tensor, t: int) -> Estimate:
        if t != known.untouched:
            x = known.over(x, noised(known.clean, known.noise, schedule, t))
        answer = denoise(x, t)
        return replace(answer, clean=known.over(answer.clean, known.clean))

    return estimate


def kept_at_the_end(samples: Iterator[Sample], known: Known, steps: int) -> Iterator[Sample]:
    """`samples`, the last one with the known part exactly as it was."""
    for sample in samples:
        if sample.index == steps:
            sample = replace(sample, x=known.over(sample.x, known.clean))
        yield sample


def shown(network: Network, known: Known) -> Network:
    """A network of 2C + 1 channels, shown x, the masked picture and the mask, in this order."""
    beside = torch.cat([known.clean * known.mask, known.mask], dim=1)

    def predict(x: Tensor, t: int) -> Tensor:
        copies = len(x) // len(beside)
        return network(torch.cat([x, beside.repeat(copies, 1, 1, 1)], dim=1), t)

    return predict
