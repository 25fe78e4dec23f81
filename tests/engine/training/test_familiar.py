"""What people know is drawn more often, and only where it is asked for."""

import random
from collections import Counter

from engine.training import tables
from engine.training.captions import load_rows
from engine.training.familiar import LARGEST, familiarity, of_name
from engine.training.shelf import Shelf

DRAWS = 3_000


def test_words_that_captions_say_often_are_familiar() -> None:
    assert of_name("dog") > of_name("owl") > of_name("umbrella") > of_name("accordion")
    assert of_name("dog") == LARGEST


def test_every_word_of_a_name_makes_it_rarer() -> None:
    assert of_name("umbrella") > of_name("closed umbrella") > of_name("closed umbrella with rain")
    assert of_name("cup of coffee") == of_name("cup coffee")


def test_a_thing_is_as_familiar_as_its_best_known_name() -> None:
    rows = load_rows(tables.CAPTIONS)
    named = next(row for row in rows if len(row.names) > 1)
    assert familiarity([named]) == max(of_name(name) for name in named.names)


def drawn(power: float) -> Counter[str]:
    rows = [row for row in load_rows(tables.CAPTIONS) if row.subject in ("dog", "accordion")]
    shelf, rng = Shelf(rows, {"3d": 1.0}, {}, power), random.Random(0)
    return Counter(shelf.pick(None, rng).subject for _ in range(DRAWS))


def test_the_familiar_is_drawn_as_much_more_often_as_the_power_says() -> None:
    found = drawn(1.0)
    wanted = of_name("dog") / of_name("accordion")
    assert 0.8 * wanted < found["dog"] / found["accordion"] < 1.25 * wanted


def test_without_a_power_all_are_drawn_alike() -> None:
    found = drawn(0.0)
    assert 0.85 < found["dog"] / found["accordion"] < 1.18
