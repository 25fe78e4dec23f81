"""Articles, plurals and the words a phrase covers."""

import pytest

from engine.training.words import (
    article,
    countable,
    has_colour,
    plural,
    with_article,
    without_colours,
    words_of,
)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("apple", "an apple"),
        ("orange whale", "an orange whale"),
        ("unicorn", "a unicorn"),
        ("uninflated ball", "an uninflated ball"),
        ("ufo", "a ufo"),
        ("hourglass", "an hourglass"),
        ("x-ray", "an x-ray"),
        ("8-bit castle", "an 8-bit castle"),
        ("cactus", "a cactus"),
        ("red bus", "a red bus"),
        ("french fries", "french fries"),
        ("dice", "dice"),
        ("pair of jeans", "a pair of jeans"),
        ("cup of coffee", "a cup of coffee"),
        ("coffee", "coffee"),
        ("small black bread", "small black bread"),
        ("red wine", "red wine"),
        ("glasses with eyes", "glasses with eyes"),
        ("person with glasses", "a person with glasses"),
        ("two hearts", "two hearts"),
        ("planet earth", "planet earth"),
        ("t-rex", "a t-rex"),
    ],
)
def test_a_phrase_gets_the_article_a_person_would_say(phrase: str, said: str) -> None:
    assert with_article(phrase) == said


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("cat", "cats"),
        ("red bus", "red buses"),
        ("cherry", "cherries"),
        ("monkey", "monkeys"),
        ("wolf", "wolves"),
        ("fish", "fish"),
        ("potato", "potatoes"),
        ("piano", "pianos"),
        ("pine tree", "pine trees"),
        ("mouse", "mice"),
        ("watch", "watches"),
    ],
)
def test_a_phrase_gets_the_plural_a_person_would_say(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize("phrase", ["milk", "scissors", "glass of milk", "man's shoe", "a b c d"])
def test_what_has_no_plural_is_not_counted(phrase: str) -> None:
    assert not countable(phrase)
    assert countable("red apple")


def test_an_article_is_not_put_before_another() -> None:
    assert article("the moon") == article("three cats") == article("") == ""


def test_colour_words_are_found_and_taken_away() -> None:
    assert has_colour("a dark-haired cat")
    assert not has_colour("a cat")
    assert without_colours("light blue heart") == "heart"


def test_the_words_of_a_text_include_singulars_and_parts() -> None:
    said = words_of("Three cats, berries on heart-eyes")
    assert {"three", "cat", "cats", "berry", "heart", "eye", "heart-eyes"} <= said
    assert "bus" in words_of("bus")
