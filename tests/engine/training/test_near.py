"""Near captions: what differs, differs in one thing, and is never another word for the same."""

import random

import pytest

from engine.training.captions import Row
from engine.training.near import NearCaptions


def rows(group: str, *names: str) -> list[Row]:
    """Enough rows of one concept that its names are everyday names."""
    row = {"id": group, "source": "", "style": "3d", "category": "objects"}
    return [Row(number=n, group=group, names=names, **row) for n in range(3)]


@pytest.fixture(scope="module")
def near() -> NearCaptions:
    table = [("car", "car", "automobile"), ("owl", "owl"), ("unicorn", "unicorn"), ("cup", "cup")]
    return NearCaptions([row for group, *names in table for row in rows(group, *names)])


def test_a_colour_a_number_a_place_and_the_thing_itself_are_exchanged(near: NearCaptions) -> None:
    found = set(near.of("a red car", 12, random.Random(0)))
    assert {"a blue car", "a red owl"} <= found
    assert all("red" in text or "car" in text for text in found), "only one thing differs"
    assert "five owls" in near.of("three owls", 8, random.Random(0))
    assert "a car below an owl" in near.of("a car above an owl", 30, random.Random(0))


def test_another_word_for_the_same_is_no_difference(near: NearCaptions) -> None:
    found = near.of("a red car", 40, random.Random(0))
    assert not [text for text in found if "automobile" in text]
    beside = near.of("a car next to an owl", 60, random.Random(0))
    assert not [text for text in beside if "left" in text or "right" in text]
    assert [text for text in beside if "above" in text]


def test_the_article_is_that_of_the_new_word(near: NearCaptions) -> None:
    found = near.of("a car at night", 200, random.Random(0))
    assert "an owl at night" in found
    assert "a unicorn at night" in found


def test_a_caption_that_says_nothing_known_has_no_rivals(near: NearCaptions) -> None:
    assert near.of("hello there", 5, random.Random(0)) == []
