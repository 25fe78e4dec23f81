"""Truths about taking the style of one embedding for the subject of another."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine import families
from engine.errors import InvalidRequest
from engine.model import Model
from engine.requests import Blending, Idea, Ingredient, Mix, Sampling
from engine.tasks.meaning import embeddings_of, text_embeddings_of
from engine.tasks.mix import styles_of
from engine.tasks.space import length, unit
from engine.tasks.style import (
    SUBJECTS,
    averaged,
    in_context,
    restyled,
    restyled_on_sphere,
    style_of,
    style_space,
)
from tests.painting import drawing, finish, model_of, plan_of

seeds = st.integers(0, 10_000)
WIDTH, WORDS = 12, 5
STARTER = families.find("starter")


def vectors(seed: int, count: int) -> Tensor:
    """Random vectors of different lengths, (count, WIDTH)."""
    source = torch.Generator().manual_seed(seed)
    return torch.randn(count, WIDTH, generator=source, dtype=torch.float64) * 3


def space_of(seed: int) -> Tensor:
    return style_space(vectors(seed, WORDS))


@given(seeds)
def test_the_space_is_spanned_by_the_differences_of_the_words(seed: int) -> None:
    words, space = vectors(seed, WORDS), space_of(seed)
    assert space.shape == (WORDS - 1, WIDTH)
    assert torch.allclose(space @ space.T, torch.eye(WORDS - 1, dtype=torch.float64), atol=1e-9)
    directions = words / length(words)
    differences = directions[1:] - directions[:-1]
    assert torch.allclose(style_of(differences, space), differences, atol=1e-9)


@given(seeds)
def test_a_style_for_itself_changes_nothing(seed: int) -> None:
    """So equal weights of style and subject are the plain mix."""
    a, space = vectors(seed + 1, 1), space_of(seed)
    assert torch.allclose(restyled(a, a, space), a)
    assert torch.allclose(restyled_on_sphere(a, a, space), a)


@given(seeds)
def test_the_style_comes_from_one_and_the_subject_from_the_other(seed: int) -> None:
    a, b = vectors(seed + 1, 2)
    space = space_of(seed)
    made = restyled(a, b, space)
    assert torch.allclose(style_of(made, space), style_of(b, space), atol=1e-9)
    assert torch.allclose(made - style_of(made, space), a - style_of(a, space), atol=1e-9)
    assert not torch.allclose(style_of(made, space), style_of(a, space)), "the control"


@given(seeds)
def test_what_differs_in_style_alone_is_all_style_and_what_stands_upright_is_none(
    seed: int,
) -> None:
    a, other = vectors(seed + 1, 2)
    space = space_of(seed)
    restyling = a + style_of(other, space)
    assert torch.allclose(restyled(a, restyling, space), restyling, atol=1e-9)
    upright = other - style_of(other, space)
    assert torch.allclose(restyled(a, a + upright, space), a, atol=1e-9)


@given(seeds, st.floats(-5, 5))
def test_no_middle_matters(seed: int, far: float) -> None:
    """The formula with a middle m, of which the module says that it falls out."""
    a, b, direction = vectors(seed + 1, 3)
    space, m = space_of(seed), far * direction
    plain = m + style_of(b - m, space) + (a - m) - style_of(a - m, space)
    assert torch.allclose(restyled(a, b, space), plain, atol=1e-9)


@given(seeds)
def test_on_the_sphere_the_length_of_the_subject_is_kept(seed: int) -> None:
    a, b = vectors(seed + 1, 2)
    space = space_of(seed)
    assert torch.allclose(length(restyled_on_sphere(a, b, space)), length(a))
    assert not torch.allclose(length(restyled(a, b, space)), length(a)), "the control"


def test_words_that_are_all_one_span_nothing() -> None:
    (word,) = vectors(3, 1)
    space = style_space(word.expand(4, -1))
    a, b = vectors(4, 2)
    assert space.shape == (0, WIDTH)
    assert torch.equal(restyled(a, b, space), a)


@given(seeds)
def test_what_a_word_says_of_subjects_averages_out(seed: int) -> None:
    """Subjects are the same for all styles, so that only what the styles add differs."""
    source = torch.Generator().manual_seed(seed)
    subjects = torch.randn(1, len(SUBJECTS), WIDTH, generator=source, dtype=torch.float64)
    added = vectors(seed + 1, WORDS)[:, None] / 1e4
    found = averaged((subjects + added).flatten(0, 1))
    assert found.shape == (WORDS, WIDTH)
    alone = length((found - found.mean(0))[0]) / length(found[0])
    single = (subjects + added)[:, 0]
    assert float(alone) < 0.01
    assert not torch.allclose(unit(single)[0], found[0], atol=0.01), "the control"
    texts = in_context(("old", "new"))
    assert (texts[0], texts[len(SUBJECTS)]) == ("an apple, old", "an apple, new")


# In a mix

APPLE, HOUSE = drawing("apple", 16), drawing("house", 16)


def mix(blending: Blending, *weights: tuple[float, float | None]) -> Mix:
    parts = [
        Ingredient(idea=Idea(image=picture), weight=weight, style=style)
        for picture, (weight, style) in zip((APPLE, HOUSE), weights, strict=True)
    ]
    return Mix(ingredients=tuple(parts), blending=blending, sampling=Sampling(seed=5))


@pytest.fixture
def styled(weights: Path) -> Model:
    """The tiny family, whose space has fewer dimensions than the list has words."""
    model = model_of(weights)
    model.styles = style_space(finish(text_embeddings_of(model, ("3d", "flat", "old", "blue"))))
    return model


@pytest.mark.parametrize("blending", list(Blending))
def test_equal_weights_of_both_are_the_plain_mix(styled: Model, blending: Blending) -> None:
    plain = plan_of(styled, mix(blending, (0.7, None), (0.3, None))).embedding
    nearly = plan_of(styled, mix(blending, (0.7, 0.7 + 1e-7), (0.3, 0.3))).embedding
    other = plan_of(styled, mix(blending, (0.7, 0.3), (0.3, 0.7))).embedding
    assert torch.allclose(nearly, plain, atol=1e-4 * float(plain.abs().max()))
    assert not torch.allclose(other, plain, atol=1e-2 * float(plain.abs().max())), "the control"


def test_the_subject_of_one_meets_the_style_of_the_other(styled: Model) -> None:
    apple, house = finish(embeddings_of(styled, (APPLE, HOUSE)))[:, None]
    assert styled.styles is not None
    made = plan_of(styled, mix(Blending.LINEAR, (1.0, 0.0), (0.0, 1.0))).embedding
    assert torch.allclose(made, restyled(apple, house, styled.styles), atol=1e-4)
    assert not torch.allclose(made, apple, atol=1e-2)
    assert not torch.allclose(made, house, atol=1e-2)


def test_the_bundled_styles_are_read_once_and_span_a_small_part_of_a_models_space(
    model: Model,
) -> None:
    space = finish(styles_of(model))
    again = list(styles_of(model))
    assert again == []
    assert model.styles is not None
    assert torch.equal(space, model.styles)
    assert len(set(model.listed_styles)) == len(model.listed_styles)
    assert len(model.listed_styles) < STARTER.vision.embed_dim // 16


def test_a_mix_of_no_style_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidRequest, match="No style would be left"):
        mix(Blending.LINEAR, (1.0, 0.0), (0.5, -1.0))
    with pytest.raises(InvalidRequest, match="no number"):
        Ingredient(idea=Idea(text="a cat"), style=float(np.nan))
