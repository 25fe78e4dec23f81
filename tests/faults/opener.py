"""A process that opens damaged files, one after the other, and tells of each what it cost.

    python -m tests.faults.opener FORMAT FIRST COUNT

For each file two lines: its number when it begins; its number, outcome, processor seconds and the
peak of memory in MB when it ends. Whoever reads them knows which one it was when no line comes.
"""

import faulthandler
import math
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.faults.formats import CONTROL, EXACT, FORMATS, Format, Open

MEMORY = 6 << 30
"""Bytes of addresses: a bomb that is let in ends in a MemoryError and not with the machine."""
SECONDS = 10
"""Of the processor, for one file: then the system ends the process, which counts as a hang."""


def main(format_: Format, first: int, count: int) -> None:
    """Open the files with these numbers, then end."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    open_, folder = format_.opener(), Path(tempfile.mkdtemp(prefix="easel-faults-"))
    warm_up(format_, open_, folder)
    tell = os.fdopen(os.dup(1), "w", buffering=1)
    try:
        for number in range(first, first + count):
            content = format_.damaged(number)
            limit_time()
            tell.write(f"{number}\n")
            forget_peak()
            begin = time.process_time()
            outcome = opened(open_, content, folder)
            tell.write(f"{number} {time.process_time() - begin:.4f} {peak():.0f} {outcome}\n")
    finally:
        shutil.rmtree(folder)


def warm_up(format_: Format, open_: Open, folder: Path) -> None:
    """Open every whole file once: what is imported then is no cost of the damaged ones."""
    for content in format_.whole():
        outcome = opened(open_, content, folder)
        assert not outcome.startswith("bug"), outcome


def opened(open_: Open, content: bytes, folder: Path) -> str:
    """What became of a file; of an error that is not known as one, its last line and place."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    try:
        return open_(content, home)
    except Exception as error:  # noqa: BLE001 - to count them is what this is for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = ascii(f"{type(error).__name__}: {error}")[:200]
        return f"bug {text} at {Path(frame.filename).name}:{frame.lineno}"


def limit_time() -> None:
    """Give the next file its own share of the processor: whole seconds, so up to one more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def forget_peak() -> None:
    """Let the system measure the peak of this process anew."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The most memory in MB that this process has had since."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main((FORMATS | EXACT | CONTROL)[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))
