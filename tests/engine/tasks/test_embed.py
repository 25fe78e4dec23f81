"""Embeddings, agreement and names of pictures."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import WeightsMissing
from engine.events import Embedded, Finished, Stage
from engine.images import clip_input
from engine.memory import Residency
from engine.model import Model
from engine.requests import Embed
from engine.tasks.meaning import text_embeddings_of, texts_of
from engine.unclip import UnclipEngine
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.painting import RESOURCES, drawing, finish, starter_engine
from tests.tiny import TINY

APPLE, HOUSE = drawing("apple", 16), drawing("house", 16)


def embedded(engine: UnclipEngine, request: Embed) -> Embedded:
    """The one answer of a run."""
    (answer,) = (event for event in engine.run(request) if isinstance(event, Embedded))
    return answer


def test_embeddings_and_agreement_are_those_of_the_two_towers(
    engine: UnclipEngine, model: Model
) -> None:
    texts = ("a red apple", "a house", "blue")
    answer = embedded(engine, Embed(images=(APPLE, HOUSE), texts=texts))
    tower = finish(model.image_tower())
    seen = torch.cat([tower(clip_input(picture, 16)) for picture in (APPLE, HOUSE)])
    read = finish(texts_of(model, texts)).embed
    assert np.allclose(answer.images, seen, atol=2e-3)
    assert np.allclose(answer.texts, read, atol=2e-3)
    expected = torch.nn.functional.cosine_similarity(seen[:, None], read[None], dim=-1)
    assert np.allclose(answer.agreement, expected, atol=1e-5)
    assert (answer.words, answer.model) == (((), ()), "tiny")


def test_texts_of_different_lengths_are_read_as_if_alone(model: Model) -> None:
    texts = ("a", "a red apple on a table", "blue")
    together = finish(text_embeddings_of(model, texts))
    alone = torch.cat([finish(text_embeddings_of(model, (text,))) for text in texts])
    padded = finish(texts_of(model, texts)).embed
    assert torch.allclose(together, alone, atol=1e-5)
    assert torch.allclose(together, padded, atol=1e-5)


def test_either_side_may_be_empty(engine: UnclipEngine) -> None:
    only_texts = embedded(engine, Embed(texts=("apple",), words=3))
    assert (only_texts.images.shape, only_texts.agreement.shape) == ((0, 32), (0, 1))
    assert only_texts.words == ()
    only_images = embedded(engine, Embed(images=(APPLE,)))
    assert (only_images.texts.shape, only_images.agreement.shape) == ((0, 32), (1, 0))


def test_the_nearest_words_come_best_first_and_are_read_once(weights: Path) -> None:
    engine = UnclipEngine(TINY, WeightStore([weights, RESOURCES]), Residency(Target(), keep=True))
    first = list(engine.run(Embed(images=(APPLE, HOUSE), words=5)))
    (answer,) = (event for event in first if isinstance(event, Embedded))
    assert [len(words) for words in answer.words] == [5, 5]
    agreements = [word.agreement for word in answer.words[0]]
    assert agreements == sorted(agreements, reverse=True)
    best = answer.words[0][0]
    check = embedded(engine, Embed(images=(APPLE,), texts=(best.word,)))
    assert check.agreement[0, 0] == pytest.approx(best.agreement, abs=1e-4)
    again = list(engine.run(Embed(images=(APPLE,), words=5)))
    finished = again[-1]
    assert isinstance(finished, Finished)
    assert Stage.TEXT not in dict(finished.seconds)


def test_without_the_list_nothing_is_named_but_all_is_embedded(weights: Path) -> None:
    engine = UnclipEngine(TINY, WeightStore([weights]), Residency(Target(), keep=True))
    assert embedded(engine, Embed(images=(APPLE,))).images.shape == (1, 32)
    with pytest.raises(WeightsMissing, match=r"words\.txt"):
        embedded(engine, Embed(images=(APPLE,), words=1))


def test_the_bundled_words_are_plain_and_sorted() -> None:
    words = (RESOURCES / "words.txt").read_text(encoding="utf-8").splitlines()
    assert len(words) > 600
    assert words == sorted(set(words))
    assert all(word == word.strip().lower() for word in words)


def test_the_starter_takes_the_apple_for_an_apple_rather_than_the_house() -> None:
    pictures = (drawing("apple", 256), drawing("house", 256))
    texts = ("a red apple", "a house")
    answer = embedded(starter_engine(), Embed(images=pictures, texts=texts))
    (right, wrong), (crossed, straight) = answer.agreement.tolist()
    assert right + straight > wrong + crossed
