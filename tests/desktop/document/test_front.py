"""The front of a touch: all that it may change lies in it, and little else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.front import MOST_DISCS, Disc, front, remembered
from desktop.document.geometry import Rect

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


@given(PLACES, PLACES, st.floats(40, 300), st.floats(0.05, 1.2), PLACES, st.integers(0, 4))
def test_a_front_holds_all_that_is_not_covered(
    x: float, y: float, radius: float, share: float, away: float, before: int
) -> None:
    disc = Disc(x, y, radius)
    covered = [
        Disc(x + away * n / 4, y - away * n**2 / 9, radius * share) for n in range(1, before + 1)
    ]
    found = np.zeros((2 * SIDE, 2 * SIDE), np.uint8)
    for _, part in front(disc, covered):
        found[part.top + SIDE : part.bottom + SIDE, part.left + SIDE : part.right + SIDE] += 1
    assert found.max() <= 1
    wanted = touched(disc)
    for each in covered:
        wanted &= ~inside(each)
    assert (found[wanted] == 1).all()


def test_a_front_is_far_less_than_its_disc() -> None:
    disc, before = Disc(300.0, 300.0, 250.0), Disc(280.0, 300.0, 240.0)
    parts = [part for _, part in front(disc, (before,))]
    assert sum(part.width * part.height for part in parts) < 0.55 * 500 * 500
    assert sum(part.width * part.height for _, part in front(disc, ())) > 0.7 * 500 * 500


def test_the_back_of_a_touch_is_no_work_where_those_before_it_went() -> None:
    covered: tuple[Disc, ...] = ()
    for step in range(12):
        covered = remembered(covered, Disc(100.0 + 50 * step, 320.0, 199.0))
    disc = Disc(700.0, 320.0, 250.0)
    parts = [part for _, part in front(disc, covered)]
    alone = [part for _, part in front(disc, covered[:1])]
    assert sum(map(_size, parts)) < 0.8 * sum(map(_size, alone))
    inner = [part for part in parts if abs(part.top + part.height / 2 - disc.y) < 100]
    assert inner
    assert all(part.left >= disc.x for part in inner)  # of the middle rows the front alone


def test_few_discs_are_remembered_and_close_ones_reach_as_far_back() -> None:
    covered: tuple[Disc, ...] = ()
    for step in range(200):
        covered = remembered(covered, Disc(2.0 * step, 0.0, 200.0))
    assert len(covered) == MOST_DISCS
    assert covered[0].x == 398.0
    assert covered[0].x - covered[-1].x > 2 * 50
    assert remembered(covered, Disc(400.0, 0.0, 100.0)) == (Disc(400.0, 0.0, 100.0),)


def _size(part: Rect) -> int:
    return part.width * part.height
