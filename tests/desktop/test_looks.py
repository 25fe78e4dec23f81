"""Many answers of the prior, in which order they are shown, and that a seed repeats one."""

from pathlib import Path

import numpy as np
import pytest

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.looks import Look, agreements, by_agreement, by_spread, in_full, looks
from desktop.questions import Choices
from desktop.settings import Settings
from engine import open_engine
from engine.errors import InvalidRequest
from engine.events import Image
from engine.families import find
from engine.requests import Generate, Sampling
from tests.fakes import square

NOW = Picture(Rect(0, 0, 256, 256))
ROOT = Path(__file__).parents[2]


def choices(count: int, sampling: Sampling) -> Choices:
    return Choices(count, sampling, Settings(), find("starter"))


def look(*numbers: float) -> Look:
    return Look(0, square(0, 4, 4), np.array(numbers, np.float16))


def test_a_look_is_one_answer_of_the_prior_in_few_steps() -> None:
    request = looks(" a cat ", NOW, choices(12, Sampling(seed=40)))
    assert (request.prompt, request.count, request.prior_candidates) == ("a cat", 12, 1)
    assert (request.sampling.steps, request.sampling.sampler) == (6, "ddim")
    assert request.sampling.prior_steps is None, "the prior is not cut short"
    with pytest.raises(InvalidRequest, match="prompt is empty"):
        looks("  ", NOW, choices(12, Sampling()))


def test_the_order_is_by_agreement_or_by_how_far_apart_they_are() -> None:
    found = [look(1, 0), look(0.9, 0.1), look(0, 1), look(-1, 0)]
    scores = agreements(found, np.array([0, 2], np.float16))
    assert scores == pytest.approx((0, 0.110, 1, 0), abs=0.01)
    assert by_agreement(scores) == (2, 1, 0, 3)
    assert by_spread(found, 0) == (0, 3, 2, 1), "the nearest to what is shown comes last"
    assert (agreements([], np.zeros(2, np.float16)), by_spread([])) == ((), ())


def pictures_of(request: Generate) -> list[Image]:
    engine = open_engine([ROOT / "resources"], find("starter"))
    return [event for event in engine.run(request) if isinstance(event, Image)]


@pytest.mark.slow
def test_what_was_chosen_is_what_is_painted() -> None:
    """With the Starter: the same embedding and, in the large, the same picture."""
    few = Sampling(seed=30, prior_steps=4)
    coarse = pictures_of(looks("a red apple", NOW, choices(3, few)))
    chosen = Look.of(coarse[1])
    asked = in_full(chosen, "a red apple", NOW, choices(9, few), adds=True)
    assert isinstance(asked.request, Generate)
    assert (asked.adds, asked.request.count, asked.request.sampling.steps) == (True, 1, None)
    (full,) = pictures_of(asked.request)
    assert full.seed == chosen.seed == 31
    assert np.array_equal(full.embedding, chosen.embedding)
    near = [float(np.abs(full.pixels.astype(int) - each.pixels).mean()) for each in coarse]
    assert near[1] == min(near)
    assert near[1] < 0.5 * sorted(near)[1], "and not by chance"
