"""The shipped text tower knows everyday words that no caption ever used."""

from pathlib import Path

import pytest
import torch

from engine.families import starter
from engine.tokenizer import load
from engine.training import tables
from engine.training.captions import load_rows
from engine.training.names import Names
from engine.training.synonyms import nearest, read, share_right
from engine.training.vocabulary import all_merges
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

RESOURCES = Path(__file__).parents[2] / "resources"
LISTED = Path(__file__).parents[1] / "data" / "synonyms.txt"


def test_the_listed_words_are_two_hundred_and_occur_in_no_name() -> None:
    pairs = read(LISTED)
    names = Names.of(load_rows(tables.CAPTIONS))
    assert len({pair.word for pair in pairs}) == 200
    assert not [pair.word for pair in pairs if pair.word in names.groups]
    assert not [pair.name for pair in pairs if pair.name not in names.groups]


@pytest.mark.slow
def test_many_of_two_hundred_words_lead_to_the_name_they_mean() -> None:
    tokenizer = load(RESOURCES / "starter/prior/tokenizer", starter.TEXT.context)
    plain = [tuple(merge.split()) for merge in all_merges()[: len(tokenizer.ranks)]]
    if list(tokenizer.ranks) == plain:
        pytest.skip("this Starter was exported without new words")
    target = Target(torch.float32, "cpu")
    tower = parts.load_text(WeightStore([RESOURCES]), starter.STARTER, target)
    pairs, names = read(LISTED), Names.of(load_rows(tables.CAPTIONS))
    answers = nearest(tower, tokenizer, pairs, names)
    assert share_right(pairs, answers, names) > 0.35
    exchanged = [*pairs[100:], *pairs[:100]]
    assert share_right(exchanged, answers, names) < 0.1, "the control"
