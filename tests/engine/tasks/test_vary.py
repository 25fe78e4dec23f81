"""Variations: what each of the two strengths does, and that at zero the picture comes back."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import families
from engine.autoencoding import rgb_of
from engine.diffusion.noise import SeededNoise
from engine.errors import InvalidRequest
from engine.events import Stage, Step
from engine.images import to_pixels
from engine.model import Model
from engine.requests import Idea, Sampling, Vary
from engine.tasks.meaning import embeddings_of
from engine.tasks.plan import sources_of
from engine.tasks.recovery import latents_of
from engine.tasks.space import angle_between
from engine.tasks.vary import FARTHEST
from engine.unclip import UnclipEngine
from tests.painting import (
    LATENT_ONLY,
    RESOURCES,
    drawing,
    finish,
    images,
    model_of,
    pictures,
    plan_of,
    psnr,
    starter_engine,
)
from tests.tiny import TINY

APPLE = Idea(image=drawing(side=16))
STORED = Idea(embedding=np.linspace(-1, 1, 32).astype(np.float16))


def vary(idea: Idea = APPLE, meaning: float = 0.0, composition: float = 1.0, **more: int) -> Vary:
    """Two variations from seed 5."""
    count, seed, steps = more.get("count", 2), more.get("seed", 5), more.get("steps", 6)
    return Vary(
        idea=idea,
        meaning=meaning,
        composition=composition,
        count=count,
        sampling=Sampling(seed=seed, steps=steps),
    )


def test_without_drift_the_embedding_is_the_pictures_own(model: Model) -> None:
    seen = plan_of(model, vary()).embedding
    assert APPLE.image is not None
    own = finish(embeddings_of(model, (APPLE.image,)))
    assert torch.equal(seen, own.expand_as(seen))


@pytest.mark.parametrize("meaning", [0.25, 1.0])
def test_meaning_turns_the_embedding_by_its_share_of_the_farthest_angle(
    model: Model, meaning: float
) -> None:
    standard = model.standard
    own = standard.standardise(plan_of(model, vary(STORED)).embedding)
    drifted = standard.standardise(plan_of(model, vary(STORED, meaning)).embedding)
    angles = angle_between(own, drifted).flatten().tolist()
    assert angles == pytest.approx([meaning * FARTHEST] * 2, abs=1e-4)
    assert torch.allclose(own.norm(dim=1), drifted.norm(dim=1), rtol=1e-4)
    assert float(angle_between(drifted[0], drifted[1])) > 0.5 * meaning * FARTHEST


def test_a_picture_drifts_the_same_way_alone_and_in_any_batch(model: Model) -> None:
    many = plan_of(model, vary(STORED, 0.5, count=3)).embedding
    alone = plan_of(model, vary(STORED, 0.5, count=1, seed=6)).embedding
    assert torch.allclose(many[1:2], alone, atol=1e-6)


def test_a_little_meaning_and_none_start_from_the_same_noise(base_engine: UnclipEngine) -> None:
    """Only what is turned changes, so a slider can be moved without losing the layout."""
    still, moved = (pictures(base_engine, vary(STORED, m)) for m in (0.0, 1e-4))
    assert np.abs(still - moved).max() <= 2


@pytest.mark.slow
def test_with_both_at_zero_the_autoencoders_picture_comes_back(
    base_engine: UnclipEngine, weights: Path
) -> None:
    request = vary(composition=0.0, steps=50, count=1)
    expected = round_trip(model_of(weights, LATENT_ONLY), APPLE, 16)
    (back,) = pictures(base_engine, request)
    (other,) = pictures(base_engine, replace(request, composition=1.0))
    assert psnr(back, expected) > 25
    assert psnr(other, expected) < psnr(back, expected) - 4


def round_trip(model: Model, idea: Idea, side: int) -> np.ndarray:
    """The idea's picture through the autoencoder and, if there is one, the upscaler."""
    assert idea.image is not None
    latents = finish(latents_of(model, (idea.image,), (side, side)))
    rgb = rgb_of(finish(model.autoencoder()), latents)
    if model.family.upscaler is not None:
        rgb = finish(model.upscaler())(rgb)
    return to_pixels(rgb)[0]


def test_composition_goes_from_the_pictures_noise_to_new_noise(model: Model) -> None:
    starts = [plan_of(model, vary(composition=share)).start for share in (0.0, 0.5, 0.999)]
    own, half, new = (start.latents for start in starts if start is not None)
    assert torch.equal(own[0], own[1])
    assert not torch.allclose(half[0], half[1])
    drawn = torch.cat([source.draw(tuple(own.shape[1:])) for source in fresh_sources(model)])
    assert torch.allclose(new, drawn, atol=0.01)
    expected = math.sqrt(0.5) * (own + drawn)
    assert torch.allclose(half, expected, atol=1e-5)
    assert plan_of(model, vary(composition=1.0)).start is None


def fresh_sources(model: Model) -> tuple[SeededNoise, ...]:
    """The noise of the pictures of `vary()` after the drift has drawn its direction."""
    sources = sources_of((5, 6), model)
    for source in sources:
        source.draw((32,))
    return sources


def test_guidance_grows_with_the_larger_strength(model: Model) -> None:
    assert TINY.preset.guidance == 4.0
    plans = [plan_of(model, vary(APPLE, m, c)) for m, c in ((0, 0), (0.5, 0), (0.25, 0.5), (0, 1))]
    assert [plan.guidance for plan in plans] == [1.0, 2.5, 2.5, None]


def test_steps_of_looking_and_recovering_are_reported(base_engine: UnclipEngine) -> None:
    events = list(base_engine.run(vary(composition=0.5, steps=3)))
    steps = [(e.stage, e.index, e.total) for e in events if isinstance(e, Step)]
    assert steps[:2] == [(Stage.PICTURE, 1, 1)] * 2
    assert steps[2:5] == [(Stage.INVERSION, index, 3) for index in (1, 2, 3)]
    assert [image.sampling.sampler for image in images(events)] == ["ddim"] * 2


def test_a_picture_is_made_again_by_what_it_says(base_engine: UnclipEngine) -> None:
    request = vary(meaning=0.5, composition=0.5)
    _, second = images(base_engine.run(request))
    again = replace(request, count=1, sampling=second.sampling)
    (alone,) = pictures(base_engine, again)
    assert np.abs(alone - second.pixels).max() <= 1


def test_another_sampler_cannot_find_the_pictures_noise(base_engine: UnclipEngine) -> None:
    request = replace(vary(composition=0.5), sampling=Sampling(sampler="ddpm"))
    with pytest.raises(InvalidRequest, match="sampler ddim alone"):
        list(base_engine.run(request))
    free = replace(request, composition=1.0)
    assert len(images(base_engine.run(free))) == 2


def test_an_embedding_of_another_model_is_refused(base_engine: UnclipEngine) -> None:
    foreign = Idea(embedding=np.zeros(1280, np.float16))
    with pytest.raises(InvalidRequest, match="another model than Tiny"):
        list(base_engine.run(vary(foreign)))


@pytest.mark.parametrize(("size", "painted"), [((40, 20), (24, 12)), ((20, 20), (16, 16))])
@pytest.mark.slow
def test_a_picture_keeps_its_shape_at_the_familys_own_area(
    base_engine: UnclipEngine, size: tuple[int, int], painted: tuple[int, int]
) -> None:
    wide = np.broadcast_to(np.uint8(90), (size[1], size[0], 3))
    events = base_engine.run(vary(Idea(image=wide), composition=0.5, count=1))
    assert images(events)[0].pixels.shape[1::-1] == painted


def test_transparent_pictures_lie_on_white(model: Model) -> None:
    clear = np.zeros((16, 16, 4), np.uint8)
    white = np.full((16, 16, 3), 255, np.uint8)
    seen = [plan_of(model, vary(Idea(image=image))).embedding for image in (clear, white)]
    assert torch.equal(*seen)


@pytest.mark.parametrize(("steps", "decibels"), [(5, 28), (10, 35)])
@pytest.mark.slow
def test_the_starter_gives_a_picture_back(steps: int, decibels: float) -> None:
    engine, idea = starter_engine(), Idea(image=drawing("house", 256))
    expected = round_trip(model_of(RESOURCES, families.find("starter")), idea, 256)
    request = Vary(idea=idea, composition=0.0, sampling=Sampling(seed=3, steps=steps))
    (back,) = pictures(engine, request)
    (other,) = pictures(engine, replace(request, composition=1.0))
    assert psnr(back, expected) > decibels
    assert psnr(other, expected) < 25
