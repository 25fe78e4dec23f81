"""Missing pixels continue what is around them, and known ones stay."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.fill import filled

Shape = tuple[int, int]


def gradient(height: int, width: int) -> np.ndarray:
    """A plane in each channel, within 0..1."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    return np.stack([x, y, (x + y) / 2], axis=-1).astype(np.float32)


def without(shape: Shape, hole: tuple[slice, slice]) -> np.ndarray:
    """All known but the hole."""
    known = np.ones(shape, dtype=bool)
    known[hole] = False
    return known


def test_a_hole_in_a_gradient_is_the_gradient() -> None:
    picture = gradient(96, 128)
    known = without((96, 128), np.s_[20:70, 30:100])
    spoilt = np.where(known[..., None], picture, 7.0).astype(np.float32)
    assert np.abs(filled(spoilt, known) - picture).max() < 4 / 255


def test_a_plain_picture_is_continued_plainly_in_every_direction() -> None:
    known = np.zeros((50, 70), dtype=bool)
    known[20:30, 10:25] = True
    picture = np.where(known[..., None], np.float32(0.3), np.float32(0)).repeat(3, axis=2)
    assert np.abs(filled(picture, known) - 0.3).max() < 1e-6


def test_an_outpainting_begins_without_a_step() -> None:
    """Across the border the values change hardly more than along it."""
    picture = gradient(64, 64)
    known = without((64, 64), np.s_[:, 32:])
    result = filled(picture, known)
    steps = np.abs(np.diff(result[:, 31:], axis=1))
    assert steps.max() < 16 / 255, "the corners bend most"
    assert steps[8:-8].max() < 6 / 255


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 17), st.integers(1, 17)),
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0, 1),
)
def test_known_pixels_stay_and_the_others_lie_between_them(
    shape: Shape, seed: int, share: float
) -> None:
    chance = np.random.default_rng(seed)
    picture = chance.random((*shape, 3)).astype(np.float32)
    known = chance.random(shape) < share
    result = filled(picture, known)
    assert (result.shape, result.dtype) == (picture.shape, np.float32)
    assert np.array_equal(result[known], picture[known])
    least, most = (picture[known].min(0), picture[known].max(0)) if known.any() else (0.5, 0.5)
    assert (result[~known] >= least - np.float32(1e-6)).all()
    assert (result[~known] <= most + np.float32(1e-6)).all()
    assert np.array_equal(filled(picture, known), result)


@pytest.mark.parametrize("shape", [(1, 1), (4, 9)])
def test_of_nothing_grey_is_made(shape: Shape) -> None:
    result = filled(np.ones((*shape, 3), np.float32), np.zeros(shape, bool))
    assert (result == 0.5).all()
