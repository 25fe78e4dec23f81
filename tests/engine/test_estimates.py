"""What a model asks of a machine is said before it is there, from sizes and from what was seen."""

import pytest

from engine.estimates import Speed, memory_needed, seconds_per_picture, speed_of
from engine.families.offers import OFFERS, offer


def test_memory_is_that_of_the_largest_part_in_two_bytes_for_a_number() -> None:
    decoder = max(file.size or 0 for file in offer("kandinsky22").files)
    needed = memory_needed(offer("kandinsky22"))
    assert decoder / 2 < needed < decoder / 2 + 500_000_000


def test_a_speed_seen_with_one_model_gives_the_seconds_of_another() -> None:
    starter, large = offer("starter"), offer("kandinsky22")
    speed = speed_of(starter, count=2, seconds=1.0, device="cpu")
    assert speed == Speed("cpu", pytest.approx(2 * starter.work))
    assert seconds_per_picture(starter, speed) == pytest.approx(0.5)
    assert seconds_per_picture(large, speed) == pytest.approx(large.work / speed.teraflops / 3)
    card = Speed("cuda", speed.teraflops)
    assert seconds_per_picture(large, card) == pytest.approx(large.work / speed.teraflops)


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (1, 0.0)])
def test_nothing_is_learned_from_nothing(count: int, seconds: float) -> None:
    assert speed_of(OFFERS[0], count, seconds, "cpu") is None
