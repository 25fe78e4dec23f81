"""What a chosen picture becomes is made aside, so that to accept it only puts it in its place."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop import candidates as module
from desktop.candidates import Candidate, Candidates
from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.raster import Pixels
from desktop.document.result import Result, Seam
from desktop.jobs import Jobs
from desktop.joining import join, result_of
from desktop.paths import Paths
from desktop.placing import Placing
from desktop.ready_layer import ReadyLayer
from desktop.worker import Worker
from engine.blending import Patch
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, open_studio

FRAME = Rect(0, 0, 64, 64)


@pytest.fixture
def joined_in(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The thread of each time that a result was joined with what is around it."""
    threads: list[threading.Thread] = []

    def heard(result: Result) -> Pixels:
        threads.append(threading.current_thread())
        return join(result)

    monkeypatch.setattr(module, "join", heard)
    return threads


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    worker = Worker("worker of a test")
    yield Jobs(worker)
    assert worker.shutdown(5.0)


def filled(seed: int) -> Candidate:
    """A candidate for a hole in a plain ground."""
    ground = np.full((64, 64, 4), 255, np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 16:48] = 255
    result = result_of(Patch(square(seed, 64, 64), mask, 0, 0), ground, FRAME, Seam())
    return Candidate(square(seed, 64, 64), FRAME, seed, {"prompt": "a boat"}, result=result)


def two_filled(jobs: Jobs) -> tuple[Candidates, Document, Placing]:
    """A tray of two, whose layers are made ready, and what they are placed in."""
    candidates, document = Candidates(), Document(Picture(FRAME))
    placing = Placing(document)
    ReadyLayer(candidates, placing, jobs, jobs)
    for seed in (1, 2):
        candidates.add(filled(seed))
    return candidates, document, placing


def test_the_layer_of_the_chosen_picture_is_joined_aside_and_once(
    qtbot: QtBot, jobs: Jobs, joined_in: list[threading.Thread]
) -> None:
    candidates, document, placing = two_filled(jobs)
    assert joined_in == [], "nobody has chosen one yet"
    candidates.choose(1)
    candidates.rate(candidates.items[1].pixels, 0.5)  # which makes it another object
    qtbot.waitUntil(lambda: jobs.active == ())
    placing.candidate(candidates.items[1], "Accept picture", done=True)
    assert len(joined_in) == 1
    assert joined_in[0] is not threading.main_thread()
    wanted = filled(2).as_raster()
    placed = document.picture.layers[0].raster
    assert np.array_equal(placed.read(FRAME), wanted.read(FRAME))


def test_what_is_accepted_before_it_is_ready_is_joined_there_and_then(
    qtbot: QtBot, jobs: Jobs, joined_in: list[threading.Thread]
) -> None:
    """The control, and what a fast hand gets."""
    candidates, document, placing = two_filled(jobs)
    candidates.choose(0)
    qtbot.waitUntil(lambda: jobs.active == ())
    placing.candidate(candidates.items[1], "Accept picture", done=True)
    assert joined_in[1:] == [threading.main_thread()]
    placed = document.picture.layers[0].raster
    assert np.array_equal(placed.read(FRAME), filled(2).as_raster().read(FRAME))


def test_frames_of_a_panorama_are_joined_where_they_are_painted(
    qtbot: QtBot, paths: Paths, joined_in: list[threading.Thread]
) -> None:
    with open_studio(paths, FakeEngine()) as studio:
        document = studio.document
        document.do(place_image(square(1, 64, 64), FRAME, "ground"))
        studio.extend([Rect(32, 0, 64, 64), Rect(64, 0, 64, 64)], "a wide sea")
        qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
        assert len(document.picture.layers) == 3
        assert len(joined_in) == 2
        assert threading.main_thread() not in joined_in
