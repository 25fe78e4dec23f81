"""Inversion against distributions whose way to noise is known, and the sampler it undoes."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.diffusion.inversion import between, inverted
from engine.diffusion.noise import SeededNoise
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import ddim
from engine.diffusion.schedules import Schedule
from engine.specs import Prediction, ScheduleSpec

CENTRES = torch.tensor([[0.6, 0.6], [-0.6, -0.2]])
NARROW = 0.3
POINTS = torch.tensor([[0.9, 0.4], [-0.7, -0.3], [0.1, 0.2], [-0.2, 0.8]])
UNUSED = SeededNoise([0] * len(POINTS))


def mixture(x: Tensor, left: float) -> Tensor:
    """E[x_0 | x_t] of two equal Gaussians of spread NARROW around CENTRES."""
    variance = NARROW**2 * left + 1.0 - left
    away = x[:, None, :] - math.sqrt(left) * CENTRES
    share = torch.softmax(-away.square().sum(-1) / (2.0 * variance), dim=1)
    each = CENTRES + NARROW**2 * math.sqrt(left) / variance * away
    return (share[..., None] * each).sum(1)


def network(schedule: Schedule) -> Network:
    """The exact answer for the mixture, in the language of the schedule's prediction."""

    def predict(x: Tensor, t: int) -> Tensor:
        left = schedule.alpha_bar(t)
        clean = mixture(x, left)
        noise = (x - math.sqrt(left) * clean) / math.sqrt(1.0 - left)
        match schedule.spec.prediction:
            case Prediction.CLEAN:
                return clean
            case Prediction.NOISE:
                return noise
            case Prediction.VELOCITY:
                return math.sqrt(left) * noise - math.sqrt(1.0 - left) * clean

    return predict


def there_and_back(spec: ScheduleSpec, steps: int, refinements: int) -> float:
    """How far POINTS are from themselves after inversion and DDIM, at most."""
    schedule = Schedule.of(spec)
    denoise, timesteps = denoiser(network(schedule), schedule), schedule.timesteps(steps)
    *_, up = inverted(denoise, POINTS, schedule, timesteps, refinements)
    *_, down = ddim(denoise, up.x, schedule, timesteps, UNUSED)
    return float((down.x - POINTS).abs().max())


@pytest.mark.parametrize("prediction", list(Prediction))
@pytest.mark.parametrize("steps", [10, 50])
def test_ddim_goes_back_to_where_inversion_began(
    kandinsky: ScheduleSpec, prediction: Prediction, steps: int
) -> None:
    spec = replace(kandinsky, prediction=prediction)
    errors = [there_and_back(spec, steps, refinements) for refinements in (0, 2, 20)]
    assert errors[0] > 3 * errors[1] > 9 * errors[2]
    assert errors[2] < 1e-4


def test_a_cosine_schedule_gives_back_only_what_its_end_is_left_out_of(
    unclip: ScheduleSpec,
) -> None:
    schedule = Schedule.of(replace(unclip, prediction=Prediction.NOISE, clip=None))
    denoise = denoiser(network(schedule), schedule)
    apart: list[float] = []
    for timesteps in (schedule.recovered_timesteps(50), schedule.timesteps(50)):
        *_, up = inverted(denoise, POINTS, schedule, timesteps)
        *_, down = ddim(denoise, up.x, schedule, timesteps, UNUSED)
        apart.append(float((down.x - POINTS).abs().max()))
    assert apart[0] < 0.01
    assert apart[1] > 5 * apart[0]


def test_three_predictions_say_the_same(kandinsky: ScheduleSpec) -> None:
    ends: list[Tensor] = []
    for prediction in Prediction:
        schedule = Schedule.of(replace(kandinsky, prediction=prediction))
        denoise = denoiser(network(schedule), schedule)
        *_, last = inverted(denoise, POINTS, schedule, schedule.timesteps(10))
        ends.append(last.x)
    assert torch.allclose(ends[0], ends[1], atol=1e-4)
    assert torch.allclose(ends[0], ends[2], atol=1e-4)


def test_a_gaussian_lands_nearer_to_where_the_flow_ends_with_more_steps(
    kandinsky: ScheduleSpec,
) -> None:
    """Of N(m, s²) the flow takes m + s u to sqrt(left) m + sqrt(left s² + 1 - left) u, exactly."""
    schedule, spread, mean = Schedule.of(kandinsky), 0.2, 0.5

    def predict(x: Tensor, t: int) -> Tensor:
        left = schedule.alpha_bar(t)
        return (
            (x - math.sqrt(left) * mean) * math.sqrt(1.0 - left) / (spread**2 * left + 1.0 - left)
        )

    units, errors = torch.linspace(-2, 2, 9)[:, None], list[float]()
    for steps in (60, 240, 999):
        timesteps = schedule.timesteps(steps)
        start = mean + spread * units
        *_, last = inverted(denoiser(predict, schedule), start, schedule, timesteps)
        left = schedule.alpha_bar(timesteps[0])
        expected = math.sqrt(left) * mean + math.sqrt(left * spread**2 + 1.0 - left) * units
        errors.append(float((last.x - expected).abs().max()))
    assert errors[0] > 1.5 * errors[1] > 1.5 * 1.5 * errors[2]
    assert errors[2] < 0.06


def test_steps_are_counted_upwards_from_the_cleanest(kandinsky: ScheduleSpec) -> None:
    schedule = Schedule.of(kandinsky)
    samples = list(
        inverted(denoiser(network(schedule), schedule), POINTS, schedule, schedule.timesteps(4))
    )
    visited = [(sample.index, sample.timestep) for sample in samples]
    assert visited == [(1, 1), (2, 251), (3, 501), (4, 751)]


def test_a_clip_would_lose_the_picture(kandinsky: ScheduleSpec) -> None:
    clipped = replace(kandinsky, clip=0.5)
    assert there_and_back(clipped, 25, 20) > 0.1
    assert there_and_back(Schedule.of(clipped).unclipped().spec, 25, 20) < 1e-4


def test_noises_meet_at_constant_variance() -> None:
    own, fresh = torch.randn(2, 100_000, generator=torch.Generator().manual_seed(1))
    assert torch.equal(between(own, fresh, 0.0), own)
    assert torch.allclose(between(own, fresh, 1.0), fresh, atol=1e-6)
    spreads = [between(own, fresh, share).std().item() for share in (0.25, 0.5, 0.75)]
    assert spreads == pytest.approx([1.0] * 3, abs=0.01)
