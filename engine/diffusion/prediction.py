"""What the output of a network means: predicted noise, x_0 or velocity, made into one estimate."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

from engine.diffusion.schedules import Schedule
from engine.finite import check_finite
from engine.specs import Prediction, Variance

Network: TypeAlias = Callable[[Tensor, int], Tensor]
"""(x (B, C, …), timestep) -> (B, C, …), or (B, 2C, …) with the learned variance in the upper half.

x is float32; a network of another dtype casts it itself. The output may have any floating dtype.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What a network says about a noisy x at one timestep, in float32 and of the shape of x.

    clean: the expected x_0. variance_fraction: where the log-variance of the step lies between the
    smallest possible (0) and beta (1), the v of Nichol & Dhariwal 2021 (arXiv 2102.09672), equation
    15; None when the variance was not learned. It is a fraction and not the log-variance itself
    because the two ends depend on the next timestep, which only the sampler knows.
    """

    clean: Tensor
    variance_fraction: Tensor | None


Denoiser: TypeAlias = Callable[[Tensor, int], Estimate]
"""(noisy x (B, C, …) float32, timestep) -> Estimate."""


def denoiser(network: Network, schedule: Schedule) -> Denoiser:
    """Read the output of `network` as `schedule.spec` says: meaning, clip, learned variance.

    Variance channels are dropped unless the spec says LEARNED_RANGE (Kandinsky 2.2 has and ignores
    them). With LEARNED_RANGE they are required, values -1..1. The estimate raises NotFinite.
    """
    spec = schedule.spec

    def estimate(x: Tensor, t: int) -> Estimate:
        output = network(x, t).float()
        channels = x.shape[1]
        assert output.shape[0] == x.shape[0]
        assert output.shape[1] in (channels, 2 * channels), (output.shape, x.shape)
        clean = _clean(output[:, :channels], x, schedule, t)
        check_finite(clean)
        if spec.clip is not None:
            clean = clean.clamp(-spec.clip, spec.clip)
        if spec.variance is not Variance.LEARNED_RANGE:
            return Estimate(clean, None)
        assert output.shape[1] == 2 * channels, "this spec needs learned variance channels"
        return Estimate(clean, (output[:, channels:] + 1.0) / 2.0)

    return estimate


def _clean(mean: Tensor, x: Tensor, schedule: Schedule, t: int) -> Tensor:
    match schedule.spec.prediction:
        case Prediction.CLEAN:
            return mean
        case Prediction.NOISE:  # Ho et al. 2020 (arXiv 2006.11239), equation 15
            left = schedule.alpha_bar(t)
            return (x - math.sqrt(1.0 - left) * mean) / math.sqrt(left)
        case Prediction.VELOCITY:  # Salimans & Ho 2022 (arXiv 2202.00512), appendix D
            left = schedule.alpha_bar(t)
            return math.sqrt(left) * x - math.sqrt(1.0 - left) * mean
