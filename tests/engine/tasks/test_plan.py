"""A sampling that leaves something open is completed by the model's preset."""

from dataclasses import replace

import pytest

from engine.requests import Sampling
from engine.tasks.plan import LEAST_STEPS, settings_of
from engine.tasks.recovery import settings_for_recovery
from tests.tiny import TINY

QUICK = replace(TINY.preset, sampler="dpm++2m", steps=15)


@pytest.mark.parametrize(
    ("asked", "steps"),
    [
        (Sampling(), 15),
        (Sampling(sampler="unipc"), 15),
        (Sampling(sampler="ddim"), LEAST_STEPS),
        (Sampling(sampler="ddpm"), LEAST_STEPS),
        (Sampling(sampler="ddim", steps=8), 8),
    ],
)
def test_a_sampler_of_first_order_gets_more_steps_than_a_preset_made_for_another(
    asked: Sampling, steps: int
) -> None:
    assert settings_of(asked, QUICK).steps == steps


def test_a_preset_of_first_order_keeps_its_few_steps() -> None:
    assert settings_of(Sampling(sampler="ddim"), TINY.preset).steps == TINY.preset.steps


def test_a_pictures_own_noise_is_looked_for_in_enough_steps() -> None:
    settings = settings_for_recovery(Sampling(), QUICK)
    assert (settings.sampler, settings.steps) == ("ddim", LEAST_STEPS)
