"""Several embeddings per picture: the best is kept, and one picture is the same in any company."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.model import Model
from engine.requests import Generate, Sampling
from engine.tasks import generate
from engine.tasks.candidates import another_seed, best
from engine.tasks.meaning import texts_of
from engine.unclip import UnclipEngine
from engine.weights.store import WeightStore
from tests.painting import finish, pictures, plan_of


def ask(candidates: int = 1, count: int = 3, seed: int = 5, negative: str = "") -> Generate:
    """A request from this seed."""
    return Generate(
        prompt="a red apple",
        negative=negative,
        count=count,
        prior_candidates=candidates,
        sampling=Sampling(seed=seed, steps=3),
    )


def agreements(model: Model, embedding: torch.Tensor) -> torch.Tensor:
    """The dot product of each embedding with the prompt's."""
    text = finish(texts_of(model, ("a red apple",)))
    return embedding @ text.embed[0]


def test_of_more_candidates_none_agrees_less(model: Model) -> None:
    kept = [agreements(model, plan_of(model, ask(k)).embedding) for k in (1, 2, 4, 8)]
    assert all((more >= fewer - 1e-5).all() for fewer, more in pairwise(kept))
    assert (kept[-1] > kept[0]).any()


def test_a_request_that_leaves_it_open_gets_as_many_as_the_family_compares(
    model: Model, weights: Path
) -> None:
    family = replace(model.family, prior_candidates=4)
    several = Model(family, WeightStore([weights]), model.residency)
    open_request = replace(ask(), prior_candidates=None)
    found = [plan_of(each, open_request).embedding for each in (model, several)]
    assert torch.equal(found[0], plan_of(model, ask(1)).embedding)
    assert torch.equal(found[1], plan_of(model, ask(4)).embedding)
    assert not torch.equal(found[0], found[1])


def test_the_candidates_are_those_of_their_own_seeds(model: Model) -> None:
    """Candidate 0 is the picture's own; the others are what their seeds would give alone."""
    seeds = [5, another_seed(5, 1), another_seed(5, 2)]
    each = torch.cat([plan_of(model, ask(count=1, seed=seed)).embedding for seed in seeds])
    winner = int(agreements(model, each).argmax())
    kept = plan_of(model, ask(3, count=1)).embedding
    assert torch.allclose(kept[0], each[winner], atol=1e-5)


def test_further_seeds_are_fixed_and_apart() -> None:
    """The values are part of what a seed means; changing them changes people's pictures."""
    assert another_seed(5, 1) == another_seed(5, 1)
    assert len({another_seed(seed, number) for seed in range(50) for number in range(9)}) == 450
    assert another_seed(0, 1) == 2970253689385304826


def test_a_picture_with_candidates_is_the_same_alone_and_in_a_batch(model: Model) -> None:
    many = plan_of(model, ask(4, count=3))
    alone = plan_of(model, ask(4, count=1, seed=6))
    assert torch.allclose(many.embedding[1:2], alone.embedding, atol=1e-5)
    assert torch.equal(many.noise[1].draw((4,)), alone.noise[0].draw((4,)))


def test_the_decoders_noise_does_not_depend_on_the_candidates(model: Model) -> None:
    drawn = [plan_of(model, ask(k)).noise[0].draw((4, 8, 8)) for k in (1, 5)]
    assert torch.equal(*drawn)


def test_what_is_sampled_in_groups_is_the_same(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = plan_of(model, ask(5)).embedding
    monkeypatch.setattr(generate, "ROWS_AT_ONCE", 4)
    assert torch.allclose(plan_of(model, ask(5)).embedding, together, atol=1e-5)


def test_the_negative_embedding_is_the_same_whatever_the_candidates(model: Model) -> None:
    one, many = (plan_of(model, ask(k, negative="blue")).against for k in (1, 4))
    assert torch.allclose(one, many, atol=1e-5)


def test_the_best_is_chosen_for_each_picture_apart() -> None:
    candidates = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [3.0, 0.0]]])  # (K,B,D)
    assert best(candidates, torch.tensor([1.0, 0.0])).tolist() == [[1.0, 0.0], [3.0, 0.0]]


@pytest.mark.slow
def test_candidates_change_some_pictures(engine: UnclipEngine, weights: Path) -> None:
    one, many = (pictures(engine, ask(k)) for k in (1, 8))
    assert not np.array_equal(one, many)
    assert np.array_equal(many, pictures(engine, replace(ask(8))))
