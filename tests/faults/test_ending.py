"""Easel ends with 0, soon and without a warning, whenever and however it is told to end."""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.storage import recovery

pytestmark = [pytest.mark.faults, pytest.mark.alone]

ROOT = Path(__file__).parents[2]
ENDS = 100
AT_ONCE = 3
"""Windows: to wait for their moments one after the other would take ten minutes."""
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


def end(home: Path, after: float, how: str) -> End:
    """Open a window and end it."""
    command = (sys.executable, "-m", "tests.faults.ending", str(home), str(after), how)
    screen = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=screen
    )
    now = time.monotonic()
    lines = [line for line in done.stderr.splitlines() if HARMLESS not in line]
    # A window that is told so before it is there ends where it is and prints nothing.
    told, worked, whole, *_ = (*map(float, done.stdout.split()), now, 0.0, 0.0)
    return End(how, after, done.returncode, now - told, whole - worked, "\n".join(lines))


def test_an_end_at_a_random_moment_is_soon_and_in_order(tmp_path: Path) -> None:
    rng = random.Random(3)
    ways = ("term", "int", "hup", "close", "session")
    moments = [
        (tmp_path / str(number), rng.uniform(0.0, LATEST), ways[number % len(ways)])
        for number in range(int(os.environ.get("EASEL_ENDS", ENDS)))
    ]
    with ThreadPoolExecutor(AT_ONCE) as windows:
        ends = list(windows.map(lambda moment: end(*moment), moments))
    times, load = sorted(each.seconds for each in ends), os.getloadavg()[0]
    print(
        f"{len(ends)} ends: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s; of "
        f"the processor {max(each.worked for each in ends):.2f} s at most; load {load:.1f}"
    )
    assert [each for each in ends if not each.is_as_promised] == []
    assert max(each.worked for each in ends) <= SECONDS
    if load <= LOAD_THAT_COUNTS * (os.cpu_count() or 1):
        assert times[-1] <= SECONDS


def test_work_in_a_window_that_was_told_to_end_is_offered_at_the_next_start(tmp_path: Path) -> None:
    assert end(tmp_path, 6.0, "term").is_as_promised
    found = recovery.unsaved(tmp_path / "recovery", time.time()).found
    saved = (tmp_path / "boat.ora").exists()
    assert saved or len(found) == 1  # a save right at the end leaves nothing to recover
