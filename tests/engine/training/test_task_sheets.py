"""What is varied on a sheet is one plain thing, and one that there is."""

import numpy as np
import pytest

from engine.errors import InvalidRequest
from engine.training.composer import Pair
from engine.training.task_sheets import first_plain

NOTHING = np.zeros((1, 1, 3), np.uint8)
DRAWN = [
    Pair(NOTHING, caption, "single", ())
    for caption in ("a dog face", "a dog and a cat", "a large dog", "a red dog, 3d render", "a dog")
]


def test_the_first_drawing_of_the_thing_alone_is_taken() -> None:
    assert first_plain("dog", DRAWN).caption == "a red dog, 3d render"


def test_what_is_never_drawn_is_said_and_not_looked_for_without_end() -> None:
    with pytest.raises(InvalidRequest, match="plainly a cat"):
        first_plain("cat", DRAWN)
