"""The engine in a process of its own, as in the application: cancelled, killed, closed."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from desktop import runs
from desktop.studio import Studio
from engine.child import ChildOptions
from engine.interface import Engine
from engine.process import ProcessEngine
from engine.requests import Generate
from tests.fakes import BrokenEngine, open_fake
from tests.flows.conftest import Heard
from tests.held_process import done_without

START = 20_000
"""Milliseconds that a child may take to start on a busy machine."""


@pytest.fixture
def engine() -> ProcessEngine:
    """A fake engine in a child; the studio that is given it closes it."""
    return ProcessEngine(partial(open_fake, 0.05), frozenset({Generate}), ChildOptions())


@pytest.fixture
def studio(open_studio: Callable[[Engine], Studio], engine: Engine) -> Studio:
    return open_studio(engine)


def in_mid_run(studio: Studio, qtbot: QtBot) -> None:
    studio.generate("a red apple", 4, 40)
    qtbot.waitUntil(lambda: len(studio.candidates.items) == 1, timeout=START)


@pytest.mark.slow
def test_a_killed_engine_costs_one_sentence_and_the_next_run_starts_another(
    studio: Studio, heard: Heard, engine: ProcessEngine, qtbot: QtBot
) -> None:
    in_mid_run(studio, qtbot)
    killed = engine.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    qtbot.waitUntil(lambda: not studio.busy)
    assert len(heard.sentences) == 1
    assert "stopped unexpectedly" in heard.sentences[0]
    assert heard.engine[-1] == "stopped"
    assert 1 <= len(studio.candidates.items) < 4

    studio.generate("a red apple", 2, 40)
    qtbot.waitUntil(lambda: not studio.busy, timeout=START)
    assert engine.process_id not in (None, killed)
    assert [candidate.seed for candidate in studio.candidates.items] == [40, 41]
    assert (len(heard.sentences), heard.bugs, heard.engine[-1]) == (1, [], "ready")


@pytest.mark.slow
def test_cancel_is_answered_at_once_and_the_same_child_goes_on(
    studio: Studio, heard: Heard, engine: ProcessEngine, qtbot: QtBot
) -> None:
    in_mid_run(studio, qtbot)
    child = engine.process_id
    assert child is not None
    assert done_without(child, studio.cancel)
    assert not studio.busy
    studio.generate("a blue boat", 1, 90)
    qtbot.waitUntil(lambda: not studio.busy, timeout=START)
    assert [candidate.seed for candidate in studio.candidates.items] == [90]
    assert (engine.process_id, heard.sentences, heard.bugs) == (child, [], [])


@pytest.mark.slow
def test_closing_ends_a_child_that_hangs(
    studio: Studio, engine: ProcessEngine, qtbot: QtBot
) -> None:
    in_mid_run(studio, qtbot)
    child = engine.process_id
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    began = time.monotonic()
    studio.close()
    assert time.monotonic() - began < 10.0
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.slow
def test_an_engine_that_hangs_after_cancel_is_replaced(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SECONDS_TO_LET_GO", 0.2)
    engine = ProcessEngine(BrokenEngine, frozenset({Generate}), ChildOptions())
    studio = open_studio(engine)
    studio.generate("hang", 1, 1)
    qtbot.waitUntil(lambda: bool(studio.engine_state == "ready"), timeout=START)
    studio.cancel()
    studio.generate("a red apple", 2, 40)
    qtbot.waitUntil(lambda: not studio.busy, timeout=START)
    assert [candidate.seed for candidate in studio.candidates.items] == [40, 41]


def test_the_window_learns_from_the_engine_where_it_computes(studio: Studio, qtbot: QtBot) -> None:
    assert studio.device == ""
    with qtbot.waitSignal(studio.device_known, timeout=START) as known:
        studio.warm_up()
    assert known.args == ["cpu"]
    assert studio.device == "cpu"
    qtbot.waitUntil(lambda: studio.engine_state == "ready", timeout=START)
