"""Measures how a bundle starts, cold and warm: `python3 run.py package --times`. Linux.

Cold: its files were dropped from the system's cache of files. Wall times are of the machine as it
is; beside them stands the processor's time, which the work of other programs changes less.
"""

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.screenshots import Desk, prepare, screen  # noqa: E402

TIMES = 5
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to the window, of the self-test, and of the processor for that."""

    window: float
    tested: float
    spent: float


def start_times(bundle: Path) -> int:
    """Print medians, and the largest parts of the bundle."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {TIMES} starts each, medians")
    for name, cold in (("cold", True), ("warm", False)):
        starts = [started(bundle, cold) for _ in range(TIMES)]
        window, tested, spent = (
            median(getattr(start, what) for start in starts) for what in Start.__slots__
        )
        print(
            f"{name}: window {window:.2f} s; self-test {tested:.1f} s, {spent:.1f} s of processor"
        )
    for size, part in largest(bundle / "_internal"):
        print(f"{size / 1e6:6.1f} MB  {part}")
    return 0


def started(bundle: Path, cold: bool) -> Start:
    """Start it twice: to its window, and to test itself."""
    program = bundle / "easel"
    if cold:
        drop(bundle)
    window = to_window(program)
    if cold:
        drop(bundle)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()
    bare = {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    quiet = subprocess.DEVNULL
    subprocess.run((program, "--self-test"), cwd="/", env=bare, check=True, stdout=quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Start(window, monotonic() - begun, spent)


def to_window(program: Path) -> float:
    """Seconds until there is a window to see, on a screen of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        prepare(home, "light", None)
        with screen(1, home) as environment:
            desk = Desk(environment, "", "light", 1, home)
            begun = monotonic()
            running = subprocess.Popen((program, "--home", home), env=environment, cwd="/")
            try:
                while not desk.window_called("^Easel$"):
                    sleep(0.02)
                    assert monotonic() - begun < SECONDS, "no window"
                return monotonic() - begun
            finally:
                running.terminate()
                running.wait(SECONDS)


def drop(bundle: Path) -> None:
    """Have the system forget what is in these files."""
    for path in bundle.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def largest(folder: Path, count: int = 14) -> list[tuple[int, str]]:
    """The largest files and folders in there, links not counted."""
    sizes: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            parts = path.relative_to(folder).parts
            top = "/".join(parts[:3]) if parts[0] in ("torch", "resources") else parts[0]
            sizes[top] = sizes.get(top, 0) + path.stat().st_size
    return sorted(((size, name) for name, size in sizes.items()), reverse=True)[:count]
