"""Fetching what is missing of a model: its room on the disk, its files one after the other.

Torch-free. What is fetched lies in the published layout, so that it is one more folder for the
store; where nobody has confirmed the hashes, every report says so.
"""

import math
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from engine.errors import FetchFailed
from engine.families import Family, FileSpec
from engine.weights.download import DiskFull, Doing, Wanted, download
from engine.weights.network import Network
from engine.weights.part_file import file_left, target_of
from engine.weights.store import WeightStore

SPARE_BYTES = 1_000_000_000
SPARE_SHARE = 0.1
"""Of what is fetched: room that stays free beside it, for the system and for pictures."""

LOCK = ".easel.lock"
LATEST = "main"
"""Asked for where no revision is pinned: then nobody knows in advance what will come."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a fetch is. file: the one at work; done of total: bytes of all files together."""

    file: FileSpec
    doing: Doing
    done: int
    total: int
    note: str = ""


def fetch(
    family: Family,
    folder: Path,
    network: Network,
    wanted: Sequence[FileSpec],
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
) -> Iterator[Fetched]:
    """Fetch the files `wanted` of `family` below `folder`, those that are whole there left alone.

    Raises FetchFailed with one sentence; everything that arrived stays for the next time.
    """
    here = WeightStore([folder])
    lacking = here.missing(family, wanted)

    def left() -> int:
        return sum(file_left(family, folder, file) for file in here.missing(family, wanted))

    with locked(folder):
        check_room(folder, left(), free)
        total = sum(file.size or 0 for file in lacking)
        done = 0
        for file in lacking:
            try:
                for report in download(wanted_of(family, folder, file), network):
                    yield Fetched(file, report.doing, done + report.done, total, report.note)
            except DiskFull as full:
                raise filled_up(folder, left(), free) from full
            done += file.size or 0


def wanted_of(family: Family, folder: Path, file: FileSpec) -> Wanted:
    """Where `file` is fetched from and to. Its name is ours, whatever a server says."""
    repository = family.repository(file.repository)
    target = target_of(folder, repository, file)
    address = f"{repository.published}/resolve/{repository.revision or LATEST}/{quote(file.path)}"
    return Wanted(target, address, file.size, file.sha256)


def check_room(folder: Path, need: int, free: Callable[[Path], int]) -> None:
    """Raise FetchFailed unless `need` bytes fit into `folder` with room to spare."""
    with suppress(OSError):  # the download says why it cannot write there
        folder.mkdir(parents=True, exist_ok=True)
        short = room_for(need) - free(folder)
        if need and short > 0:
            raise FetchFailed(
                f"There is not enough room in {folder}: {gigabytes(room_for(need))} GB are needed, "
                f"with some to spare. Nothing was fetched; free {gigabytes(short)} GB or choose "
                "another folder, then try again."
            )


def filled_up(folder: Path, left: int, free: Callable[[Path], int]) -> DiskFull:
    """The sentence for a disk that took no more while `left` bytes of all files are still to come.

    It asks for as much as `check_room` will when the download goes on; where a quota and not the
    disk is used up, for what is to come.
    """
    room = 0
    with suppress(OSError):
        room = free(folder)
    short = max(room_for(left) - room, left)
    return DiskFull(
        f"The disk is full, and {gigabytes(left)} GB of the model are still to come. What was "
        f"downloaded is kept. Free {gigabytes(short)} GB and press Continue, or choose another "
        "folder for models under Edit ▸ Settings…, where the download begins anew."
    )


def gigabytes(count: int) -> str:
    """A number of bytes as tenths of gigabytes, rounded up: whoever frees that much has enough."""
    return f"{max(math.ceil(count / 100_000_000), 1) / 10:.1f}"


def room_for(need: int) -> int:
    """Free bytes that a download of `need` bytes asks for."""
    return round(need * (1 + SPARE_SHARE)) + SPARE_BYTES


@contextmanager
def locked(folder: Path) -> Generator[None, None, None]:
    """Be the only one who fetches into `folder`. Raises FetchFailed when somebody else does."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise FetchFailed(
            "Another Easel is downloading into this folder; wait until it is done, or pause it."
        ) from error
    except OSError as error:
        raise FetchFailed(
            f"The folder {folder} cannot be written to ({error.strerror}); choose another one."
        ) from error
    try:
        yield
    finally:
        lock.release()


def pinned(family: Family) -> bool:
    """Whether publisher's hashes are known for every file."""
    return all(file.sha256 for file in family.files)


def with_files(family: Family, folders: Sequence[str]) -> tuple[FileSpec, ...]:
    """The files of some of a family's repositories."""
    return tuple(file for file in family.files if file.repository in folders)
