"""Easel ends with 0, soon and without a warning, whenever and however it is told to end."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from desktop.storage import recovery

pytestmark = [pytest.mark.faults, pytest.mark.alone]

ROOT = Path(__file__).parents[2]
ENDS = 100
PATIENCE = 120.0
"""Seconds for each window."""
SECONDS = 3.0
LATEST = 6.0
"""Seconds after which the engine has been loaded and paints, on a machine that does little else."""
LOAD_THAT_COUNTS = 3.0
"""For each core: what these windows and their engines make. Beyond it the clock proves nothing."""
HARMLESS = "This plugin does not support"
"""What the screen that there is none of says."""


@dataclass(frozen=True)
class End:
    """One window's end. seconds: by the clock, from when it was told to.

    worked: of the processor since then, by the window alone.
    """

    how: str
    after: float
    code: int
    seconds: float
    worked: float
    said: str

    @property
    def is_as_promised(self) -> bool:
        """Whether the code is 0 and nothing was said."""
        return self.code == 0 and not self.said


@dataclass(frozen=True)
class Moment:
    """Where, when and how a window is to be ended."""

    home: Path
    after: float
    how: str

    @property
    def words(self) -> tuple[str, str, str]:
        """As the command takes them."""
        return str(self.home), str(self.after), self.how


def run(*moments: Moment) -> subprocess.CompletedProcess[str]:
    """Open windows and end them."""
    command = (sys.executable, "-m", "tests.faults.ending")
    words = chain.from_iterable(moment.words for moment in moments)
    screen = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        (*command, *words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE * len(moments),
        env=screen,
    )


def end(moment: Moment) -> End:
    """The end of one window, which is a program of its own."""
    done = run(moment)
    said = done.stdout, done.stderr
    return told(moment.how, moment.after, done.returncode, time.monotonic(), said)


def ends(moments: Sequence[Moment]) -> list[End]:
    """The ends of many, which are forks of one program."""
    done = run(*moments)
    assert done.returncode == 0, done.stderr
    rows = (json.loads(line) for line in done.stdout.splitlines())
    return [told(**row) for row in rows]


def told(how: str, after: float, code: int, now: float, said: Sequence[str]) -> End:
    """One end by what was printed and what was said, at the moment when the process was gone."""
    lines = [line for line in said[1].splitlines() if HARMLESS not in line]
    # A window that is told so before it is there ends where it is and prints nothing.
    begun, worked, whole, *_ = (*map(float, said[0].split()), now, 0.0, 0.0)
    return End(how, after, code, now - begun, whole - worked, "\n".join(lines))


def test_an_end_at_a_random_moment_is_soon_and_in_order(tmp_path: Path) -> None:
    rng = random.Random(3)
    ways = ("term", "int", "hup", "close", "session")
    moments = [
        Moment(tmp_path / str(number), rng.uniform(0.0, LATEST), ways[number % len(ways)])
        for number in range(ENDS)
    ]
    found = ends(moments)
    assert sorted(each.after for each in found) == sorted(each.after for each in moments)
    times, load = sorted(each.seconds for each in found), os.getloadavg()[0]
    print(
        f"{len(found)} ends: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s; of "
        f"the processor {max(each.worked for each in found):.2f} s at most; load {load:.1f}"
    )
    assert [each for each in found if not each.is_as_promised] == []
    assert max(each.worked for each in found) <= SECONDS
    if load <= LOAD_THAT_COUNTS * (os.cpu_count() or 1):
        assert times[-1] <= SECONDS


def test_work_in_a_window_that_was_told_to_end_is_offered_at_the_next_start(tmp_path: Path) -> None:
    assert end(Moment(tmp_path, 6.0, "term")).is_as_promised
    found = recovery.unsaved(tmp_path / "recovery", time.time()).found
    saved = (tmp_path / "boat.ora").exists()
    assert saved or len(found) == 1  # a save right at the end leaves nothing to recover
