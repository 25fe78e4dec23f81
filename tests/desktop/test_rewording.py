"""What stacked changes of a description ask for."""

import numpy as np
import pytest

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.questions import Choices
from desktop.rewording import STRIP, Rewording, place_of, reword, strip
from desktop.settings import Settings
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.families import find
from engine.requests import Change, Reword, Sampling

WIDE = Source(name="a beach", pixels=np.full((20, 40, 3), 9, np.uint8))
NOW = Picture(Rect(0, 0, 64, 64))
CHOICES = Choices(2, Sampling(seed=7), Settings(), find("starter"))


def changed(**values: object) -> Rewording:
    return Rewording(source=WIDE).changed(1, **values)


def test_only_changes_that_are_on_and_say_something_are_asked_for() -> None:
    state = changed(before=" winter ", after="summer", amount=40).added().added().added()
    state = state.changed(2, after="at night", on=False).changed(3, after="  ")
    state = state.changed(4, after="3d style", amount=100)
    request = reword(state, NOW, CHOICES).request
    assert isinstance(request, Reword)
    assert request.changes == (
        Change(before="winter", after="summer", amount=0.4),
        Change(before="", after="3d style", amount=1.0),
    )
    assert (request.count, request.sampling.seed, request.keep_composition) == (2, 7, True)
    assert request.image is WIDE.pixels


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (Rewording(), "no picture to reword"),
        (Rewording(source=Source(name="a", text="a")), "Words cannot be reworded"),
        (Rewording(source=WIDE), "write what the picture should become"),
        (changed(after="summer", on=False), "write what the picture should become"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(state: Rewording, sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        reword(state, NOW, CHOICES)


def test_a_strip_goes_through_one_change_and_leaves_the_others() -> None:
    state = changed(after="summer", amount=30).added().changed(2, after="at night", amount=80)
    steps = strip(state, 2, NOW, CHOICES)
    assert [request.changes[1].amount for request in steps] == [each / 100 for each in STRIP]
    assert {request.changes[0].amount for request in steps} == {0.3}
    assert {(request.count, request.sampling.seed) for request in steps} == {(1, 7)}


def test_a_picture_stays_where_it_lies_and_one_from_outside_keeps_its_shape() -> None:
    frame = Rect(10, 10, 64, 64)
    assert place_of(WIDE, frame) == Rect(10, 26, 64, 32)
    here = Rect(5, 6, 40, 20)
    lying = Source(name="a", pixels=WIDE.pixels, frame=here)
    assert reword(Rewording(source=lying).changed(1, after="b"), NOW, CHOICES).frame == here
