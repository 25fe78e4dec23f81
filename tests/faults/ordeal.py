"""Opens many damaged files in processes of their own and counts what became of them."""

import os
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0
"""Seconds by the clock without a word, after which a process counts as hanging. Of the processor it
may use a tenth of that; the rest is for a machine that is busy with other work."""
XCPU = -24
IN_MEMORY = Path("/dev/shm")
"""Where files are that never reach a disk."""


@dataclass(slots=True)
class Toll:
    """What became of files. worst: seconds of the processor and MB, with the file's number."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    crashes: list[str] = field(default_factory=list[str])
    hangs: list[str] = field(default_factory=list[str])
    bugs: list[str] = field(default_factory=list[str])
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[float, int] = (0.0, -1)

    def add(self, number: int, seconds: float, megabytes: float, outcome: str) -> None:
        """Count one file that was answered."""
        self.count += 1
        if outcome.startswith("bug"):
            self.bugs.append(f"{number}: {outcome}")
        self.outcomes[outcome.split()[0]] += 1
        self.slowest = max(self.slowest, (seconds, number))
        self.largest = max(self.largest, (megabytes, number))

    def __str__(self) -> str:
        """One line for the table."""
        outcomes = ", ".join(f"{n} {name}" for name, n in sorted(self.outcomes.items()))
        faults = f"{len(self.crashes)} crashes, {len(self.hangs)} hangs, {len(self.bugs)} bugs"
        slowest = f"{self.slowest[0]:.2f} s of the processor (file {self.slowest[1]})"
        largest = f"{self.largest[0]:.0f} MB (file {self.largest[1]})"
        return f"{self.count} files: {outcomes}; {faults}; at most {slowest} and {largest}"


def ordeal(command: Sequence[str], count: int) -> Toll:
    """Have `count` files opened by `command` FIRST COUNT, by one process until that ends.

    What else the machine can do at once is for the other formats: each process begins by importing
    the program.
    """
    toll, first = Toll(), 0
    while first < count:
        first = _until_it_ends(command, first, count, toll)
    return toll


def _until_it_ends(command: Sequence[str], first: int, end: int, toll: Toll) -> int:
    """Run one process; return with which file the next one goes on."""
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    # Reading is what is judged here, and thousands of lists that wait for a disk would take long.
    quiet |= {"TMPDIR": str(IN_MEMORY)} if IN_MEMORY.is_dir() else {}
    with TemporaryFile() as complaints:
        child = subprocess.Popen(
            [sys.executable, *command, str(first), str(end - first)],
            cwd=ROOT,
            env=os.environ | quiet | {"PYTHONPATH": str(ROOT)},
            bufsize=0,  # select sees nothing of what a buffer holds
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        begun, silent = _listen(child, toll)
        complaints.seek(0)
        last = complaints.read().decode(errors="replace")[-1500:]
    if child.returncode == 0:
        return end
    assert begun >= 0, f"{' '.join(command)} ended with {child.returncode}: {last}"
    toll.count += 1
    if silent or child.returncode == XCPU:
        toll.hangs.append(f"{begun}")
    else:
        toll.crashes.append(f"{begun}: ended with {child.returncode}: {last}")
    return begun + 1


def _listen(child: subprocess.Popen[bytes], toll: Toll) -> tuple[int, bool]:
    """Return the file that was begun and not answered, or -1, and whether it went on too long."""
    assert child.stdout
    begun, silent = -1, False
    with child, child.stdout:
        while not silent:
            if not select.select([child.stdout], [], [], PATIENCE)[0]:
                silent = True
                child.kill()
            elif not (line := child.stdout.readline().decode()):
                break
            elif len(parts := line.split(maxsplit=3)) == 1:
                begun = int(line)
            else:
                toll.add(int(parts[0]), float(parts[1]), float(parts[2]), parts[3].strip())
                begun = -1
    return begun, silent
