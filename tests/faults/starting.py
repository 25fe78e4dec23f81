"""Starts Easel in homes whose files are damaged in every way, and says what came of it.

`python -m tests.faults.starting FOLDER [FILE …]` prints a JSON object for each start; FILE is a
name from FILES, and without any all of them are damaged in turn. A program of its own that forks:
what is imported once need not be imported seventy times; each start is charged with it. It should
run without the rights by which root reads and writes what nobody may.
"""

import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer

from desktop import app
from desktop.paths import Paths
from tests.fakes import FakeEngine
from tests.faults.forks import bring_program

SECONDS_OPEN = 8.0
"""At most, until the gallery and the recovery have said what they found."""
SECONDS_TO_HANG = 60

FILES = {
    "settings": "config/settings.json",
    "window": "config/window.ini",
    "models": "config/models.json",
    "verdicts": "data/model-files.json",
    "gallery list": "data/gallery/gallery.db",
    "gallery log": "data/gallery/gallery.db-wal",
    "gallery": "data/gallery",
    "cache": "cache/gallery",
    "lock": "data/window.lock",
    "recovery": "recovery",
    "journal": "recovery/{session}/journal-0000",
    "log": "logs/easel.log",
}
"""What is damaged; the folders among them are replaced as a whole."""

CONVENIENCES = {"window", "verdicts", "cache", "lock", "log", "gallery log"}
"""Found out again, or no work of anybody's: these may be written anew."""

GARBAGE = bytes(range(256)) * 40


def empty(path: Path) -> None:
    _clear(path)
    path.touch()


def truncated(path: Path) -> None:
    """Half of it; half of the files of a folder."""
    if path.is_dir():
        for inner in sorted(path.rglob("*"))[::2]:
            _clear(inner) if inner.exists() else None
        return
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def garbage(path: Path) -> None:
    _clear(path)
    path.write_bytes(GARBAGE)


def other_kind(path: Path) -> None:
    """A folder where a file should be, a file where a folder should be."""
    was_folder = path.is_dir()
    _clear(path)
    if was_folder:
        path.write_bytes(GARBAGE)
    else:
        path.mkdir()
        (path / "somebody's.txt").write_bytes(GARBAGE)


def unreadable(path: Path) -> None:
    path.chmod(0)


def read_only(path: Path) -> None:
    for inner in (path, *(path.rglob("*") if path.is_dir() else ())):
        inner.chmod(0o500 if inner.is_dir() else 0o400)


VARIANTS: dict[str, Callable[[Path], None]] = {
    "empty": empty,
    "truncated": truncated,
    "garbage": garbage,
    "other kind": other_kind,
    "unreadable": unreadable,
    "read-only": read_only,
}


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def opened(
    home: Path, act: Callable[[app.Program], None] = lambda _: None, brought: float = 0.0
) -> dict[str, object]:
    """Open the window, let it stand for a moment and end it; what was seen.

    brought: seconds of the processor for what was imported before.
    """
    said: list[str] = []
    begun = time.monotonic()
    app._engine = lambda *_used: FakeEngine()  # noqa: SLF001
    app.sys.excepthook = lambda *error: said.append(
        "BUG " + "".join(traceback.format_exception(*error))
    )
    program = app.Program(["--home", str(home)])

    def fault(*error: object) -> None:
        said.append("BUG " + "".join(traceback.format_exception(*error)))  # type: ignore[call-overload]
        program.app.exit(1)

    sys.excepthook = fault
    seen: list[float] = []

    def painted() -> None:
        seen.extend((time.monotonic() - begun, brought + time.process_time()))
        assert program.studio is not None
        program.studio.failed.connect(said.append)
        program.studio.bug_found.connect(lambda trace: said.append(f"BUG {trace}"))
        messages = program.window.messages
        if messages.text:
            said.append(messages.text)
        act(program)
        # Behind what both look for at the start; a gallery that cannot be used answers nothing.
        recovery = program.recording
        assert recovery is not None
        program.studio.keeping.ask_desk(
            lambda _desk: None,
            lambda _answer: recovery.submit(lambda: iter((1,)), lambda _job, _report: soon.start()),
        )
        late.start()

    soon, late = QTimer(singleShot=True), QTimer(singleShot=True)
    soon.setInterval(50)
    late.setInterval(round(1000 * SECONDS_OPEN))

    def look() -> None:
        if program.window.messages.text:
            said.append(program.window.messages.text)
        if program.window.failure.isVisible():
            said.append("BUG " + program.window.failure.details)
        program.end()

    for timer in (soon, late):
        timer.timeout.connect(look)
    program.window.painted.connect(painted)
    program.window.show()
    program.app.exec()
    for timer in (soon, late):
        timer.stop()
    program.close()
    return {"seconds": seen, "said": list(dict.fromkeys(said))}


def apart(work: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Do `work` in a process of its own; what it returned, and how that process ended."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        code = 1
        try:
            import signal

            signal.alarm(SECONDS_TO_HANG)
            errors = os.open("/dev/null", os.O_WRONLY)
            os.dup2(errors, 2)
            with os.fdopen(writing, "w") as pipe:
                pipe.write(json.dumps(work()))
            code = 0
        except BaseException:  # noqa: BLE001  # whatever it is, it is told
            with os.fdopen(os.dup(1), "w") as out:
                out.write(traceback.format_exc())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return {"code": code, **(json.loads(text) if text else {"seconds": [], "said": []})}


def furnished(home: Path) -> None:
    """Make a home in which everything is there: it has been used, and was left unsaved."""

    def act(program: app.Program) -> None:
        import numpy as np

        assert program.studio is not None
        assert program.keeper is not None
        program.studio.place_pixels(np.full((40, 40, 3), 99, np.uint8), "unsaved")
        program.studio.generate("a red apple", 1, 7)
        program.keeper.route("https://mirror.invalid", "", "")

    apart(lambda: opened(home, act))
    paths = Paths.under(home)
    (paths.data / "model-files.json").write_text('{"/x": [1, 2, "verified"]}')
    (paths.cache / "gallery").mkdir(parents=True, exist_ok=True)
    (paths.cache / "gallery" / "meaning.bin").write_bytes(GARBAGE)
    (paths.gallery / "gallery.db-wal").write_bytes(GARBAGE)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, read with all rights there are."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def lost(before: dict[str, bytes], after: dict[str, bytes], ours: list[str]) -> list[str]:
    """Names of files whose bytes are nowhere any more, but for those that may be written anew."""
    kept = set(after.values())
    return [
        name
        for name, content in before.items()
        if content and content not in kept and not any(name.startswith(each) for each in ours)
    ]


def main(argv: list[str]) -> int:
    """Try every damage to every file, or those whose names are given, and print what came of it."""
    folder, names = Path(argv[0]), argv[1:] or FILES
    brought = bring_program()
    whole = folder / "whole"
    furnished(whole)
    (session,) = (path.name for path in (whole / "recovery").iterdir() if path.name[0] == "2")
    places = {name: place.format(session=session) for name, place in FILES.items()}
    may_change = [places[name] for name in CONVENIENCES] + ["data/gallery/gallery.db-shm"]
    for name in names:
        place = places[name]
        for variant, damage in VARIANTS.items():
            home = folder / "home"
            if home.exists():
                contents(home)  # give the rights back
                shutil.rmtree(home)
            shutil.copytree(whole, home)
            assert (home / place).exists(), place
            damage(home / place)
            mode = (home / place).stat().st_mode
            before = contents_kept(home, place, mode)
            result = apart(lambda home=home: opened(home, brought=brought))
            missing = lost(before, contents(home), may_change)
            row = {"file": name, "damage": variant, **result, "lost": missing}
            print(json.dumps(row), flush=True)
    return 0


def contents_kept(home: Path, place: str, mode: int) -> dict[str, bytes]:
    """Every file of a home, whose rights are as before afterwards."""
    modes = {path: path.stat().st_mode for path in [*home.rglob("*")]}
    (home / place).chmod(0o700 if (home / place).is_dir() else 0o600)
    modes |= {path: path.stat().st_mode for path in home.rglob("*") if path not in modes}
    found = contents(home)
    for path, old in sorted(modes.items(), reverse=True):
        path.chmod(old & 0o7777)
    (home / place).chmod(mode & 0o7777)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
