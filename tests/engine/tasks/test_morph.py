"""Paths: ends, even speed, and what all pictures share."""

import numpy as np
import pytest
import torch

from engine.model import Model
from engine.requests import Generate, Idea, Morph, PathNoise, Sampling, Vary
from engine.tasks.meaning import embeddings_of
from engine.tasks.morph import between_noises
from engine.tasks.space import angle_between
from engine.unclip import UnclipEngine
from tests.painting import drawing, finish, images, pictures, plan_of, psnr, starter_engine

APPLE, HOUSE = Idea(image=drawing("apple", 16)), Idea(image=drawing("house", 16))
STORED = Idea(embedding=np.linspace(-1, 1, 32).astype(np.float16))


def morph(
    start: Idea = APPLE,
    end: Idea = HOUSE,
    noise: PathNoise = PathNoise.FIXED,
    count: int = 5,
    steps: int = 6,
) -> Morph:
    """A path from seed 5."""
    return Morph(
        start=start, end=end, noise=noise, count=count, sampling=Sampling(seed=5, steps=steps)
    )


def test_the_embedding_goes_from_end_to_end_in_even_steps(model: Model) -> None:
    assert APPLE.image is not None
    assert HOUSE.image is not None
    seen = finish(embeddings_of(model, (APPLE.image, HOUSE.image)))
    path = plan_of(model, morph()).embedding
    assert torch.allclose(path[[0, -1]], seen, atol=1e-5)
    steps = angle_between(path[:-1], path[1:]).flatten().tolist()
    assert steps == pytest.approx([float(angle_between(*seen)) / 4] * 4, rel=1e-3)


def test_ends_may_be_texts_and_stored_embeddings(model: Model) -> None:
    path = plan_of(model, morph(Idea(text="a red apple"), STORED, count=3)).embedding
    assert STORED.embedding is not None
    assert torch.allclose(path[-1], torch.tensor(STORED.embedding.astype(np.float32)), atol=1e-5)
    again = plan_of(model, morph(Idea(text="a red apple"), APPLE, count=2)).embedding
    assert torch.allclose(path[0], again[0], atol=1e-6)


def test_all_pictures_start_from_one_noise_and_say_one_seed(engine: UnclipEngine) -> None:
    painted = images(engine.run(morph(STORED, STORED, count=3)))
    assert [image.seed for image in painted] == [5, 5, 5]
    assert np.array_equal(painted[0].pixels, painted[1].pixels)
    assert np.array_equal(painted[0].pixels, painted[2].pixels)


def test_a_picture_of_a_path_is_a_variation_of_its_embedding_from_the_same_seed(
    engine: UnclipEngine,
) -> None:
    """Up to the rounding of the stored embedding, and as far as the noise is concerned, exactly."""
    middle = images(engine.run(morph(APPLE, STORED, count=3)))[1]
    plan = plan_of(
        model_in(engine), Vary(idea=Idea(embedding=middle.embedding), sampling=middle.sampling)
    )
    assert np.allclose(plan.embedding[0].numpy(), middle.embedding, atol=1e-3)


def model_in(engine: UnclipEngine) -> Model:
    """The engine's own model."""
    return engine._model  # noqa: SLF001


def test_noises_are_mixed_as_evenly_as_embeddings() -> None:
    ends = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    shares = torch.linspace(0, 1, 5)[:, None]
    path = between_noises(ends, shares)
    assert torch.allclose(path[[0, -1]], ends, atol=1e-5)
    spreads = path.std(dim=(1, 2, 3)).tolist()
    assert spreads == pytest.approx([1.0] * 5, abs=0.1)


@pytest.mark.slow
def test_with_inverted_noise_both_ends_come_back(base_engine: UnclipEngine) -> None:
    path = pictures(base_engine, morph(noise=PathNoise.INVERTED, count=3, steps=50))
    ends = [
        pictures(base_engine, Vary(idea=idea, composition=0.0, sampling=Sampling(steps=50)))[0]
        for idea in (APPLE, HOUSE)
    ]
    assert [psnr(path[index], end) > 25 for index, end in zip((0, -1), ends, strict=True)] == [
        True
    ] * 2
    assert psnr(path[1], ends[0]) < 25


@pytest.mark.slow
def test_the_starter_walks_from_one_picture_to_another() -> None:
    """Both ends come back, and what lies between is nearer to either than they to each other."""
    apple, house = (Idea(image=drawing(kind, 256)) for kind in ("apple", "house"))
    request = morph(apple, house, PathNoise.INVERTED, count=3, steps=12)
    first, middle, last = pictures(starter_engine(), request)
    ends = [
        pictures(starter_engine(), Vary(idea=idea, composition=0.0, sampling=Sampling(steps=12)))[0]
        for idea in (apple, house)
    ]
    assert min(psnr(first, ends[0]), psnr(last, ends[1])) > 40
    assert min(psnr(middle, first), psnr(middle, last)) > psnr(first, last)


def test_the_prior_of_a_text_end_does_not_use_up_the_decoders_noise(model: Model) -> None:
    plans = [
        plan_of(model, morph(start, STORED, count=2)) for start in (Idea(text="apple"), STORED)
    ]
    drawn = [plan.noise[0].draw((4, 8, 8)) for plan in plans]
    assert torch.equal(*drawn)
    other = plan_of(model, Generate(prompt="apple", sampling=Sampling(seed=5)))
    assert not torch.equal(drawn[0], other.noise[0].draw((4, 8, 8)))
