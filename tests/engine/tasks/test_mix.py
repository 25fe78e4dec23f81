"""Mixing: linear as it is published, spherical by its own truths."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from torch import Tensor

from engine.model import Model
from engine.requests import Blending, Idea, Ingredient, Mix, Sampling
from engine.tasks.meaning import embeddings_of
from engine.tasks.plan import sources_of
from engine.tasks.space import length, slerp
from engine.unclip import UnclipEngine
from tests.painting import drawing, finish, images, plan_of

APPLE, HOUSE = drawing("apple", 16), drawing("house", 16)
STORED = np.linspace(-1, 1, 32).astype(np.float16)
Part = str | np.ndarray


def mix(*parts: tuple[Part, float], blending: Blending = Blending.LINEAR, count: int = 2) -> Mix:
    """A mix of texts, pictures and stored embeddings."""
    return Mix(
        ingredients=tuple(Ingredient(idea=idea_of(part), weight=weight) for part, weight in parts),
        blending=blending,
        count=count,
        sampling=Sampling(seed=5, prior_steps=3, prior_guidance=3.0),
    )


def idea_of(part: Part) -> Idea:
    """A text, a picture or an embedding by its form."""
    if isinstance(part, str):
        return Idea(text=part)
    return Idea(embedding=part) if part.dtype == np.float16 else Idea(image=part)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "parts",
    [
        [("a red apple", 0.3), (APPLE, 0.7)],
        [(APPLE, 0.5), ("a red apple", 1.0), (HOUSE, -0.25), ("blue", -0.5)],
        [(APPLE, 0.5), (HOUSE, 0.5)],
    ],
    ids=["text and picture", "two and two, negative weights", "pictures alone"],
)
def test_a_linear_mix_is_the_published_interpolation(
    weights: Path, model: Model, parts: list[tuple[Part, float]]
) -> None:
    from diffusers import KandinskyV22PriorPipeline

    prior = KandinskyV22PriorPipeline.from_pretrained(weights / "tiny/prior")
    prior.set_progress_bar_config(disable=True)
    given = [PillowImage.fromarray(p) if isinstance(p, np.ndarray) else p for p, _ in parts]
    theirs = prior.interpolate(
        given,
        [weight for _, weight in parts],
        num_images_per_prompt=2,
        num_inference_steps=3,
        guidance_scale=3.0,
        generator=[torch.Generator().manual_seed(seed) for seed in (5, 6)],
    )
    plan = plan_of(model, mix(*parts))
    assert relative(plan.embedding, theirs.image_embeds) < 1e-4
    assert relative(plan.against, theirs.negative_image_embeds.expand(2, -1)) < 1e-4
    spread = (plan.embedding[0] - plan.embedding[1]).abs().max()
    assert (spread > 0.01) == any(isinstance(part, str) for part, _ in parts)


def relative(ours: Tensor, theirs: Tensor) -> float:
    """Largest difference over the largest value."""
    assert ours.shape == theirs.shape
    return float((ours - theirs).abs().max() / theirs.abs().max())


def test_the_decoder_goes_on_where_the_texts_stopped(model: Model) -> None:
    """As after the prior of Generate: one stream of noise names one picture."""
    plan = plan_of(model, mix(("a red apple", 1.0), ("blue", 1.0), count=1))
    (source,) = sources_of((5,), model)
    for _ in range(2 * 3):  # two texts, each the start and a draw in every step but the last
        source.draw((32,))
    assert torch.equal(plan.noise[0].draw((4, 2, 2)), source.draw((4, 2, 2)))


def test_a_spherical_mix_of_two_pictures_lies_on_the_path_between_them(model: Model) -> None:
    seen = finish(embeddings_of(model, (APPLE, HOUSE)))
    plan = plan_of(model, mix((APPLE, 3.0), (HOUSE, 1.0), blending=Blending.SPHERICAL))
    expected = slerp(seen[:1], seen[1:], 0.25).expand(2, -1)
    assert torch.allclose(plan.embedding, expected, atol=1e-4)


def test_weights_that_sum_to_little_make_a_linear_mix_short_and_no_spherical_one(
    model: Model,
) -> None:
    parts = ((APPLE, 0.1), (STORED, 0.1))
    lengths = {
        blending: float(length(plan_of(model, mix(*parts, blending=blending)).embedding)[0])
        for blending in Blending
    }
    assert lengths[Blending.SPHERICAL] > 4 * lengths[Blending.LINEAR]


def test_one_stored_embedding_is_painted_as_it_is(engine: UnclipEngine) -> None:
    for blending in Blending:
        painted = images(engine.run(mix((STORED, 1.0), blending=blending, count=1)))
        assert np.allclose(painted[0].embedding, STORED, atol=2e-3)


def test_the_order_of_pictures_does_not_matter(model: Model) -> None:
    for blending in Blending:
        one = plan_of(model, mix((APPLE, 1.0), (HOUSE, -0.5), (STORED, 0.5), blending=blending))
        other = plan_of(model, mix((STORED, 0.5), (APPLE, 1.0), (HOUSE, -0.5), blending=blending))
        assert torch.allclose(one.embedding, other.embedding, atol=1e-4)
