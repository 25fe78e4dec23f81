"""Weights on a drive that hardly answers, and a machine whose memory is nearly taken.

The engine is the real one with the Starter, in a process of its own.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop import runs
from desktop.studio import Studio
from engine import families
from engine.child import ChildOptions
from engine.interface import Engine
from engine.process import ProcessEngine, open_process
from engine.requests import Generate, Sampling
from engine.unclip import UnclipEngine
from engine.weights import load
from engine.weights.store import WeightStore
from tests.flows.conftest import Heard

ROOT = Path(__file__).parents[2]
PATIENCE = 120_000
ROOM = 24_000_000
"""Bytes that are left: too few for a large picture. Where a library has no room for a list it ends
the process; that is told too."""
RESOURCES = ROOT / "resources"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of other processes are Linux's"),
]


def open_slowly(flag: Path) -> Engine:
    """The Starter from a drive on which nothing comes as long as `flag` is there. In the child."""
    original = load.read_header

    def wait(path: Path) -> object:
        while flag.exists():
            flag.with_name("asked").touch()
            time.sleep(0.02)
        return original(path)

    load.read_header = wait  # type: ignore[assignment]
    return UnclipEngine(families.find("starter"), WeightStore([RESOURCES]))


def test_a_drive_that_does_not_answer_keeps_neither_the_window_nor_the_next_run(
    open_studio: Callable[[Engine], Studio],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "SECONDS_TO_LET_GO", 0.5)
    flag, asked = tmp_path / "slow", tmp_path / "asked"
    flag.touch()
    engine = ProcessEngine(partial(open_slowly, flag), frozenset({Generate}), ChildOptions())
    studio = open_studio(engine)
    heard = Heard(studio)
    beats: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start(10)
    studio.generate("a red apple", 1, 7)
    qtbot.waitUntil(asked.exists, timeout=PATIENCE)
    before = len(beats)
    qtbot.wait(300)
    assert len(beats) - before >= 10, "the window stood still"
    assert studio.busy
    studio.cancel()
    assert not studio.busy
    flag.unlink()  # the drive is back, but the old run is not waited for
    studio.generate("a red apple", 1, 8)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    timer.stop()
    assert [each.seed for each in studio.candidates.items] == [8]
    assert heard.bugs == []


def limit(process: int, octets: int) -> None:
    """How much address space a process may have; -1 takes the limit away."""
    resource.prlimit(process, resource.RLIMIT_AS, (octets, -1))


def size_of(process: int) -> int:
    """Bytes of address space that a process has now."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.faults
def test_where_memory_ends_a_sentence_says_so_and_the_next_picture_is_painted(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot
) -> None:
    engine = open_process([RESOURCES], "starter", ChildOptions(threads=1))
    studio = open_studio(engine)
    heard = Heard(studio)

    def paint(seed: int, width: int = 256) -> None:
        studio.candidates.clear()
        studio.paint(request(seed, width))
        qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)

    paint(1)
    assert len(studio.candidates.items) == 1
    child = engine.process_id
    assert child is not None
    limit(child, size_of(child) + ROOM)
    paint(2, 1024)
    assert len(heard.sentences) == 1
    assert "memory" in heard.sentences[0] or "stopped" in heard.sentences[0]
    assert heard.bugs == []
    paint(3)
    assert [each.seed for each in studio.candidates.items] == [3]
    assert len(heard.sentences) == 1
    assert engine.process_id != child, "what ran out of memory may refuse what it did before"


def request(seed: int, side: int) -> Generate:
    """A quick picture."""
    sampling = Sampling(seed=seed, steps=2, prior_steps=2)
    return Generate(prompt="a red apple", width=side, height=side, sampling=sampling)
