"""A long day with the window: nothing grows, nothing is left open, nothing unforeseen happens.

EASEL_SOAK multiplies the lengths: 10 is a night.
"""

import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.settings import Settings
from engine.process import open_process
from tests.faults.walk import Cost, Walk, cost
from tests.shell import Shell, open_shell

pytestmark = [
    # What the plug-in without a screen says of itself; any other warning of Qt's fails.
    pytest.mark.qt_log_ignore("plugin does not support"),
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="memory and files as Linux counts them"),
]

LENGTH = float(os.environ.get("EASEL_SOAK", "1"))
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 600_000
OPENED_AT_TIMES = 2
"""Files that are open now and then: the list of the gallery and what SQLite has beside it."""


def grown(costs: list[Cost]) -> float:
    """How much more memory the last part holds than the first, as a share."""
    return costs[-1].resident / costs[0].resident - 1


def told(name: str, costs: list[Cost]) -> None:
    """Show what was found, for the table."""
    print(f"\n{name}: {costs[0]} → {costs[-1]}, {grown(costs):+.1%}")


@pytest.mark.parametrize("seed", [1, 2])
def test_anything_at_all_can_be_done_for_hours(
    qtbot: QtBot, paths: Paths, tmp_path: Path, seed: int
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    with open_shell(qtbot, paths, settings=Settings(undo_memory=64)) as shell:
        walk = Walk(qtbot, shell, files, seed)
        costs: list[Cost] = []
        walk.look_around()
        for _ in range(7):
            for _ in range(round(100 * LENGTH)):
                walk.step()
                assert walk.bugs == [], walk.done[-20:]
            costs.append(walk.rest())
            print(costs[-1])
        told(f"random walk {seed}, {len(walk.done)} steps", costs[1:])
    assert grown(costs[1:]) <= 0.10
    assert costs[-1].threads <= costs[1].threads
    assert costs[-1].files <= costs[1].files + OPENED_AT_TIMES
    assert costs[-1].widgets <= costs[1].widgets * 1.02


def run(qtbot: QtBot, shell: Shell, number: int) -> None:
    """Paint one run and keep nothing of it on the canvas."""
    shell.studio.generate(f"picture {number}", 1, number)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    shell.studio.candidates.clear()


def test_hundreds_of_runs_leave_nothing_behind(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        costs: list[Cost] = []
        for number in range(round(600 * LENGTH)):
            run(qtbot, shell, number)
            if number % 100 == 99:
                costs.append(cost())
        told(f"{round(600 * LENGTH)} runs of the fake engine, from the 100th on", costs)
    assert grown(costs) <= 0.02
    assert len(costs) > 1, "one look tells nothing; EASEL_SOAK has to be 0.34 at least"
    assert len({(each.threads, each.widgets) for each in costs}) == 1
    assert costs[-1].files <= costs[0].files + OPENED_AT_TIMES


def resident(process: int) -> float:
    """MB of memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def children() -> set[int]:
    """The processes that this one has begun, in whichever thread."""
    begun = Path("/proc/self/task").glob("*/children")
    return {int(number) for each in begun for number in each.read_text().split()}


def test_the_starter_paints_for_hours_in_the_memory_of_its_first_pictures(
    qtbot: QtBot, paths: Paths
) -> None:
    settings = Settings(steps=4, prior_steps=4)
    before = children()
    engine = open_process([ROOT / "resources"], "starter")
    held: list[float] = []
    with open_shell(qtbot, paths, engine, settings) as shell:  # type: ignore[arg-type]
        for number in range(round(40 * LENGTH)):
            run(qtbot, shell, number)
            held.append(max(map(resident, children() - before)))
    first, last = max(held[5:10]), max(held[-5:])
    print(f"\n{len(held)} pictures of the Starter: {first:.0f} MB → {last:.0f} MB in its process")
    assert last <= first * 1.02
    assert all(later < 1.1 * sooner for sooner, later in pairwise(held[5:]))


def test_what_grows_is_seen(qtbot: QtBot, paths: Paths) -> None:
    """The control: an engine whose pictures are never let go of."""
    with open_shell(qtbot, paths) as shell:
        kept: list[bytes] = []
        costs: list[Cost] = []
        for number in range(40):
            run(qtbot, shell, number)
            kept.append(os.urandom(1_000_000))
            costs.append(cost())
    assert grown(costs[10:]) > 0.02
