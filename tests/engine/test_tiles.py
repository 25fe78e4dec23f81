"""Tiles cover a picture and join without a trace."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.tiles import fading, lay, spans


@given(length=st.integers(1, 3000), size=st.integers(2, 300), data=st.data())
def test_spans_cover_everything_and_share_enough(
    length: int, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    result = spans(length, size, overlap)
    assert (result[0].start, result[-1].stop) == (0, length)
    assert len({span.stop - span.start for span in result}) == 1
    assert all(span.stop - span.start <= size for span in result)
    pairs = list(pairwise(result))
    assert all(before.stop - after.start >= overlap for before, after in pairs)
    assert all(before.start < after.start for before, after in pairs)


def test_pieces_of_one_picture_are_that_picture() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (97, 50, 3), dtype=np.uint8)
    for axis in (0, 1):
        target, filled = np.zeros_like(picture), 0
        for span in spans(picture.shape[axis], 30, 9):
            piece = np.take(picture, range(span.start, span.stop), axis)
            lay(target, piece, span.start, filled, axis)
            filled = span.stop
        assert np.array_equal(target, picture)


def test_the_rim_of_a_tile_has_no_part_in_the_result() -> None:
    target = np.full((1, 80, 3), 100, np.uint8)
    lay(target, np.full((1, 40, 3), 200, np.uint8), start=40, filled=72, axis=1)
    row = target[0, :, 0]
    assert (row[:52] == 100).all()
    assert (np.diff(row[51:61].astype(int)) > 0).all()
    assert (row[60:] == 200).all()


def test_the_fading_is_symmetric() -> None:
    for length in range(1, 40):
        assert np.allclose(fading(length) + fading(length)[::-1], 1)
