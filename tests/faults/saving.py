"""Ends a save, or the autosave, at each of its system calls, and looks at what is left.

`python -m tests.faults.saving TRIAL PLACE FOLDER` prints what came of it as JSON. A program of its
own: it forks for each trial, which a process with threads must not. A child stops itself, strace
takes hold of it, and from then on every system call is one of the save.
"""

import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import rmtree

import numpy as np

from desktop.document.document import Document
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import DesktopError
from desktop.storage.journal_reading import recovered
from desktop.storage.project import Project
from desktop.storage.project_reading import open_project
from desktop.storage.project_writing import project_bytes, save_project
from desktop.storage.recovery import Session

SIDE = 300
CALL = re.compile(r"^(\w+)\(", re.MULTILINE)
NOT_OURS = {"exit_group", "restart_syscall", "rt_sigreturn", "kill", "getpid", "gettid", "tgkill"}
FAULTS = ("ENOSPC", "EIO", "EACCES")
REFUSED = 3
"""Exit code of a child that said in a sentence that it could not save."""
SECONDS = 30.0
KILLS, SIZES = 200, 119


@dataclass(frozen=True)
class Place:
    """One way to keep work: how it is begun, what is done under fire, what can be found after."""

    begin: Callable[[Path], Callable[[], None]]
    found: Callable[[Path], str]


def version(number: int) -> Project:
    """A picture whose layers and prompt all say which version of it this is."""
    document = Document(Picture(Rect(0, 0, SIDE, SIDE)))
    rng = np.random.default_rng(number)
    for layer in range(2):
        pixels = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        document.do(place_image(pixels, Rect(0, 0, SIDE, SIDE), f"{number}-{layer}"))
    return Project(document.picture, {"prompt": str(number)})


OLD, NEW = version(1), version(2)


@cache
def old_file() -> bytes:
    """What is there before each save; made once, in the process that the others are forks of."""
    return project_bytes(OLD)


def begin_save(folder: Path) -> Callable[[], None]:
    (folder / "boat.ora").write_bytes(old_file())
    return lambda: save_project(NEW, folder / "boat.ora")


def begin_naive_save(folder: Path) -> Callable[[], None]:
    """The control: a save as nobody should write one."""
    (folder / "boat.ora").write_bytes(old_file())
    content = project_bytes(NEW)

    def save() -> None:
        with (folder / "boat.ora").open("wb") as file:
            for start in range(0, len(content), 100_000):
                file.write(content[start : start + 100_000])

    return save


def begin_autosave(folder: Path) -> Callable[[], None]:
    session = Session(folder, time.time())
    session.write(OLD, {"at": 1.0, "saved": False})
    # What the two have in common is one object, as it is after a stroke.
    changed = replace(NEW.picture, layers=(OLD.picture.layers[0], NEW.picture.layers[1]))
    return lambda: session.write(replace(NEW, picture=changed), {"at": 2.0, "saved": False})


def found_project(folder: Path) -> str:
    return said_by(open_project(folder / "boat.ora").project, ("1-0 1-1", "2-0 2-1"))


def found_journal(folder: Path) -> str:
    (session,) = folder.iterdir()
    whole = recovered(session)
    assert not whole.lost, whole.lost
    return said_by(whole.project, ("1-0 1-1", "1-0 2-1"))


def said_by(project: Project, layers: tuple[str, str]) -> str:
    """Say "old" or "new", if every layer and every pixel of it is that."""
    number = int(project.prompts["prompt"])
    names = " ".join(layer.name for layer in project.picture.layers)
    assert names == layers[number - 1], names
    for layer in project.picture.layers:
        whole = {1: OLD, 2: NEW}[int(layer.name[0])].picture.layers[int(layer.name[2])]
        area = whole.raster.bounds()
        assert np.array_equal(layer.raster.read(area), whole.raster.read(area)), layer.name
    return {1: "old", 2: "new"}[number]


PLACES = {
    "save": Place(begin_save, found_project),
    "autosave": Place(begin_autosave, found_journal),
    "naive": Place(begin_naive_save, found_project),
}


def child(place: Place, folder: Path) -> int:
    """Start a process that has begun and stops itself before it saves; its id."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    process = os.fork()
    if process:
        os.waitpid(process, os.WUNTRACED)
        return process
    code = 1
    try:
        work = place.begin(folder)
        os.kill(os.getpid(), signal.SIGSTOP)
        work()
        code = 0
    except DesktopError:
        code = REFUSED
    finally:
        os._exit(code)


def traced(process: int, *options: str) -> subprocess.Popen[bytes]:
    """Have strace take hold of a stopped process."""
    command = ("strace", "-f", "-qq", *options, "-p", str(process))
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + SECONDS
    while "TracerPid:\t0\n" in Path(f"/proc/{process}/status").read_text():
        assert time.monotonic() < end, "strace did not take hold"
        assert tracer.poll() is None, "strace may not trace here"
        time.sleep(0.001)
    return tracer


def ended(process: int) -> int:
    """Let it go on to its end; the exit code, or minus the signal."""
    os.kill(process, signal.SIGCONT)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def outcome(place: Place, folder: Path, code: int) -> str:
    """What is left, and whether that is what was promised."""
    try:
        left = place.found(folder)
    except Exception as error:  # noqa: BLE001  # whatever it is, the document is gone
        return f"LOST: {type(error).__name__}: {error}"
    if code == 0 and left == "old":
        return "LOST: it was said to be saved"
    return f"{left} after {'success' if code == 0 else 'refusal' if code == REFUSED else code}"


def calls_of(place: Place, folder: Path) -> Counter[str]:
    """How often each system call is made by one save."""
    log = folder.with_name("calls.txt")
    process = child(place, folder)
    tracer = traced(process, "-o", str(log))
    assert ended(process) == 0
    tracer.wait()
    names = re.findall(r"^\d+\s+(\w+)\(", log.read_text(), re.MULTILINE)
    return Counter(name for name in names if name not in NOT_OURS)


def points(place: Place, folder: Path, only: re.Pattern[str] | None = None) -> Iterator[str]:
    """Every system call of a save, as strace names it."""
    for name, count in sorted(calls_of(place, folder).items()):
        if only is None or only.fullmatch(name):
            yield from (f"{name}:when={number + 1}" for number in range(count))


OF_FILES = re.compile(
    "openat|write|fsync|renam.*|link.*|unlink.*|mkdir|read|lseek|ftruncate|newfstatat|fstat|statx"
    "|close|flock|fcntl|getdents64|ioctl|readlink"
)


def injected(place: Place, folder: Path, fault: str, point: str) -> str:
    """One save with a fault at one of its system calls."""
    name, when = point.split(":")
    process = child(place, folder)
    tracer = traced(process, "-o", "/dev/null", "-e", f"inject={name}:{fault}:{when}")
    code = ended(process)
    tracer.wait()
    return outcome(place, folder, code)


def killed_at_each_call(place: Place, folder: Path) -> list[str]:
    return [injected(place, folder, "signal=KILL", point) for point in points(place, folder)]


def refused_at_each_call(place: Place, folder: Path) -> list[str]:
    return [
        injected(place, folder, f"error={fault}", point)
        for fault in FAULTS
        for point in points(place, folder, OF_FILES)
    ]


def killed_at_random(place: Place, folder: Path) -> list[str]:
    process = child(place, folder)
    begun = time.monotonic()
    ended(process)
    whole = time.monotonic() - begun
    found: list[str] = []
    rng = random.Random(7)
    for _ in range(KILLS):
        process = child(place, folder)
        os.kill(process, signal.SIGCONT)
        time.sleep(rng.uniform(0.0, 1.1 * whole))
        os.kill(process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        found.append(outcome(place, folder, code))
    return found


def cut_short(place: Place, folder: Path) -> list[str]:
    """Let no file grow beyond a limit, in as many steps as there are sizes: short writes."""
    process = child(place, folder)
    assert ended(process) == 0
    largest = max(path.stat().st_size for path in folder.rglob("*"))
    found: list[str] = []
    for step in range(SIZES):
        limit = largest * (step + 1) // (SIZES + 1)
        process = child(place, folder)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, limit))
        found.append(outcome(place, folder, ended(process)))
    return found


TRIALS = {
    "killed-at-each-call": killed_at_each_call,
    "killed-at-random": killed_at_random,
    "refused-at-each-call": refused_at_each_call,
    "cut-short": cut_short,
}


def main(argv: list[str]) -> int:
    """Run one trial on one place and say how often each outcome came about."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a limit is then an error, like a full disk
    trial, name, folder = argv
    old_file()
    found = TRIALS[trial](PLACES[name], Path(folder) / "place")
    print(json.dumps(Counter(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
