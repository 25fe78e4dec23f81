"""A sampling that leaves something open is completed by the model's preset."""

from dataclasses import replace

import pytest

from engine.requests import Generate, Guide, Idea, Inpaint, Sampling, Vary
from engine.tasks.plan import LEAST_STEPS, settings_of
from engine.tasks.planning import Planned, settings_for
from engine.tasks.recovery import settings_for_recovery
from tests.painting import drawing
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


@pytest.mark.parametrize(
    ("asked", "every"),
    [
        (Sampling(), 2),
        (Sampling(steps=30), 2),
        (Sampling(sampler="dpm++2m", steps=15), 2),
        (Sampling(steps=14), 1),
        (Sampling(sampler="unipc"), 1),
        (Sampling(steps=5, deep_every=3), 3),
    ],
)
def test_a_preset_spares_deep_features_only_between_steps_as_near_as_its_own(
    asked: Sampling, every: int
) -> None:
    assert settings_of(asked, replace(QUICK, deep_every=2)).deep_every == every


def test_nothing_is_spared_beside_a_picture_that_is_there_already() -> None:
    sparing, picture = replace(QUICK, deep_every=2), drawing()
    given: tuple[Planned, ...] = (
        Guide(prompt="a house", image=picture, strength=0.5),
        Inpaint(prompt="a house", image=picture, mask=picture[..., 0]),
        Vary(idea=Idea(image=picture), composition=0.5),
    )
    assert [settings_for(request, sparing).deep_every for request in given] == [1, 1, 1]
    assert settings_for(Vary(idea=Idea(image=picture)), sparing).deep_every == 2
    assert settings_for(Generate(prompt="a house"), sparing).deep_every == 2
