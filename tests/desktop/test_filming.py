"""What a film asks for, and how it is played."""

import numpy as np
import pytest

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.filming import Film, film, in_order
from desktop.questions import Choices
from desktop.settings import Settings
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.families import find
from engine.requests import Morph, PathNoise, Sampling

NUMBERS = np.ones(256, np.float16)
APPLE = Source(
    name="an apple", pixels=np.zeros((8, 8, 3), np.uint8), embedding=NUMBERS, model="starter"
)
PEAR = Source(name="a pear", text="a pear")
NOW = Picture(Rect(0, 0, 64, 64))
CHOICES = Choices(6, Sampling(seed=7), Settings(), find("starter"))


def test_a_film_goes_from_what_the_decoder_was_told_to_a_text() -> None:
    request = film(Film(start=APPLE, end=PEAR, count=6), NOW, CHOICES).request
    assert isinstance(request, Morph)
    assert request.start.embedding is NUMBERS
    assert request.end.text == "a pear"
    assert (request.count, request.noise) == (6, PathNoise.FIXED)


def test_ends_that_are_kept_have_to_be_pictures() -> None:
    request = film(Film(start=APPLE, end=APPLE, count=3, keep=True), NOW, CHOICES).request
    assert isinstance(request, Morph)
    assert request.start.image is APPLE.pixels
    assert request.noise is PathNoise.INVERTED
    with pytest.raises(InvalidRequest, match="one end is a text"):
        film(Film(start=APPLE, end=PEAR, keep=True), NOW, CHOICES)


@pytest.mark.parametrize("wanted", [Film(), Film(start=APPLE), Film(end=PEAR)])
def test_a_film_without_an_end_says_what_to_do(wanted: Film) -> None:
    with pytest.raises(InvalidRequest, match="needs two ends"):
        film(wanted, NOW, CHOICES)


def test_there_and_back_shows_no_frame_twice_in_a_row() -> None:
    assert in_order("abcd", back=False) == ("a", "b", "c", "d")
    assert in_order("abcd", back=True) == ("a", "b", "c", "d", "c", "b")
    assert in_order("ab", back=True) == ("a", "b")
    assert in_order("", back=True) == ()
