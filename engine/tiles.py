"""A large picture as tiles that overlap, and how they are joined. numpy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.requests import Pixels


@dataclass(frozen=True, slots=True)
class Span:
    """Pixels `start`..`stop` (exclusive) along one side."""

    start: int
    stop: int


def spans(length: int, size: int, overlap: int) -> tuple[Span, ...]:
    """The fewest equal spans, at most `size` long, that cover `length` sharing `overlap` or more.

    size is larger than overlap.
    """
    assert 0 <= overlap < size
    count = max(1, -(-(length - overlap) // (size - overlap)))
    if count == 1:
        return (Span(0, length),)
    each = -(-(length + (count - 1) * overlap) // count)
    starts = [index * (length - each) // (count - 1) for index in range(count)]
    return tuple(Span(start, start + each) for start in starts)


def lay(target: Pixels, piece: Pixels, start: int, filled: int, axis: int) -> None:
    """Write `piece` into `target` at `start` along `axis`; `target` holds pixels up to `filled`.

    Between `start` and `filled` the old pixels give way to the new ones in the middle, so that what
    lies close to the border of either, where a tile has not seen enough around it, has no part in
    the result. Where both say the same, that is the result exactly.
    """
    into, new = np.moveaxis(target, axis, 0), np.moveaxis(piece, axis, 0)
    shared = max(filled - start, 0)
    if shared:
        old = into[start:filled]
        share = fading(shared).reshape(-1, *(1,) * (new.ndim - 1))
        mixed = old + share * (new[:shared] - old.astype(np.float32))
        into[start:filled] = mixed.round().astype(np.uint8)
    into[start + shared : start + len(new)] = new[shared:]


def fading(length: int) -> NDArray[np.float32]:
    """Share of the new pixels along an overlap: none for 3/8, all for 3/8, a ramp between."""
    margin = 3 * length // 8
    position = np.arange(length, dtype=np.float32) + 0.5 - margin
    return (position / (length - 2 * margin)).clip(0, 1)
