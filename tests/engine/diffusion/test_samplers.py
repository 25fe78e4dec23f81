"""Samplers against distributions whose exact denoiser is known, and so the right answer too."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor

from engine.diffusion.noise import SeededNoise
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import SAMPLERS, Sample, Sampler, ddim
from engine.diffusion.schedules import Schedule
from engine.specs import Prediction, ScheduleSpec, Variance

MEAN, SPREAD = torch.tensor([0.5, -0.3]), 0.2
CENTRES = torch.tensor([[0.6, 0.6], [-0.6, -0.2]])
WEIGHTS = torch.tensor([0.7, 0.3])
NARROW = 0.1

Expected = Callable[[Tensor, float], Tensor]


class OneStream:
    """Noise for a great many points at once, from one generator."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.generator = torch.Generator().manual_seed(1)

    def draw(self, shape_per_image: tuple[int, ...]) -> Tensor:
        """Return noise (count, *shape)."""
        return torch.randn((self.count, *shape_per_image), generator=self.generator)


def gaussian(x: Tensor, left: float) -> Tensor:
    """E[x_0 | x_t] of N(MEAN, SPREAD²): linear in x."""
    gain = SPREAD**2 * math.sqrt(left) / (SPREAD**2 * left + 1.0 - left)
    return MEAN + gain * (x - math.sqrt(left) * MEAN)


def mixture(x: Tensor, left: float) -> Tensor:
    """E[x_0 | x_t] of two Gaussians of spread NARROW, weighed by how well each explains x."""
    variance = NARROW**2 * left + 1.0 - left
    away = x[:, None, :] - math.sqrt(left) * CENTRES  # (B, 2 centres, 2 dimensions)
    share = torch.softmax(WEIGHTS.log() - away.square().sum(-1) / (2.0 * variance), dim=1)
    each = CENTRES + NARROW**2 * math.sqrt(left) / variance * away
    return (share[..., None] * each).sum(1)


def exact(expected: Expected, schedule: Schedule) -> Network:
    """Return the exact network, speaking the language of the schedule's prediction."""

    def clean(x: Tensor, t: int) -> Tensor:
        return expected(x, schedule.alpha_bar(t))

    def noise(x: Tensor, t: int) -> Tensor:
        left = schedule.alpha_bar(t)
        return (x - math.sqrt(left) * clean(x, t)) / math.sqrt(1.0 - left)

    def velocity(x: Tensor, t: int) -> Tensor:
        left = schedule.alpha_bar(t)
        return math.sqrt(left) * noise(x, t) - math.sqrt(1.0 - left) * clean(x, t)

    networks = {
        Prediction.NOISE: noise,
        Prediction.CLEAN: clean,
        Prediction.VELOCITY: velocity,
    }
    return networks[schedule.spec.prediction]


def trajectory(
    sampler: Sampler, spec: ScheduleSpec, steps: int, expected: Expected, count: int = 8000
) -> list[Sample]:
    """Run `sampler` with the exact denoiser from pure noise."""
    schedule, noise = Schedule.of(spec), OneStream(count)
    denoise = denoiser(exact(expected, schedule), schedule)
    return list(sampler(denoise, noise.draw((2,)), schedule, schedule.timesteps(steps), noise))


def sampled(sampler: Sampler, spec: ScheduleSpec, steps: int, expected: Expected) -> Tensor:
    """Return the points that `sampler` ends at, (8000, 2)."""
    return trajectory(sampler, spec, steps, expected)[-1].x


every_sampler = pytest.mark.parametrize("name", list(SAMPLERS))
every_spec = pytest.mark.parametrize("spec_name", ["kandinsky", "unclip"])


@every_spec
@every_sampler
def test_a_gaussian_comes_out_with_its_mean_and_spread(
    request: pytest.FixtureRequest, spec_name: str, name: str
) -> None:
    spec: ScheduleSpec = request.getfixturevalue(spec_name)
    points = sampled(SAMPLERS[name], spec, 999, gaussian)
    assert torch.allclose(points.mean(0), MEAN, atol=0.012)
    # DDPM's fixed small variance is a lower bound; see the test of its exact shortfall below.
    assert points.std(0).mean().item() == pytest.approx(SPREAD, rel=0.06)


@pytest.mark.parametrize("steps", [10, 100, 999])
def test_ddpm_falls_short_of_the_spread_by_exactly_what_its_small_variance_leaves_out(
    kandinsky: ScheduleSpec, steps: int
) -> None:
    alpha_bar, timesteps = Schedule.of(kandinsky).alpha_bar, Schedule.of(kandinsky).timesteps(steps)
    variance = 1.0
    for t, p in zip(timesteps, (*timesteps[1:], -1), strict=True):
        left, left_next = alpha_bar(t), alpha_bar(p)
        beta = 1.0 - left / left_next
        gain = SPREAD**2 * math.sqrt(left) / (SPREAD**2 * left + 1.0 - left)
        slope = math.sqrt(left_next) * beta * gain + math.sqrt(1.0 - beta) * (1.0 - left_next)
        small = beta * (1.0 - left_next) / (1.0 - left)
        variance = (slope / (1.0 - left)) ** 2 * variance + small
    spread = sampled(SAMPLERS["ddpm"], kandinsky, steps, gaussian).std(0).mean().item()
    assert spread == pytest.approx(math.sqrt(variance), rel=0.012)


def spread_error(sampler: Sampler, spec: ScheduleSpec, steps: int) -> float:
    """Return how far the spread of the Gaussian is from the truth."""
    return abs(sampled(sampler, spec, steps, gaussian).std(0).mean().item() - SPREAD)


@every_sampler
def test_the_spread_converges_to_the_truth_with_more_steps(
    kandinsky: ScheduleSpec, name: str
) -> None:
    few, some, many = (spread_error(SAMPLERS[name], kandinsky, n) for n in (7, 25, 100))
    assert few > 1.5 * some > 1.5 * 1.5 * many


def test_dpm_solver_is_nearer_to_the_truth_than_ddim_in_as_many_steps(
    kandinsky: ScheduleSpec,
) -> None:
    by_ddim, by_dpm = (spread_error(SAMPLERS[n], kandinsky, 25) for n in ("ddim", "dpm++2m"))
    assert by_dpm < by_ddim / 3.0


@every_spec
@every_sampler
def test_a_mixture_of_two_comes_out_in_its_shares(
    request: pytest.FixtureRequest, spec_name: str, name: str
) -> None:
    spec: ScheduleSpec = request.getfixturevalue(spec_name)
    points = trajectory(SAMPLERS[name], spec, 500, mixture, count=2000)[-1].x
    distances = torch.cdist(points, CENTRES)
    nearest = distances.argmin(1)
    shares = torch.bincount(nearest, minlength=2) / len(points)
    assert torch.allclose(shares, WEIGHTS, atol=0.03)
    for index, centre in enumerate(CENTRES):
        cluster = points[nearest == index]
        assert torch.allclose(cluster.mean(0), centre, atol=0.02)
        assert cluster.std(0).mean().item() == pytest.approx(NARROW, rel=0.2)


def test_a_denoiser_of_another_distribution_gives_other_points(unclip: ScheduleSpec) -> None:
    points = sampled(SAMPLERS["ddim"], unclip, 100, lambda x, left: gaussian(x, left) + 0.05)
    assert not torch.allclose(points.mean(0), MEAN, atol=0.012)


@every_sampler
@pytest.mark.parametrize("other", [Prediction.CLEAN, Prediction.VELOCITY])
def test_whatever_a_network_predicts_leads_to_the_same_points(
    kandinsky: ScheduleSpec, name: str, other: Prediction
) -> None:
    by_noise = trajectory(SAMPLERS[name], kandinsky, 50, mixture, count=500)
    spec = replace(kandinsky, prediction=other)
    by_other = trajectory(SAMPLERS[name], spec, 50, mixture, count=500)
    assert torch.allclose(by_noise[-1].x, by_other[-1].x, atol=1e-3)


@every_sampler
def test_the_last_step_ends_at_the_clean_estimate(unclip: ScheduleSpec, name: str) -> None:
    last = trajectory(SAMPLERS[name], unclip, 10, gaussian, count=20)[-1]
    assert last.timestep == 0
    assert torch.allclose(last.x, last.clean, rtol=1e-3)


@every_sampler
def test_a_picture_comes_out_the_same_alone_and_in_a_batch(
    kandinsky: ScheduleSpec, name: str
) -> None:
    schedule = Schedule.of(kandinsky)
    denoise = denoiser(exact(gaussian, schedule), schedule)

    def run(seeds: list[int]) -> Tensor:
        noise = SeededNoise(seeds)
        start = noise.draw((2,))
        return list(SAMPLERS[name](denoise, start, schedule, schedule.timesteps(20), noise))[-1].x

    batch = run([5, 6, 7])
    for row, seed in enumerate([5, 6, 7]):
        assert torch.equal(batch[row : row + 1], run([seed]))


def test_ddim_without_eta_repeats_500_steps_bit_for_bit_whatever_the_noise(
    kandinsky: ScheduleSpec,
) -> None:
    schedule = Schedule.of(kandinsky)
    denoise = denoiser(exact(mixture, schedule), schedule)
    start, timesteps = OneStream(50).draw((2,)), schedule.timesteps(500)
    first, second = (
        list(ddim(denoise, start, schedule, timesteps, SeededNoise(range(seed, seed + 50))))
        for seed in (0, 1000)
    )
    assert len(first) == 500
    assert all(torch.equal(a.x, b.x) for a, b in zip(first, second, strict=True))


def test_ddim_with_eta_one_is_as_noisy_as_ddpm(kandinsky: ScheduleSpec) -> None:
    stochastic: Sampler = partial(ddim, eta=1.0)
    noisy = sampled(stochastic, kandinsky, 50, gaussian)
    ancestral = sampled(SAMPLERS["ddpm"], kandinsky, 50, gaussian)
    assert torch.allclose(noisy, ancestral, atol=1e-4)
    assert not torch.allclose(sampled(ddim, kandinsky, 50, gaussian), ancestral, atol=1e-2)


@pytest.mark.parametrize(("upper", "wider"), [(-1.0, False), (1.0, True)])
def test_learned_variance_reaches_from_the_smallest_to_beta(
    kandinsky: ScheduleSpec, upper: float, wider: bool
) -> None:
    def network(x: Tensor, t: int) -> Tensor:
        return torch.cat([gaussian(x, schedule.alpha_bar(t)), torch.full_like(x, upper)], dim=1)

    spec = replace(kandinsky, prediction=Prediction.CLEAN)
    fixed = sampled(SAMPLERS["ddpm"], spec, 10, gaussian).std(0).mean()
    schedule, noise = Schedule.of(replace(spec, variance=Variance.LEARNED_RANGE)), OneStream(8000)
    denoise, start = denoiser(network, schedule), noise.draw((2,))
    *_, last = SAMPLERS["ddpm"](denoise, start, schedule, schedule.timesteps(10), noise)
    assert torch.isclose(last.x.std(0).mean(), fixed, rtol=1e-4).item() is not wider
    assert (last.x.std(0).mean() > 1.05 * fixed).item() is wider


@pytest.mark.parametrize("steps", [2, 20, 1000])
def test_dpm_solver_bears_a_poor_noise_network_on_a_cosine_schedule(
    unclip: ScheduleSpec, steps: int
) -> None:
    schedule = Schedule.of(replace(unclip, prediction=Prediction.NOISE))
    right = exact(gaussian, schedule)
    noise = OneStream(500)
    denoise = denoiser(lambda x, t: 1.001 * right(x, t), schedule)
    start = noise.draw((2,))
    samples = list(SAMPLERS["dpm++2m"](denoise, start, schedule, schedule.timesteps(steps), noise))
    assert len(samples) == steps
    assert max(sample.clean.abs().max().item() for sample in samples) < 2.0
    # The control: asked at the very last timestep, the same network is useless.
    assert denoise(start, 999).clean.abs().max() > 20.0


@every_sampler
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_x_stays_in_single_precision_whatever_the_network_speaks(
    kandinsky: ScheduleSpec, name: str, dtype: torch.dtype
) -> None:
    schedule, noise = Schedule.of(kandinsky), SeededNoise([1, 2])
    denoise = denoiser(lambda x, _t: x.to(dtype), schedule)
    start = noise.draw((4,)).to(dtype)
    for sample in SAMPLERS[name](denoise, start, schedule, schedule.timesteps(5), noise):
        assert sample.x.dtype == sample.clean.dtype == torch.float32


@every_sampler
def test_steps_are_counted_and_the_start_is_left_alone(kandinsky: ScheduleSpec, name: str) -> None:
    schedule, noise = Schedule.of(kandinsky), SeededNoise([1, 2])
    start = noise.draw((4,))
    kept = start.clone()
    denoise = denoiser(lambda x, _t: 0.5 * x, schedule)
    samples = list(SAMPLERS[name](denoise, start, schedule, schedule.timesteps(4), noise))
    assert [(s.index, s.timestep) for s in samples] == [(1, 751), (2, 501), (3, 251), (4, 1)]
    assert torch.equal(start, kept)


@every_sampler
def test_a_closed_sampler_asks_its_network_no_more(kandinsky: ScheduleSpec, name: str) -> None:
    asked: list[int] = []

    def network(x: Tensor, t: int) -> Tensor:
        asked.append(t)
        return x

    schedule, noise = Schedule.of(kandinsky), SeededNoise([1])
    steps = SAMPLERS[name](
        denoiser(network, schedule), noise.draw((4,)), schedule, schedule.timesteps(50), noise
    )
    next(steps)
    next(steps)
    assert asked == [981, 961]
