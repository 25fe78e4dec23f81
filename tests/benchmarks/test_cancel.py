"""How soon Cancel is answered, and how soon the worker is free: `bench -k cancel`, the Starter.

Nobody needs to wait for the second: the window is free at once, and the next run is asked for then.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.progress import Progress
from desktop.studio import Studio
from engine.events import Event
from engine.process import ProcessEngine, open_process
from engine.requests import Request
from tests.shell import open_studio

pytestmark = [pytest.mark.benchmark, pytest.mark.qt_log_ignore("propagateSizeHints")]

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "docs" / "cancel-benchmarks.md"
PATIENCE = 60_000
TIMES = 8
STEPS = 25
DECODER = "Decoder"
"""What a person reads of its steps; how many there are depends on how many pictures one takes."""
ANSWER = 100
"""Milliseconds in which the button has to be a button again."""
HEAD = """# Cancel, measured

`python3 run.py bench -k cancel` writes this page: four Starter pictures at once, cancelled in the
middle of the decoder {times} times, load {load:.1f} at the end, {when}.

| what | median | highest | wanted |
| --- | --- | --- | --- |
"""


class Watched:
    """An engine that notes when it has let go of a run."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine
        self.freed: list[float] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def run(self, request: Request) -> Iterator[Event]:
        """The events of the engine's run."""
        try:
            yield from self._engine.run(request)
        finally:
            self.freed.append(time.perf_counter())


@pytest.fixture
def engine() -> Watched:
    return Watched(open_process([ROOT / "resources"], "starter"))


@pytest.fixture
def studio(qtbot: QtBot, paths: Paths, engine: Watched) -> Iterator[Studio]:
    with open_studio(paths, engine) as studio:  # type: ignore[arg-type]
        studio.settings = replace(studio.settings, steps=STEPS, prior_steps=5)
        studio.document.do(move_frame(Rect(0, 0, 256, 256)))
        yield studio


def test_cancel_is_answered_at_once_and_the_worker_is_free_within_a_step(
    qtbot: QtBot, studio: Studio, engine: Watched
) -> None:
    answers: list[float] = []
    frees: list[float] = []
    steps: list[float] = []
    seen: list[float] = []

    def note(progress: Progress) -> None:
        if progress.stage == DECODER:
            seen.append(time.perf_counter())

    studio.progressed.connect(note)
    for number in range(TIMES):
        seen.clear()
        engine.freed.clear()
        studio.generate("a red apple", 4, number)
        qtbot.waitUntil(lambda: len(seen) >= 6, timeout=PATIENCE)
        steps += list(np.diff(seen))
        began = time.perf_counter()
        studio.cancel()
        answers.append(time.perf_counter() - began)
        assert not studio.busy
        qtbot.waitUntil(lambda: bool(engine.freed), timeout=PATIENCE)
        frees.append(engine.freed[0] - began)
    rows = [
        row("the window answers", answers, f"{ANSWER} ms"),
        row("a step of the decoder, for comparison", steps, ""),
        row("the worker is free for the next run", frees, "one step"),
    ]
    print("\n" + "\n".join(rows))
    assert 1000 * max(answers) <= ANSWER
    when, load = time.strftime("%Y-%m-%d"), os.getloadavg()[0]
    head = HEAD.format(times=TIMES, load=load, when=when)
    SHEET.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def row(what: str, seconds: list[float], wanted: str) -> str:
    """A line of the table, in milliseconds."""
    shown = (1000 * np.median(seconds), 1000 * max(seconds))
    return f"| {what} | {shown[0]:.1f} ms | {shown[1]:.1f} ms | {wanted} |"
