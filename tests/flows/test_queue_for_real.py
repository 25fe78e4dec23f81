"""The queue with nothing made up: the Starter, reordered, paused, killed and tried again."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.studio import Studio
from engine.events import Image
from engine.picture_file import prompt_of
from engine.process import ProcessEngine, open_process
from tests.shell import open_studio

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATIENCE = 240_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""
FEW = 6


@pytest.fixture
def engine() -> ProcessEngine:
    return open_process([ROOT / "resources"], "starter")


@pytest.fixture
def studio(qtbot: QtBot, paths: Paths, engine: ProcessEngine) -> Iterator[Studio]:
    with open_studio(paths, engine) as studio:  # type: ignore[arg-type]
        studio.settings = replace(studio.settings, steps=FEW, prior_steps=FEW)
        studio.document.do(move_frame(Rect(0, 0, 256, 256)))
        yield studio


def idle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)


def test_the_queue_of_the_starter_changes_places_waits_and_is_tried_again(
    qtbot: QtBot, studio: Studio, engine: ProcessEngine
) -> None:
    painted: list[str] = []
    told: list[str] = []
    studio.painted.connect(lambda image: painted.append(words_of(image)))
    studio.failed.connect(told.append)
    runs_are_painted_in_the_order_they_were_given(qtbot, studio, painted)
    a_killed_engine_puts_aside_what_waits_and_paints_it_when_it_is_tried_again(
        qtbot, studio, engine, painted, told
    )


def words_of(image: Image) -> str:
    return prompt_of(image.request)


def runs_are_painted_in_the_order_they_were_given(
    qtbot: QtBot, studio: Studio, painted: list[str]
) -> None:
    for seed, words in enumerate(("a red apple", "a blue car", "a green tree", "a cat")):
        studio.generate(words, 1, seed)
    blue, green, cat = studio.waiting.items
    studio.waiting.move(cat, -2)
    studio.waiting.drop(lambda each: each is green)
    assert [*studio.waiting.items] == [cat, blue]
    studio.waiting.pause(True)
    idle(studio, qtbot)
    assert painted == ["a red apple"], "what goes on goes on, and nothing is begun"
    qtbot.wait(300)
    assert not studio.busy
    studio.waiting.pause(False)
    idle(studio, qtbot)
    assert painted == ["a red apple", "a cat", "a blue car"]


def a_killed_engine_puts_aside_what_waits_and_paints_it_when_it_is_tried_again(
    qtbot: QtBot, studio: Studio, engine: ProcessEngine, painted: list[str], told: list[str]
) -> None:
    painted.clear()
    studio.candidates.clear()
    studio.generate("a house", 2, 40)
    studio.generate("a sun", 1, 50)
    qtbot.waitUntil(lambda: bool(studio.candidates.previews), timeout=PATIENCE)
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    idle(studio, qtbot)
    assert len(told) == 1
    assert "The engine stopped unexpectedly" in told[0]
    assert [words for each in studio.waiting.failed if (words := prompt_of(each.request))] == [
        "a house",
        "a sun",
    ]
    studio.waiting.retry()
    idle(studio, qtbot)
    assert painted[-3:] == ["a house", "a house", "a sun"]
    assert [each.seed for each in studio.candidates.items][-3:] == [40, 41, 50]
    assert studio.waiting.failed == ()
