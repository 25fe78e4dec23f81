"""Noise schedules: how much of the picture is left at each timestep, and which ones a run visits.

Notation of Ho et al. 2020 (arXiv 2006.11239): beta_t is the variance added at step t, alpha_bar_t
the product of (1 - beta) up to and including t, so that
x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.errors import InvalidRequest
from engine.specs import Betas, ScheduleSpec, Spacing

BEFORE_FIRST = -1
"""The timestep that follows the last one of a run: no noise is left, alpha_bar is 1."""

LARGEST_COSINE_BETA = 0.999

LEAST_RECOVERED_HALF_LOG_SNR = -3.25
"""A picture's own noise is looked for up to here, a little above where Kandinsky's schedule ends. A
cosine schedule goes on until the picture is a twenty-thousandth of it and cannot come back."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The noise tables of one ScheduleSpec, index 0 being the least noisy.

    Rounded to single precision, as the published samplers have them.
    """

    spec: ScheduleSpec
    betas: tuple[float, ...]
    alpha_bars: tuple[float, ...]

    @classmethod
    def of(cls, spec: ScheduleSpec) -> "Schedule":
        """Compute the tables; they are bit for bit the published samplers'."""
        betas = _betas(spec)
        # Published samplers round 1 - beta before the product, and the product after it.
        alpha_bars = torch.cumprod((1.0 - betas).double(), dim=0).float()
        return cls(spec, tuple(map(float, betas)), tuple(map(float, alpha_bars)))

    def unclipped(self) -> "Schedule":
        """The same noise without a clip of the clean estimate."""
        return replace(self, spec=replace(self.spec, clip=None))

    def alpha_bar(self, t: int) -> float:
        """Share of the picture's variance left at timestep `t` in -1..T-1; 1 for BEFORE_FIRST."""
        assert BEFORE_FIRST <= t < len(self.alpha_bars), t
        return 1.0 if t == BEFORE_FIRST else self.alpha_bars[t]

    def beta(self, t: int, following: int) -> float:
        """Variance that lies between `following` (the less noisy, may be BEFORE_FIRST) and `t`.

        In the single precision of the published samplers, ratio and difference. That shows at both
        ends of a cosine schedule: near 1 in 1 - beta, and in the last steps, whose ratio is near 1.
        At t = 0 the table's entry is not quite the ratio.
        """
        if following == t - 1:
            return self.betas[t]
        kept = torch.tensor(self.alpha_bar(t) / self.alpha_bar(following), dtype=torch.float32)
        return (1.0 - kept).item()

    def half_log_snr(self, t: int) -> float:
        """DPM-Solver's lambda, log(sqrt(alpha_bar) / sqrt(1 - alpha_bar)); inf at BEFORE_FIRST."""
        left = self.alpha_bar(t)
        return math.inf if left == 1.0 else 0.5 * math.log(left / (1.0 - left))

    def noisiest(self, least_half_log_snr: float) -> int:
        """Return the highest timestep whose half-log-SNR is not below `least_half_log_snr`."""
        descending = range(len(self.alpha_bars) - 1, 0, -1)
        return next((t for t in descending if self.half_log_snr(t) >= least_half_log_snr), 0)

    def between(self, first: float, last: float) -> range:
        """The timesteps from share `first` of the way to share `last`, 0 noise and 1 the picture.

        Both ends belong to it; 0 to 1 is all of them.
        """
        lowest, highest = (
            round((1.0 - share) * len(self.alpha_bars), 6) for share in (last, first)
        )
        return range(math.ceil(lowest), math.floor(highest) + 1)

    def timesteps(self, count: int) -> tuple[int, ...]:
        """Return `count` timesteps in falling order, the noisiest first.

        Raises InvalidRequest when the schedule cannot be walked in that many steps.
        """
        match self.spec.spacing:
            case Spacing.LEADING:
                return _leading(count, self.spec.train_steps, self.spec.offset)
            case Spacing.ROUNDED:
                return _rounded(count, self.spec.train_steps)

    def recovered_timesteps(self, count: int) -> tuple[int, ...]:
        """`timesteps` for the way to a picture's own noise and back; the noisiest may repeat.

        Raises InvalidRequest as `timesteps` does.
        """
        noisiest = self.noisiest(LEAST_RECOVERED_HALF_LOG_SNR)
        return tuple(min(t, noisiest) for t in self.timesteps(count))


def _betas(spec: ScheduleSpec) -> Tensor:
    match spec.betas:
        case Betas.LINEAR:
            return torch.linspace(
                spec.beta_start, spec.beta_end, spec.train_steps, dtype=torch.float32
            )
        case Betas.COSINE:
            return _cosine_betas(spec.train_steps)


def _cosine_betas(steps: int) -> Tensor:
    """Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 17, with beta capped at 0.999."""

    def left(u: float) -> float:
        return math.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2

    betas = (1.0 - left((i + 1) / steps) / left(i / steps) for i in range(steps))
    return torch.tensor([min(beta, LARGEST_COSINE_BETA) for beta in betas], dtype=torch.float32)


def _leading(count: int, train_steps: int, offset: int) -> tuple[int, ...]:
    _check_count(count, least=1, train_steps=train_steps)
    stride = train_steps // count
    if (count - 1) * stride + offset >= train_steps:
        raise _too_many(count, train_steps)
    return tuple(i * stride + offset for i in reversed(range(count)))


def _rounded(count: int, train_steps: int) -> tuple[int, ...]:
    # Both ends are visited, so one step is not enough.
    _check_count(count, least=2, train_steps=train_steps)
    stride = (train_steps - 1) / (count - 1)
    return tuple(round(i * stride) for i in reversed(range(count)))


def _check_count(count: int, *, least: int, train_steps: int) -> None:
    if count < least:
        raise InvalidRequest(
            f"{count} is too few sampling steps for this model; choose at least {least}."
        )
    if count > train_steps:
        raise _too_many(count, train_steps)


def _too_many(count: int, train_steps: int) -> InvalidRequest:
    return InvalidRequest(
        f"{count} sampling steps do not fit into the {train_steps} noise levels of this model; "
        "choose fewer steps."
    )
