"""Easel ends with 0, soon and without a warning, whenever and however it is told to end."""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.storage import recovery

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
ENDS = 30
"""`EASEL_ENDS=100 python3 run.py faults -k random_moment` does more of them."""
SECONDS = 3.0
LATEST = 9.0
"""Seconds after which the engine has been loaded and paints, on a machine that does little else."""
HARMLESS = "This plugin does not support"
"""What the screen that there is none of says."""


@dataclass(frozen=True)
class End:
    """One window's end. seconds: from when it was told to."""

    how: str
    after: float
    code: int
    seconds: float
    said: str

    @property
    def is_as_promised(self) -> bool:
        """Whether the code is 0 and nothing was said."""
        return self.code == 0 and not self.said


def end(home: Path, after: float, how: str) -> End:
    """Open a window and end it."""
    command = (sys.executable, "-m", "tests.faults.ending", str(home), str(after), how)
    screen = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=screen
    )
    now = time.monotonic()
    lines = [line for line in done.stderr.splitlines() if HARMLESS not in line]
    told = float(done.stdout.split()[-1]) if done.stdout else now
    return End(how, after, done.returncode, now - told, "\n".join(lines))


def test_an_end_at_a_random_moment_is_soon_and_in_order(tmp_path: Path) -> None:
    rng = random.Random(3)
    ends: list[End] = []
    for number in range(int(os.environ.get("EASEL_ENDS", ENDS))):
        how = ("term", "int", "hup", "close", "session")[number % 5]
        ends.append(end(tmp_path / str(number), rng.uniform(0.0, LATEST), how))
    times = sorted(each.seconds for each in ends)
    half = times[len(times) // 2]
    print(
        f"{len(ends)} ends, median {half:.2f} s, longest {times[-1]:.2f} s, load {os.getloadavg()}"
    )
    assert [each for each in ends if not each.is_as_promised] == []
    if os.getloadavg()[0] <= (os.cpu_count() or 1):
        assert times[-1] <= SECONDS


def test_work_in_a_window_that_was_told_to_end_is_offered_at_the_next_start(tmp_path: Path) -> None:
    assert end(tmp_path, 6.0, "term").is_as_promised
    found = recovery.unsaved(tmp_path / "recovery", time.time()).found
    saved = (tmp_path / "boat.ora").exists()
    assert saved or len(found) == 1  # a save right at the end leaves nothing to recover
