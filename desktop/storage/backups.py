"""The last versions of a project, kept beside it: each save lets the one before step back.

Before `boat.ora` there was `boat.backup-1.ora`, before that `boat.backup-2.ora`, and so on. Each is
a whole project that opens like any other.
"""

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

COUNT = 3


def backups_of(path: Path) -> tuple[Path, ...]:
    """Return where the versions before `path` are kept, the latest first."""
    numbers = range(1, COUNT + 1)
    return tuple(path.with_name(f"{path.stem}.backup-{n}{path.suffix}") for n in numbers)


def keep_backup(path: Path) -> None:
    """Keep what is in `path`, which is about to be replaced; `path` is there all the while.

    Where the system refuses it, the save goes on without: what is new matters more.
    """
    backups = backups_of(path)
    try:
        for older, newer in zip(reversed(backups), reversed(backups[:-1]), strict=False):
            with suppress(FileNotFoundError):
                os.replace(newer, older)
        _copy(path, backups[0])
    except FileNotFoundError:
        return  # the first save
    except OSError as error:
        logger.warning("no backup of the last version could be kept: %s", error.strerror)


def _copy(path: Path, target: Path) -> None:
    """Give the content a second name; a true copy where the disk knows no such thing."""
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:
        temporary = target.with_name(f"{target.name}.part")
        shutil.copyfile(path, temporary)
        os.replace(temporary, target)
