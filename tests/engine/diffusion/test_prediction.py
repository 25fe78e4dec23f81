"""What a network's output means."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.prediction import denoiser
from engine.diffusion.schedules import Schedule
from engine.specs import Prediction, ScheduleSpec, Variance


def noised(clean: Tensor, noise: Tensor, schedule: Schedule, t: int) -> Tensor:
    """x_t of a known clean x and known noise."""
    left = schedule.alpha_bar(t)
    return left**0.5 * clean + (1.0 - left) ** 0.5 * noise


def test_predicted_noise_leads_back_to_the_clean_picture(
    kandinsky: ScheduleSpec, start: Tensor
) -> None:
    schedule, clean = Schedule.of(kandinsky), start.tanh()
    x = noised(clean, start, schedule, 481)
    estimate = denoiser(lambda _x, _t: start, schedule)(x, 481)
    assert torch.allclose(estimate.clean, clean, atol=1e-5)


def test_a_clean_prediction_is_taken_as_it_is(unclip: ScheduleSpec, start: Tensor) -> None:
    estimate = denoiser(lambda _x, _t: start, Schedule.of(unclip))(start + 1.0, 500)
    assert torch.equal(estimate.clean, start)


def test_the_estimate_is_clipped_only_where_the_spec_says_so(
    unclip: ScheduleSpec, start: Tensor
) -> None:
    clipped = denoiser(lambda _x, _t: 9 * start, Schedule.of(replace(unclip, clip=5.0)))
    assert clipped(start, 500).clean.abs().max() == 5.0
    free = denoiser(lambda _x, _t: 9 * start, Schedule.of(unclip))
    assert free(start, 500).clean.abs().max() > 5.0


def test_kandinsky_throws_learned_variance_away(kandinsky: ScheduleSpec, start: Tensor) -> None:
    schedule = Schedule.of(kandinsky)
    with_variance = denoiser(lambda _x, _t: torch.cat([start, start], dim=1), schedule)
    without = denoiser(lambda _x, _t: start, schedule)
    estimate = with_variance(start, 500)
    assert estimate.variance_fraction is None
    assert torch.equal(estimate.clean, without(start, 500).clean)


def test_learned_variance_becomes_a_fraction(kandinsky: ScheduleSpec, start: Tensor) -> None:
    schedule = Schedule.of(replace(kandinsky, variance=Variance.LEARNED_RANGE))
    upper = torch.linspace(-1, 1, start.numel()).view_as(start)
    fraction = denoiser(lambda _x, _t: torch.cat([start, upper], dim=1), schedule)(
        start, 500
    ).variance_fraction
    assert fraction is not None
    assert torch.allclose(fraction, torch.linspace(0, 1, start.numel()).view_as(start))


def test_a_network_without_the_variance_its_spec_promises_is_a_bug(
    kandinsky: ScheduleSpec, start: Tensor
) -> None:
    schedule = Schedule.of(replace(kandinsky, variance=Variance.LEARNED_RANGE))
    with pytest.raises(AssertionError, match="learned variance"):
        denoiser(lambda _x, _t: start, schedule)(start, 500)


@pytest.mark.parametrize("prediction", list(Prediction))
def test_half_precision_networks_give_single_precision_estimates(
    kandinsky: ScheduleSpec, start: Tensor, prediction: Prediction
) -> None:
    schedule = Schedule.of(replace(kandinsky, prediction=prediction))
    estimate = denoiser(lambda x, _t: x.bfloat16(), schedule)(start, 500)
    assert estimate.clean.dtype == torch.float32
