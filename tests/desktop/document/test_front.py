"""The front of a touch: all that it may change lies in it, and little else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.front import Disc, front

PLACES = st.floats(-200, 200)
SIDE = 700


def inside(disc: Disc) -> np.ndarray:
    """Which pixels of a square around the origin lie wholly in a disc."""
    edge = np.arange(-SIDE, SIDE + 1)
    near = (edge[None, :] - disc.x) ** 2 + (edge[:, None] - disc.y) ** 2 <= disc.radius**2
    return near[1:, 1:] & near[:-1, 1:] & near[1:, :-1] & near[:-1, :-1]


def touched(disc: Disc) -> np.ndarray:
    """Which pixels have their nearest point in a disc."""
    edge = np.arange(-SIDE, SIDE)
    x = np.clip(disc.x, edge, edge + 1) - disc.x
    y = np.clip(disc.y, edge, edge + 1) - disc.y
    return x[None, :] ** 2 + y[:, None] ** 2 < disc.radius**2


@given(PLACES, PLACES, st.floats(40, 300), st.floats(0.05, 1.2), PLACES, st.booleans())
def test_a_front_holds_all_that_is_not_covered(
    x: float, y: float, radius: float, share: float, away: float, alone: bool
) -> None:
    disc = Disc(x, y, radius)
    covered = None if alone else Disc(x + away / 4, y - away / 3, radius * share)
    found = np.zeros((2 * SIDE, 2 * SIDE), np.uint8)
    for _, part in front(disc, covered):
        found[part.top + SIDE : part.bottom + SIDE, part.left + SIDE : part.right + SIDE] += 1
    assert found.max() <= 1
    wanted = touched(disc) if covered is None else touched(disc) & ~inside(covered)
    assert (found[wanted] == 1).all()


def test_a_front_is_far_less_than_its_disc() -> None:
    disc, before = Disc(300.0, 300.0, 250.0), Disc(280.0, 300.0, 240.0)
    parts = [part for _, part in front(disc, before)]
    assert sum(part.width * part.height for part in parts) < 0.55 * 500 * 500
    assert sum(part.width * part.height for _, part in front(disc, None)) > 0.7 * 500 * 500
