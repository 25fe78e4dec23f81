"""Starts what was packed as its users will, and paints; run it as `python3 run.py package --smoke`.

Three copies are tried, each on a screen of its own, without a network and with an empty home: the
.deb, installed by apt into a clean Debian and started there by its menu entry as somebody who is
not root; the AppImage; and the bundle in a folder with spaces and letters beyond ASCII. Each has to
show its window, take a typed prompt, paint, and quit without a complaint. Needs root on Debian.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from linux.clean_root import CleanRoot  # noqa: E402

from tests.screenshots import Desk, StepFailed, arrange, prepare, screen, wait  # noqa: E402

PROMPT = "a green frog"
"""Another one than the window begins with."""
PICTURES = 4
GALLERY = ".local/share/Easel/gallery"
SECONDS_TO_START = 120.0
SECONDS_TO_PAINT = 900.0
SECONDS_TO_END = 30.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A copy of Easel. command: starts it on a display. running: ids of its processes.

    home: the empty home that it is given, as it is seen from here.
    """

    name: str
    home: Path
    command: Callable[[str], Sequence[str]]
    running: Callable[[], list[int]]


def smoke(dist: Path, pictures: Path, suite: str = "bookworm") -> int:
    """Try every copy that lies in `dist`, with photographs into `pictures`; 0 when all paint."""
    pictures.mkdir(parents=True, exist_ok=True)
    copies = {
        f"deb-{suite}": from_deb(dist, suite),
        "appimage": from_appimage(dist),
        "bundle": from_bundle(dist),
    }
    failed = 0
    for name, made in copies.items():
        try:
            with made as trial:
                told = paint(trial, pictures / f"{name}.png")
        except (StepFailed, subprocess.SubprocessError, OSError) as fault:
            failed, told = failed + 1, f"FAILED: {fault}"
        print(f"{name}: {told}", flush=True)
    return 1 if failed else 0


def only(dist: Path, pattern: str) -> Path:
    """The one file of that name in `dist`; raises StepFailed where there are none, or several."""
    found = list(dist.glob(pattern))
    if len(found) != 1:
        raise StepFailed(f"{len(found)} files called {pattern} lie in {dist}, and not one")
    return found[0]


def paint(trial: Trial, picture: Path) -> str:
    """Start, type, wait for the pictures, photograph, quit; says how long it took."""
    with tempfile.TemporaryDirectory() as scratch:
        desktop = Path(scratch) / "desktop"
        prepare(desktop, "light", None)
        with screen(1, desktop) as environment:
            begun = monotonic()
            program = subprocess.Popen(trial.command(environment["DISPLAY"]), cwd="/")
            try:
                return painted(trial, environment, begun, picture)
            finally:
                ended = end(trial, program)
                if not ended:
                    print(f"{trial.name}: had to be ended", file=sys.stderr)


def painted(trial: Trial, environment: dict[str, str], begun: float, picture: Path) -> str:
    """Drive the window of a program that was just started."""
    blind = Desk(environment, "", "light", 1, trial.home)
    window = wait("a window", lambda: blind.window_called("^Easel$"), SECONDS_TO_START)
    shown = monotonic() - begun
    check_network(trial)
    desk = Desk(environment, window, "light", 1, trial.home)
    wait("the gallery", (trial.home / GALLERY / "gallery.db").exists, SECONDS_TO_START)
    arrange(desk)
    desk.write(PROMPT)
    desk.press("Return")
    wait("the pictures", lambda: len(gallery(trial.home)) >= PICTURES, SECONDS_TO_PAINT)
    done = monotonic() - begun
    arrange(desk)
    desk.capture(picture)
    desk.press("ctrl+q")
    wait("the end", lambda: not trial.running(), SECONDS_TO_END)
    check_log(trial.home)
    return f"window after {shown:.1f} s, {PICTURES} pictures after {done:.0f} s, quit by Ctrl+Q"


def gallery(home: Path) -> list[Path]:
    """The pictures that it has kept."""
    return list((home / GALLERY / "pictures").rglob("*.png"))


def check_network(trial: Trial) -> None:
    """Raise StepFailed unless none of its processes could reach a network."""
    ours = os.readlink("/proc/self/ns/net")
    if not trial.running():
        raise StepFailed("no process of it was found")
    for process in trial.running():
        if os.readlink(f"/proc/{process}/ns/net") == ours:
            raise StepFailed("it has a network, so the trial would say nothing")


def check_log(home: Path) -> None:
    """Raise StepFailed for a fault that nobody foresaw."""
    for log in (home / ".local/state").rglob("easel.log"):
        if "CRITICAL" in (told := log.read_text(encoding="utf-8")):
            raise StepFailed(told)


def end(trial: Trial, program: subprocess.Popen[bytes]) -> bool:
    """Leave nothing running; whether nothing was."""
    left = trial.running()
    for process in left:
        os.kill(process, signal.SIGKILL)
    program.wait(SECONDS_TO_END)
    return not left


# --- the copies --------------------------------------------------------------------------------


@contextmanager
def from_deb(dist: Path, suite: str) -> Iterator[Trial]:
    """The package in a clean Debian, which is kept for the next time."""
    package = only(dist, "easel_*.deb")
    with CleanRoot(ROOT / "build/package", suite) as clean:
        clean.install(package)
        clean.run("easel", "--self-test", QT_QPA_PLATFORM="offscreen")
        clean.add("libglib2.0-bin")  # what follows a menu entry; nothing of Easel needs it
        entry = "/usr/share/applications/easel.desktop"

        def command(display: str) -> Sequence[str]:
            return clean.command("gio", "launch", entry, DISPLAY=display)

        yield Trial(f"deb-{suite}", clean.home, command, clean.processes)


@contextmanager
def from_appimage(dist: Path) -> Iterator[Trial]:
    """The AppImage, unpacked by itself where this system has no FUSE for it."""
    image = only(dist, "Easel-*.AppImage")
    with tempfile.TemporaryDirectory() as home:
        yield alone("appimage", Path(home), image, "APPIMAGE_EXTRACT_AND_RUN=1")


@contextmanager
def from_bundle(dist: Path) -> Iterator[Trial]:
    """The bundle somewhere else."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "Bilder für Ada, 絵"
        home = Path(folder) / "home"
        home.mkdir()
        shutil.copytree(dist / "easel", place / "easel", symlinks=True)
        yield alone("bundle", home, place / "easel/easel")


def alone(name: str, home: Path, program: Path, *more: str) -> Trial:
    """A program in an empty environment, known again by its home."""
    mark = f"HOME={home}"

    def command(display: str) -> Sequence[str]:
        bare = ("env", "-i", mark, f"DISPLAY={display}", "PATH=/usr/bin:/bin", *more)
        return ("unshare", "--net", *bare, str(program))

    return Trial(name, home, command, lambda: with_environment(mark))


def with_environment(mark: str) -> list[int]:
    """Ids of the processes that were started with this in their environment."""
    found: list[int] = []
    for folder in Path("/proc").iterdir():
        try:
            told = (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # not a process, or one that has just ended
            continue
        if mark.encode() in told:
            found.append(int(folder.name))
    return found
