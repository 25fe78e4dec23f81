"""Samplers: from pure noise to a clean x along given timesteps, as generators of one signature.

All arithmetic on x is float32 with double precision coefficients, whatever the network's dtype.
In the formulas t is the current timestep and p the next, less noisy one; after the last,
alpha_bar_p = 1.
Gradients are the caller's business: a network that needs none is wrapped where it is called.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource
from engine.diffusion.prediction import Denoiser, Estimate
from engine.diffusion.schedules import BEFORE_FIRST, Schedule

SMALLEST_VARIANCE = 1e-20
"""The published samplers never let the variance of a noisy step fall below this."""

LEAST_HALF_LOG_SNR = -5.1
"""DPM-Solver++ starts no noisier than this. A cosine schedule goes on to -9.9: x_0 = x / 5e-5."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One finished step.

    index: steps done, 1..len(timesteps). timestep: where the network was asked. x: (B, …)
    float32, after the step. clean: the estimate of x_0 that led there, for previews.
    """

    index: int
    timestep: int
    x: Tensor
    clean: Tensor


Sampler: TypeAlias = Callable[
    [Denoiser, Tensor, Schedule, tuple[int, ...], NoiseSource], Iterator[Sample]
]
"""(denoiser, x (B, …) at timesteps[0], schedule, falling timesteps, noise) -> one Sample per step.

The last Sample's x is the result. Closing the iterator early stops the run.
"""


def ddpm(
    denoise: Denoiser,
    x: Tensor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    noise: NoiseSource,
) -> Iterator[Sample]:
    """Ancestral sampling, re-spaced: Ho et al. 2020 (arXiv 2006.11239), equations 6 and 7.

    Noise is drawn exactly when t > 0, also where its deviation is 1e-10 (Kandinsky ends at t = 1),
    so that the stream of random numbers is the published samplers'.
    """
    x = x.float()
    for index, (t, p) in enumerate(_steps(timesteps), start=1):
        estimate = denoise(x, t)
        x = _posterior_mean(estimate.clean, x, schedule, t, p)
        if t > 0:
            x = x + _posterior_deviation(estimate, schedule, t, p) * noise.draw(tuple(x.shape[1:]))
        yield Sample(index, t, x, estimate.clean)


def ddim(
    denoise: Denoiser,
    x: Tensor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    noise: NoiseSource,
    eta: float = 0.0,
) -> Iterator[Sample]:
    """Song et al. 2020 (arXiv 2010.02502), equations 12 and 16.

    The noise direction is derived from the clipped clean estimate, as in GLIDE, so a clipped step
    stays consistent. `eta` 0 is deterministic and draws no noise; 1 is as noisy as DDPM. Above 0,
    noise is drawn at every step.
    """
    x = x.float()
    for index, (t, p) in enumerate(_steps(timesteps), start=1):
        clean = denoise(x, t).clean
        left, left_next = schedule.alpha_bar(t), schedule.alpha_bar(p)
        variance = eta**2 * (1.0 - left_next) / (1.0 - left) * (1.0 - left / left_next)
        direction = (x - math.sqrt(left) * clean) / math.sqrt(1.0 - left)
        # At eta = 1 and the noisiest steps the difference is zero and may come out at -1e-17.
        towards = math.sqrt(max(1.0 - left_next - variance, 0.0))
        x = math.sqrt(left_next) * clean + towards * direction
        if eta > 0.0:
            x = x + math.sqrt(variance) * noise.draw(tuple(x.shape[1:]))
        yield Sample(index, t, x, clean)


def dpm_solver_2m(
    denoise: Denoiser,
    x: Tensor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    noise: NoiseSource,
) -> Iterator[Sample]:
    """DPM-Solver++(2M), Lu et al. 2022 (arXiv 2211.01095), algorithm 2, in data prediction.

    First and last step are of first order. Timesteps noisier than LEAST_HALF_LOG_SNR are moved to
    the noisiest allowed one, because the noisiest levels of a cosine schedule blow errors of a
    noise-predicting network up 20,000-fold; where two meet, the step between leaves x as it is.
    Draws no noise.
    """
    del noise  # the signature is every sampler's
    x = x.float()
    noisiest = schedule.noisiest(LEAST_HALF_LOG_SNR)
    previous: tuple[Tensor, float] | None = None
    for index, (t, p) in enumerate(_steps(tuple(min(t, noisiest) for t in timesteps)), start=1):
        clean = denoise(x, t).clean
        lam = schedule.half_log_snr(t)
        ahead = _extrapolated(clean, lam, previous, schedule.half_log_snr(p))
        x = _dpm_step(ahead, x, schedule, t, p)
        previous = (clean, lam)
        yield Sample(index, t, x, clean)


def unipc(
    denoise: Denoiser,
    x: Tensor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    noise: NoiseSource,
) -> Iterator[Sample]:
    """UniPC of order 2, Zhao et al. 2023 (arXiv 2302.04867), B(h) = e^h - 1, in data prediction.

    Every answer of the network also corrects the step that led to where it was asked, at no cost.
    First and last step are of first order; the noisiest timesteps are moved, and no noise is drawn,
    as in `dpm_solver_2m`.
    """
    del noise  # the signature is every sampler's
    x = x.float()
    noisiest = schedule.noisiest(LEAST_HALF_LOG_SNR)
    passed: tuple[_Passed, ...] = ()
    for index, (t, p) in enumerate(_steps(tuple(min(t, noisiest) for t in timesteps)), start=1):
        clean = denoise(x, t).clean
        passed = tuple(each for each in passed[-2:] if each.t != t)
        x = _corrected(clean, x, schedule, t, passed)
        lam = schedule.half_log_snr(t)
        previous = (passed[-1].clean, schedule.half_log_snr(passed[-1].t)) if passed else None
        passed = (*passed, _Passed(t, x, clean))
        ahead = _extrapolated(clean, lam, previous, schedule.half_log_snr(p))
        x = _dpm_step(ahead, x, schedule, t, p)
        yield Sample(index, t, x, clean)


@dataclass(frozen=True, slots=True, eq=False)
class _Passed:
    """What was known at a timestep that a solver has left: x there and the clean estimate."""

    t: int
    x: Tensor
    clean: Tensor


SAMPLERS: Mapping[str, Sampler] = MappingProxyType(
    {"ddpm": ddpm, "ddim": ddim, "dpm++2m": dpm_solver_2m, "unipc": unipc}
)
"""Samplers by the name a request gives."""

FIRST_ORDER = frozenset({"ddpm", "ddim"})
"""Those that need more steps than the others."""


def _steps(timesteps: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """(t, p) for each step, the last p being BEFORE_FIRST."""
    return zip(timesteps, (*timesteps[1:], BEFORE_FIRST), strict=True)


def _posterior_mean(clean: Tensor, x: Tensor, schedule: Schedule, t: int, p: int) -> Tensor:
    """Mean of q(x_p | x_t, x_0), equation 7."""
    beta, noise_share = schedule.beta(t, p), 1.0 - schedule.alpha_bar(t)
    from_clean = math.sqrt(schedule.alpha_bar(p)) * beta / noise_share
    from_x = math.sqrt(1.0 - beta) * (1.0 - schedule.alpha_bar(p)) / noise_share
    return from_clean * clean + from_x * x


def _posterior_deviation(estimate: Estimate, schedule: Schedule, t: int, p: int) -> float | Tensor:
    """Square root of the smallest variance, or of the learned one between that and beta."""
    beta = schedule.beta(t, p)
    smallest = (1.0 - schedule.alpha_bar(p)) / (1.0 - schedule.alpha_bar(t)) * beta
    smallest = max(smallest, SMALLEST_VARIANCE)
    if estimate.variance_fraction is None:
        return math.sqrt(smallest)
    log_smallest, fraction = math.log(smallest), estimate.variance_fraction
    return torch.exp(0.5 * (fraction * math.log(beta) + (1.0 - fraction) * log_smallest))


def _extrapolated(
    clean: Tensor, lam: float, previous: tuple[Tensor, float] | None, lam_next: float
) -> Tensor:
    """The clean estimate carried half a step ahead along the line through the previous one."""
    if previous is None or previous[1] == lam or math.isinf(lam_next):
        return clean
    before, lam_before = previous
    half_step = (lam_next - lam) / (2.0 * (lam - lam_before))
    return clean + half_step * (clean - before)


def _dpm_step(clean: Tensor, x: Tensor, schedule: Schedule, t: int, p: int) -> Tensor:
    """x_p = sigma_p / sigma_t x - alpha_p (exp(-h) - 1) x_0, h the step in half-log-SNR."""
    left, left_next = schedule.alpha_bar(t), schedule.alpha_bar(p)
    h = schedule.half_log_snr(p) - schedule.half_log_snr(t)
    keep = math.sqrt((1.0 - left_next) / (1.0 - left))
    return keep * x - math.sqrt(left_next) * math.expm1(-h) * clean


def _corrected(
    clean: Tensor, x: Tensor, schedule: Schedule, t: int, passed: tuple[_Passed, ...]
) -> Tensor:
    """x_t once more, now that the clean estimate there is known: UniC, algorithm 1.

    passed: the timesteps before, at most two; of none `x` is right as it is. The step is the same
    as ever, along m_s + sum of rho_i D_i, with D the differences of the clean estimates.
    """
    if not passed:
        return x
    last, lam = passed[-1], schedule.half_log_snr(passed[-1].t)
    h = schedule.half_log_snr(t) - lam
    change, ahead, share = clean - last.clean, last.clean, 0.5
    if passed[:-1]:
        ratio = (schedule.half_log_snr(passed[0].t) - lam) / h
        size = math.expm1(-h)  # B(h)
        moment = -size / h - 1.0
        moments = moment / size, 2.0 * (-moment / h - 0.5) / size
        weight = (moments[0] - moments[1]) / (1.0 - ratio)
        ahead = ahead + weight / ratio * (passed[0].clean - last.clean)
        share = moments[0] - weight
    return _dpm_step(ahead + share * change, last.x, schedule, last.t, t)
