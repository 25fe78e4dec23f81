"""Noise tables and timesteps, against published facts."""

import math
from dataclasses import replace

import pytest
import torch
from diffusers import DDPMScheduler, DPMSolverMultistepScheduler, UnCLIPScheduler

from engine.diffusion.schedules import BEFORE_FIRST, Schedule
from engine.errors import InvalidRequest
from engine.specs import ScheduleSpec


@pytest.mark.oracle
def test_linear_table_is_the_reference_bit_for_bit(kandinsky: ScheduleSpec) -> None:
    reference = DDPMScheduler(beta_start=0.00085, beta_end=0.012)
    ours = torch.tensor(Schedule.of(kandinsky).alpha_bars, dtype=torch.float64)
    assert torch.equal(ours, reference.alphas_cumprod.double())


@pytest.mark.oracle
def test_cosine_table_is_the_reference_bit_for_bit(unclip: ScheduleSpec) -> None:
    schedule, reference = Schedule.of(unclip), UnCLIPScheduler()
    assert torch.equal(torch.tensor(schedule.betas), reference.betas)
    ours = torch.tensor(schedule.alpha_bars, dtype=torch.float64)
    assert torch.equal(ours, reference.alphas_cumprod.double())


def test_published_values_of_both_tables(kandinsky: ScheduleSpec, unclip: ScheduleSpec) -> None:
    linear, cosine = Schedule.of(kandinsky), Schedule.of(unclip)
    assert linear.alpha_bar(0) == pytest.approx(0.99915, abs=1e-7)
    assert linear.alpha_bar(981) == pytest.approx(0.001959, abs=5e-7)
    assert linear.alpha_bar(999) == pytest.approx(0.001579, abs=5e-7)
    assert cosine.alpha_bar(999) == pytest.approx(2.4287e-9, rel=1e-4)


def test_nothing_is_noisy_before_the_first_timestep(kandinsky: ScheduleSpec) -> None:
    schedule = Schedule.of(kandinsky)
    assert schedule.alpha_bar(BEFORE_FIRST) == 1.0
    assert schedule.half_log_snr(BEFORE_FIRST) == math.inf


@pytest.mark.parametrize("t", [-2, 1000])
def test_a_timestep_outside_the_table_is_a_bug(kandinsky: ScheduleSpec, t: int) -> None:
    with pytest.raises(AssertionError):
        Schedule.of(kandinsky).alpha_bar(t)


def test_beta_of_skipped_timesteps_is_the_variance_between_them(kandinsky: ScheduleSpec) -> None:
    schedule = Schedule.of(kandinsky)
    kept = math.prod(1.0 - schedule.betas[t] for t in range(462, 482))
    assert schedule.beta(481, 461) == pytest.approx(1.0 - kept, rel=1e-6)
    assert schedule.beta(481, 480) == schedule.betas[481]


def test_kandinsky_decoder_timesteps_are_leading_with_offset(kandinsky: ScheduleSpec) -> None:
    timesteps = Schedule.of(kandinsky).timesteps
    assert timesteps(50) == tuple(range(981, 0, -20))
    assert timesteps(30)[:2] == (958, 925)
    assert timesteps(30)[-1] == 1
    assert timesteps(1) == (1,)


def test_prior_timesteps_run_from_end_to_end(unclip: ScheduleSpec) -> None:
    timesteps = Schedule.of(unclip).timesteps
    assert timesteps(7) == (999, 832, 666, 500, 333, 166, 0)
    assert timesteps(25)[:3] == (999, 957, 916)
    assert timesteps(25)[-3:] == (83, 42, 0)
    assert timesteps(2) == (999, 0)


def test_only_a_cosine_schedule_is_too_noisy_to_recover_from(
    kandinsky: ScheduleSpec, unclip: ScheduleSpec
) -> None:
    linear, cosine = Schedule.of(kandinsky), Schedule.of(unclip)
    assert linear.recovered_timesteps(50) == linear.timesteps(50)
    assert cosine.recovered_timesteps(50)[:3] == (974, 974, 958)
    assert cosine.recovered_timesteps(50)[2:] == cosine.timesteps(50)[2:]


@pytest.mark.oracle
def test_timesteps_are_those_of_the_reference_for_every_count(
    kandinsky: ScheduleSpec, unclip: ScheduleSpec
) -> None:
    leading, rounded = DDPMScheduler(steps_offset=1), UnCLIPScheduler()
    for count in range(2, 1000):
        leading.set_timesteps(count)
        rounded.set_timesteps(count)
        assert Schedule.timesteps(_spec(kandinsky), count) == tuple(leading.timesteps.tolist())
        assert Schedule.timesteps(_spec(unclip), count) == tuple(rounded.timesteps.tolist())


@pytest.mark.parametrize("count", [-1, 0, 1000, 1001])
def test_an_impossible_leading_count_is_refused(kandinsky: ScheduleSpec, count: int) -> None:
    with pytest.raises(InvalidRequest, match=rf"^{count} .*; choose "):
        Schedule.of(kandinsky).timesteps(count)


@pytest.mark.parametrize("count", [0, 1, 1001])
def test_an_impossible_rounded_count_is_refused(unclip: ScheduleSpec, count: int) -> None:
    with pytest.raises(InvalidRequest, match=rf"^{count} .*; choose "):
        Schedule.of(unclip).timesteps(count)


def test_the_highest_possible_counts_are_accepted(
    kandinsky: ScheduleSpec, unclip: ScheduleSpec
) -> None:
    assert Schedule.of(kandinsky).timesteps(999) == tuple(range(999, 0, -1))
    assert Schedule.of(unclip).timesteps(1000) == tuple(range(999, -1, -1))
    assert Schedule.of(replace(kandinsky, offset=0)).timesteps(1000) == tuple(range(999, -1, -1))


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_noisiest_timestep_of_a_cosine_schedule_is_the_one_diffusers_recommends(
    unclip: ScheduleSpec,
) -> None:
    reference = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1
    )
    reference.set_timesteps(10)
    assert Schedule.of(unclip).noisiest(-5.1) == reference.timesteps[0].item()


def test_a_linear_schedule_has_no_timestep_that_is_too_noisy(kandinsky: ScheduleSpec) -> None:
    assert Schedule.of(kandinsky).noisiest(-5.1) == 999
    assert Schedule.of(kandinsky).noisiest(100.0) == 0


def _spec(spec: ScheduleSpec) -> Schedule:
    """A schedule whose tables do not matter."""
    return Schedule(spec, (), ())
