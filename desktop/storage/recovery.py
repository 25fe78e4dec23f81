"""Folders of unsaved work: one for each picture of each window, and what became of it.

A folder belongs to the window that holds its lock, which the system lets go of when that window
ends, however it ends. What is discarded is moved aside and removed 30 days later.
"""

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from desktop.errors import NotWritable, RecoveryUnavailable
from desktop.storage.files import reason
from desktop.storage.journal import Journal
from desktop.storage.journal_reading import FILES, About, Recovered, last_state, recovered
from desktop.storage.project import Project

DAYS_KEPT = 30
SECONDS_A_DAY = 86_400

DISCARDED = "discarded"
"""Folder beside the others; each name there begins with the time at which it was discarded."""
LOCK, MARK = "lock", "being-read"
NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
DISCARDED_NAME = re.compile(r"(\d{10,11})_" + NAME.pattern)


class Session:
    """The unsaved work of one picture in this window. Belongs to one thread."""

    def __init__(self, root: Path, now: float) -> None:
        """Make a folder below `root` and take its lock. Raises NotWritable."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        self.folder = root / f"{stamp}-{secrets.token_hex(4)}"
        try:
            self.folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise NotWritable(
                f"Easel cannot keep a copy of unsaved work in {root}: {reason(error)}. "
                "Your picture is unchanged; save it, then make room there."
            ) from error
        self._lock = _lock(self.folder)
        self._journal = Journal(self.folder)
        self.about: Mapping[str, object] = {}
        """What was said with the last state."""

    def write(self, project: Project, about: Mapping[str, object]) -> None:
        """Have a state on the disk. Raises NotWritable."""
        self._journal.write(project, about)
        self.about = about

    def rest(self) -> None:
        """Hold no picture in memory until the next `write`."""
        self._journal.forget()

    def leave(self) -> None:
        """Let go of the folder, for the next start to find."""
        self._journal.close()
        if self._lock is not None:
            self._lock.release()

    def remove(self) -> None:
        """Remove the folder: there is nothing in it that is not in a file of the user's."""
        self.leave()
        _remove(self.folder)

    def discard(self, now: float) -> None:
        """Move the folder to those that are kept for 30 days."""
        self.leave()
        with suppress(OSError):  # then it is offered at the next start instead
            _move_aside(self.folder, now)


@dataclass(frozen=True, slots=True)
class Found:
    """A folder of a window that has ended.

    discarded: when the work in it was discarded, seconds since 1970; None if it was not.
    troubled: Easel ended while it was reading the folder.
    """

    folder: Path
    about: About
    discarded: float | None = None
    troubled: bool = False


@dataclass(frozen=True, slots=True)
class Unsaved:
    """found: the latest first. unreadable: folders of which nothing can be read, moved aside."""

    found: tuple[Found, ...]
    unreadable: tuple[Path, ...] = ()


def unsaved(root: Path, now: float) -> Unsaved:
    """Return what windows that have ended did not save.

    Folders in which nothing is unsaved are removed. Raises RecoveryUnavailable.
    """
    found: list[Found] = []
    unreadable: list[Path] = []
    for folder in _folders(root, NAME):
        lock = _lock(folder)
        if lock is None:
            continue  # its window is open
        about = last_state(folder)
        lock.release()
        if about is None and _holds_something(folder):
            with suppress(OSError):
                unreadable.append(_move_aside(folder, now))
        elif about is None or not _is_unsaved(about):
            _remove(folder)
        else:
            found.append(Found(folder, about, troubled=(folder / MARK).exists()))
    found.sort(key=lambda each: each.about.at, reverse=True)
    return Unsaved(tuple(found), tuple(unreadable))


def discarded(root: Path) -> list[Found]:
    """Return what was discarded and is still here, the latest first."""
    found: list[Found] = []
    for folder in _folders(root / DISCARDED, DISCARDED_NAME):
        about = last_state(folder)
        if about is not None and about.layers:
            troubled = (folder / MARK).exists()
            found.append(Found(folder, about, _discarded_at(folder), troubled))
    return sorted(found, key=lambda each: each.discarded or 0.0, reverse=True)


def sweep(root: Path, now: float) -> None:
    """Remove what was discarded more than 30 days before `now`."""
    for folder in _folders(root / DISCARDED, DISCARDED_NAME):
        if now - _discarded_at(folder) > DAYS_KEPT * SECONDS_A_DAY:
            _remove(folder)


def read(found: Found) -> Recovered:
    """Return the work itself. Raises ProjectDamaged.

    A mark stays in the folder if Easel ends on the way, so that it does not do so at each start.
    """
    mark = found.folder / MARK
    with suppress(OSError):
        mark.touch()
    whole = recovered(found.folder)
    with suppress(OSError):
        mark.unlink()
    return whole


def discard(found: Found, now: float) -> None:
    """Keep the work for 30 days more, and offer it no longer. Raises NotWritable."""
    if found.discarded is not None:
        return
    try:
        _move_aside(found.folder, now)
    except OSError as error:
        raise NotWritable(
            f"{found.folder} could not be moved: {reason(error)}. Nothing of it is lost; it is "
            "offered again at the next start."
        ) from error


def _folders(root: Path, name: re.Pattern[str]) -> Iterator[Path]:
    try:
        entries = sorted(root.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise RecoveryUnavailable(
            f"Easel cannot look for unsaved work in {root} ({error.strerror}). Nothing there was "
            "changed; check who may read it, then start Easel again."
        ) from error
    for entry in entries:
        if name.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
            yield entry


def _lock(folder: Path) -> FileLock | None:
    """Take a folder's lock; None where another window has it.

    A lock file that cannot be used keeps nobody out.
    """
    lock = FileLock(folder / LOCK, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except (OSError, NotImplementedError):
        pass  # `release` of what was not got does nothing
    return lock


def _discarded_at(folder: Path) -> float:
    return float(folder.name.partition("_")[0])


def _move_aside(folder: Path, now: float) -> Path:
    place = folder.parent / DISCARDED
    place.mkdir(exist_ok=True)
    return folder.rename(place / f"{max(0, int(now)):010}_{folder.name}")


def _is_unsaved(about: About) -> bool:
    if about.saved and about.home is not None and about.home.exists():
        return False
    return about.layers > 0


def _holds_something(folder: Path) -> bool:
    return any(path.stat().st_size for path in folder.glob(FILES))


def _remove(folder: Path) -> None:
    """Remove what Easel has put there, and nothing else."""
    for path in (*folder.glob(FILES), folder / MARK, folder / LOCK):
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):
        folder.rmdir()
