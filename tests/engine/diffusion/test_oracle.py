"""Whole trajectories of our samplers against those of diffusers: same noise, same network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    UnCLIPScheduler,
    UniPCMultistepScheduler,
)
from torch import Tensor

from engine.diffusion.noise import NoiseSource, SeededNoise
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import Sample, ddim, ddpm, dpm_solver_2m, unipc
from engine.diffusion.schedules import Schedule
from engine.specs import Prediction, ScheduleSpec, Variance

pytestmark = [
    pytest.mark.oracle,
    # diffusers 0.42.1 hands tensors to numpy in a way that numpy 2 calls deprecated.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

LINEAR = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear"}
TOLERANCE = 1e-5
"""Relative; 6e-6 is the most that was seen."""
STEPS = [2, 7, 25, 50]
"""One step only where it says so: UnCLIPScheduler divides by the steps less one."""


@dataclass(frozen=True)
class Reference:
    """The x and the clean estimate (None where diffusers keeps it) after each step."""

    timesteps: tuple[int, ...]
    xs: list[Tensor]
    cleans: list[Tensor | None]


def network(x: Tensor, t: int) -> Tensor:
    """Return a smooth answer in about -1.2..1.2 that depends on every input."""
    return torch.sin(1.3 * x + t / 300.0) + 0.2 * torch.tanh(x.roll(1, dims=-1))


def with_variance(x: Tensor, t: int) -> Tensor:
    """Return the same and variance channels in -1..1."""
    return torch.cat([network(x, t), torch.cos(2.0 * x - t / 200.0)], dim=1)


def generators() -> list[torch.Generator]:
    """The generators behind the fixture `noise_of_two`."""
    return [torch.Generator().manual_seed(seed) for seed in (11, 12)]


def walk(scheduler: Any, answer: Network, x: Tensor, **options: Any) -> Reference:
    """Run a scheduler whose timesteps are set over its whole trajectory."""
    timesteps = tuple(scheduler.timesteps.tolist())
    xs: list[Tensor] = []
    cleans: list[Tensor | None] = []
    for index, t in enumerate(timesteps):
        if isinstance(scheduler, UnCLIPScheduler):
            following = timesteps[index + 1] if index + 1 < len(timesteps) else None
            options["prev_timestep"] = following
        step = scheduler.step(answer(x, t), t, x, **options)
        x = step.prev_sample
        xs.append(x)
        cleans.append(getattr(step, "pred_original_sample", None))
    return Reference(timesteps, xs, cleans)


def assert_same(ours: Iterator[Sample], reference: Reference) -> None:
    """Compare step by step: timesteps exactly, values relative to the largest of the step."""
    samples = list(ours)
    assert tuple(sample.timestep for sample in samples) == reference.timesteps
    assert [sample.index for sample in samples] == list(range(1, len(samples) + 1))
    for sample, x, clean in zip(samples, reference.xs, reference.cleans, strict=True):
        assert relative(sample.x, x) <= TOLERANCE, sample.timestep
        if clean is not None:
            assert relative(sample.clean, clean) <= TOLERANCE, sample.timestep


def relative(ours: Tensor, reference: Tensor) -> float:
    """Largest difference over largest value."""
    return ((ours - reference).abs().max() / reference.abs().max()).item()


@pytest.mark.parametrize("clip", [1.0, None])
@pytest.mark.parametrize("steps", [1, *STEPS])
def test_ddpm_is_the_kandinsky_decoder_scheduler(
    kandinsky: ScheduleSpec,
    start: Tensor,
    noise_of_two: NoiseSource,
    steps: int,
    clip: float | None,
) -> None:
    scheduler = DDPMScheduler(
        **LINEAR, clip_sample=clip is not None, steps_offset=1, variance_type="fixed_small"
    )
    scheduler.set_timesteps(steps)
    schedule = Schedule.of(replace(kandinsky, clip=clip))
    ours = ddpm(
        denoiser(with_variance, schedule), start, schedule, schedule.timesteps(steps), noise_of_two
    )
    assert_same(ours, walk(scheduler, network, start, generator=generators()))


@dataclass(frozen=True)
class Karlo:
    """One way to run UnCLIPScheduler."""

    steps: int
    prediction: Prediction
    clip: float
    learned: bool
    shape: tuple[int, ...]

    @property
    def answer(self) -> Network:
        """The network, with variance channels where they are learned."""
        return with_variance if self.learned else network

    def reference(self) -> UnCLIPScheduler:
        """The scheduler of diffusers, ready to walk."""
        scheduler = UnCLIPScheduler(
            variance_type="learned_range" if self.learned else "fixed_small_log",
            prediction_type=self.prediction.value,
            clip_sample_range=self.clip,
        )
        scheduler.set_timesteps(self.steps)
        return scheduler

    def schedule(self, spec: ScheduleSpec) -> Schedule:
        """Ours."""
        variance = Variance.LEARNED_RANGE if self.learned else Variance.FIXED_SMALL
        changed = replace(spec, prediction=self.prediction, clip=self.clip, variance=variance)
        return Schedule.of(changed)


PICTURE, EMBEDDING = (2, 3, 8, 8), (2, 64)
KARLO = {
    "kandinsky prior": (Prediction.CLEAN, 10.0, False, EMBEDDING),
    "karlo prior": (Prediction.CLEAN, 5.0, False, EMBEDDING),
    "clean, clip felt": (Prediction.CLEAN, 0.5, False, PICTURE),
    "karlo super-resolution": (Prediction.NOISE, 1.0, False, PICTURE),
    "karlo decoder": (Prediction.NOISE, 1.0, True, PICTURE),
}


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("name", list(KARLO))
def test_ddpm_is_the_unclip_scheduler(unclip: ScheduleSpec, name: str, steps: int) -> None:
    case = Karlo(steps, *KARLO[name])
    start = torch.randn(case.shape, generator=torch.Generator().manual_seed(6))
    schedule = case.schedule(unclip)
    timesteps, noise = schedule.timesteps(steps), SeededNoise([11, 12])
    ours = ddpm(denoiser(case.answer, schedule), start, schedule, timesteps, noise)
    reference = walk(case.reference(), case.answer, start, generator=generators())
    assert_same(ours, reference)


@pytest.mark.parametrize("clip", [1.0, None])
@pytest.mark.parametrize("steps", [1, *STEPS])
def test_ddim_is_the_reference_that_rederives_noise_after_clipping(
    kandinsky: ScheduleSpec,
    start: Tensor,
    noise_of_two: NoiseSource,
    steps: int,
    clip: float | None,
) -> None:
    scheduler = DDIMScheduler(**LINEAR, clip_sample=clip is not None, steps_offset=1)
    scheduler.set_timesteps(steps)
    schedule = Schedule.of(replace(kandinsky, clip=clip))
    ours = ddim(
        denoiser(network, schedule), start, schedule, schedule.timesteps(steps), noise_of_two
    )
    assert_same(ours, walk(scheduler, network, start, use_clipped_model_output=True))


@pytest.mark.parametrize("eta", [0.3, 1.0])
@pytest.mark.parametrize("steps", STEPS)
def test_ddim_with_noise_is_the_reference(
    kandinsky: ScheduleSpec, start: Tensor, noise_of_two: NoiseSource, steps: int, eta: float
) -> None:
    scheduler = DDIMScheduler(**LINEAR, clip_sample=False, steps_offset=1)
    scheduler.set_timesteps(steps)
    schedule = Schedule.of(kandinsky)
    timesteps = schedule.timesteps(steps)
    ours = ddim(denoiser(network, schedule), start, schedule, timesteps, noise_of_two, eta=eta)
    assert_same(ours, walk(scheduler, network, start, eta=eta, generator=generators()))


@pytest.mark.parametrize("steps", [1, *STEPS])
def test_dpm_solver_is_the_reference_on_linear_noise(
    kandinsky: ScheduleSpec, start: Tensor, noise_of_two: NoiseSource, steps: int
) -> None:
    schedule = Schedule.of(kandinsky)
    timesteps = schedule.timesteps(steps)
    scheduler = DPMSolverMultistepScheduler(**LINEAR)
    scheduler.set_timesteps(timesteps=list(timesteps))
    ours = dpm_solver_2m(denoiser(network, schedule), start, schedule, timesteps, noise_of_two)
    assert_same(ours, walk(scheduler, network, start))


@pytest.mark.parametrize("prediction", list(Prediction))
@pytest.mark.parametrize("steps", STEPS)
def test_dpm_solver_is_the_reference_on_cosine_noise_from_where_it_is_safe(
    unclip: ScheduleSpec,
    start: Tensor,
    noise_of_two: NoiseSource,
    steps: int,
    prediction: Prediction,
) -> None:
    schedule = Schedule.of(replace(unclip, prediction=prediction))
    timesteps = schedule.timesteps(steps)
    scheduler = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2", prediction_type=prediction.value
    )
    scheduler.set_timesteps(timesteps=[schedule.noisiest(-5.1), *timesteps[1:]])
    ours = dpm_solver_2m(denoiser(network, schedule), start, schedule, timesteps, noise_of_two)
    assert_same(ours, walk(scheduler, network, start))


@pytest.mark.parametrize("prediction", list(Prediction))
@pytest.mark.parametrize("steps", STEPS)
def test_unipc_is_the_reference(
    kandinsky: ScheduleSpec,
    start: Tensor,
    noise_of_two: NoiseSource,
    steps: int,
    prediction: Prediction,
) -> None:
    """On the reference's own timesteps: it takes no others."""
    schedule = Schedule.of(replace(kandinsky, prediction=prediction))
    scheduler = UniPCMultistepScheduler(
        **LINEAR, prediction_type=prediction.value, final_sigmas_type="zero"
    )
    scheduler.set_timesteps(steps)
    timesteps = tuple(scheduler.timesteps.tolist())
    ours = unipc(denoiser(network, schedule), start, schedule, timesteps, noise_of_two)
    assert_same(ours, walk(scheduler, network, start))


Change = Callable[[ScheduleSpec], ScheduleSpec]


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: replace(spec, clip=0.99),
        lambda spec: replace(spec, beta_end=0.0121),
        lambda spec: replace(spec, prediction=Prediction.CLEAN),
    ],
)
def test_the_comparison_notices_a_wrong_spec(
    kandinsky: ScheduleSpec, start: Tensor, noise_of_two: NoiseSource, change: Change
) -> None:
    scheduler = DDPMScheduler(**LINEAR, clip_sample=True, steps_offset=1)
    scheduler.set_timesteps(7)
    schedule = Schedule.of(change(replace(kandinsky, clip=1.0)))
    ours = ddpm(denoiser(network, schedule), start, schedule, schedule.timesteps(7), noise_of_two)
    reference = walk(scheduler, network, start, generator=generators())
    with pytest.raises(AssertionError):
        assert_same(ours, reference)


def test_the_comparison_notices_one_draw_of_noise_too_few(
    kandinsky: ScheduleSpec, start: Tensor, noise_of_two: NoiseSource
) -> None:
    scheduler = DDPMScheduler(**LINEAR, clip_sample=False, steps_offset=1)
    scheduler.set_timesteps(7)
    schedule = Schedule.of(kandinsky)
    noise_of_two.draw((3, 8, 8))
    ours = ddpm(denoiser(network, schedule), start, schedule, schedule.timesteps(7), noise_of_two)
    reference = walk(scheduler, network, start, generator=generators())
    with pytest.raises(AssertionError):
        assert_same(ours, reference)


def test_kandinsky_and_reference_use_up_the_same_stream_of_noise(
    kandinsky: ScheduleSpec, start: Tensor, noise_of_two: NoiseSource
) -> None:
    scheduler = DDPMScheduler(**LINEAR, clip_sample=False, steps_offset=1)
    scheduler.set_timesteps(7)
    theirs = generators()
    walk(scheduler, network, start, generator=theirs)
    schedule = Schedule.of(kandinsky)
    list(ddpm(denoiser(network, schedule), start, schedule, schedule.timesteps(7), noise_of_two))
    upcoming = torch.stack([torch.randn(4, generator=generator) for generator in theirs])
    assert torch.equal(noise_of_two.draw((4,)), upcoming)
