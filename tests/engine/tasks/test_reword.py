"""Text differences: nothing at zero, further with the amount, several at once."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.model import Model
from engine.requests import Change, Idea, Reword, Sampling, Vary
from engine.tasks.meaning import embeddings_of, text_embeddings_of
from engine.tasks.reword import FARTHEST, reworded
from engine.tasks.space import angle_between, length, unit
from engine.unclip import UnclipEngine
from tests.painting import drawing, finish, images, pictures, plan_of

APPLE = drawing("apple", 16)


def reword(*changes: tuple[str, str, float], keep: bool = True, count: int = 1) -> Reword:
    """Changes of the apple from seed 5."""
    return Reword(
        image=APPLE,
        changes=tuple(Change(before=b, after=a, amount=amount) for b, a, amount in changes),
        keep_composition=keep,
        count=count,
        sampling=Sampling(seed=5, steps=6),
    )


def own_and_difference(model: Model, before: str, after: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The apple's embedding and the direction between two texts, (1,D) each."""
    texts = finish(text_embeddings_of(model, (before, after)))
    return finish(embeddings_of(model, (APPLE,))), unit(texts[1:] - texts[:1])


@pytest.mark.parametrize("amount", [0.2, 1.0])
def test_the_embedding_turns_into_the_difference_by_half_the_amount(
    model: Model, amount: float
) -> None:
    own, difference = own_and_difference(model, "an apple", "a pear")
    turned = plan_of(model, reword(("an apple", "a pear", amount))).embedding
    whole = float(angle_between(own, difference))
    assert FARTHEST == 0.5
    assert float(angle_between(own, turned)) == pytest.approx(0.5 * amount * whole, abs=1e-4)
    rest = float(angle_between(turned, difference))
    assert rest == pytest.approx((1 - 0.5 * amount) * whole, abs=1e-4)
    assert torch.allclose(length(turned), length(own))


def test_an_empty_before_is_the_empty_text(model: Model) -> None:
    own, difference = own_and_difference(model, "", "a pear")
    turned = plan_of(model, reword(("", "a pear", 1.0))).embedding
    between = float(angle_between(own, turned) + angle_between(turned, difference))
    assert between == pytest.approx(float(angle_between(own, difference)), abs=1e-4)


def test_at_zero_the_picture_comes_back_as_by_a_variation_without_drift(
    base_engine: UnclipEngine,
) -> None:
    back = pictures(base_engine, reword(("an apple", "a pear", 0.0)))
    vary = Vary(idea=Idea(image=APPLE), composition=0.0, sampling=Sampling(seed=5, steps=6))
    assert np.abs(back - pictures(base_engine, vary)).max() <= 1
    changed = pictures(base_engine, reword(("an apple", "a pear", 0.5)))
    assert np.abs(back - changed).max() > 20


def test_equal_texts_change_nothing(model: Model) -> None:
    own, _ = own_and_difference(model, "", "a pear")
    plan = plan_of(model, reword(("a pear", "a pear", 1.0)))
    assert torch.allclose(plan.embedding, own, atol=1e-5)
    assert plan.guidance == 1.0


@pytest.mark.slow
def test_the_order_of_changes_does_not_matter_and_both_count(model: Model) -> None:
    one, other = ("an apple", "a pear", 0.4), ("", "blue", 0.6)
    both = plan_of(model, reword(one, other)).embedding
    assert torch.allclose(both, plan_of(model, reword(other, one)).embedding, atol=1e-6)
    for alone in (one, other):
        assert float(angle_between(both, plan_of(model, reword(alone)).embedding)) > 0.01


def test_many_changes_together_turn_no_further_than_one_whole() -> None:
    source = torch.Generator().manual_seed(2)
    own, pairs = torch.randn(1, 64, generator=source), torch.randn(6, 2, 64, generator=source)
    turned, share = reworded(own, pairs, [1.0] * 6)
    assert share == 1.0
    towards = unit((pairs[:, 1] - pairs[:, 0]) / length(pairs[:, 1] - pairs[:, 0])).sum(0)
    half = float(angle_between(own[0], towards)) / 2
    assert float(angle_between(own[0], turned[0])) == pytest.approx(half, abs=1e-4)


@pytest.mark.slow
def test_what_keeps_its_composition_starts_from_the_pictures_own_noise(
    base_engine: UnclipEngine, model: Model
) -> None:
    kept = plan_of(model, reword(("", "a pear", 0.5), count=2))
    assert kept.start is not None
    assert torch.equal(kept.start.latents[0], kept.start.latents[1])
    assert kept.guidance == pytest.approx(2.5)
    free = plan_of(model, reword(("", "a pear", 0.5), keep=False, count=2))
    assert (free.start, free.guidance) == (None, None)
    request = replace(reword(("", "a pear", 0.5), keep=False, count=2))
    first, second = images(base_engine.run(request))
    assert not np.array_equal(first.pixels, second.pixels)
    assert first.sampling.sampler == "ddpm"
