"""The tray: what arrives, what is chosen, what goes."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.asked import Asked
from desktop.candidates import Candidate, Candidates
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from engine.events import Image
from engine.requests import Generate, Sampling
from tests.fakes import square

FRAME = Rect(0, 0, 256, 256)


def made(seed: int, frame: Rect = FRAME) -> Candidate:
    """What an engine that was asked for a red apple has painted."""
    sampling = Sampling(seed=seed, steps=4)
    request = Generate(prompt="a red apple", count=4, sampling=Sampling(seed=3))
    embedding = np.zeros(4, np.float16)
    image = Image(0, square(seed, 256, 256), seed, embedding, sampling, "starter", request)
    return Candidate.of(image, Asked(request, Picture(frame), frame))


@pytest.fixture
def tray(qapp: QCoreApplication) -> Candidates:
    tray = Candidates()
    for seed in (10, 11, 12):
        tray.add(made(seed))
    return tray


def seeds(tray: Candidates) -> list[int]:
    return [candidate.seed for candidate in tray.items]


def test_pictures_lie_in_the_order_they_came_and_none_is_chosen(tray: Candidates) -> None:
    assert seeds(tray) == [10, 11, 12]
    assert (tray.chosen, tray.chosen_candidate) == (None, None)


@pytest.mark.parametrize(
    ("start", "after_next", "after_previous"), [(None, 0, 2), (0, 1, 2), (1, 2, 0), (2, 0, 1)]
)
def test_arrows_go_round(
    tray: Candidates, start: int | None, after_next: int, after_previous: int
) -> None:
    tray.choose(start)
    tray.next()
    assert tray.chosen == after_next
    tray.choose(start)
    tray.previous()
    assert tray.chosen == after_previous


def test_arrows_in_an_empty_tray_do_nothing(qapp: QCoreApplication) -> None:
    tray = Candidates()
    tray.next()
    tray.previous()
    assert tray.chosen is None


@pytest.mark.parametrize(
    ("chosen", "discarded", "left", "chosen_after"),
    [
        (None, 1, [10, 12], None),
        (0, 1, [10, 12], 0),
        (1, 1, [10, 12], 1),
        (2, 2, [10, 11], 1),
        (2, 0, [11, 12], 1),
    ],
)
def test_discarding_keeps_the_choice_or_moves_it_to_the_neighbour(
    tray: Candidates,
    chosen: int | None,
    discarded: int,
    left: list[int],
    chosen_after: int | None,
) -> None:
    tray.choose(chosen)
    tray.discard(discarded)
    assert (seeds(tray), tray.chosen) == (left, chosen_after)


def test_discarding_the_last_one_chooses_nothing(qapp: QCoreApplication) -> None:
    tray = Candidates()
    tray.add(made(1))
    tray.choose(0)
    tray.discard(0)
    assert (tray.items, tray.chosen) == ((), None)


def test_earlier_pictures_stay_until_the_first_of_a_new_run(tray: Candidates) -> None:
    tray.choose(1)
    tray.expect(2)
    tray.show_previews((square(1, 8, 8), square(2, 8, 8)))
    assert (seeds(tray), tray.chosen, tray.expected, len(tray.previews)) == ([10, 11, 12], 1, 2, 2)
    tray.add(made(20))
    assert (seeds(tray), tray.chosen) == ([20], None)
    tray.add(made(21))
    assert seeds(tray) == [20, 21]


def test_a_run_that_ends_without_pictures_leaves_the_earlier_ones(tray: Candidates) -> None:
    tray.expect(2)
    tray.end_run()
    assert (seeds(tray), tray.expected, tray.previews) == ([10, 11, 12], 0, ())
    tray.add(made(13))
    assert seeds(tray) == [10, 11, 12, 13]


def test_a_run_that_adds_to_the_tray_leaves_what_is_there(tray: Candidates) -> None:
    tray.choose(1)
    tray.expect(1, adds=True)
    tray.add(made(20))
    assert (seeds(tray), tray.chosen) == ([10, 11, 12, 20], 1)


def test_the_pictures_of_one_frame_go_without_those_of_another(tray: Candidates) -> None:
    tray.add(made(20, Rect(64, 0, 256, 256)))
    tray.clear(FRAME)
    assert seeds(tray) == [20]


def test_every_change_is_reported_and_choosing_the_same_again_is_none(
    tray: Candidates, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(tray.changed):
        tray.choose(1)
    with qtbot.assertNotEmitted(tray.changed):
        tray.choose(1)
    with qtbot.waitSignal(tray.changed):
        tray.discard(1)
    with qtbot.waitSignal(tray.changed):
        tray.clear()


def test_what_the_gallery_knows_of_several_pictures_is_told_once(tray: Candidates) -> None:
    told: list[list[bool]] = []
    tray.changed.connect(lambda: told.append([each.favourite for each in tray.items]))
    first, _, third = (each.pixels for each in tray.items)
    known = [(first, {"favourite": True, "entry": 5}), (third, {"favourite": True})]
    tray.mark([*known, (square(1, 8, 8), {"favourite": True})])
    assert told == [[True, False, True]]
    assert tray.items[0].entry == 5
    tray.mark(known)
    assert len(told) == 1, "what was known is no news"


def test_what_a_file_says_of_a_candidate_is_what_makes_it_again() -> None:
    texts = made(9).notes
    assert (texts["prompt"], texts["seed"], texts["model"]) == ("a red apple", "9", "starter")
    assert '"count": 1' in texts["request"]
    assert '"seed": 9' in texts["request"]
