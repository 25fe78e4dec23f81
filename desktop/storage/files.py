"""Writing a file so that a reader finds either the old one or the new one, whole.

A temporary file beside the target, a checked write, fsync, reading back, and a rename at the end.
Qt's QSaveFile is not used: on a full disk it can report success for a file cut short.
"""

import errno
import os
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from desktop.errors import NotWritable

TEMPORARY = re.compile(r"\.easel-[0-9a-f]{12}\.part")
STALE = 3_600
"""Seconds after which a temporary file is nobody's: no save takes so long."""

_REASONS = {
    errno.EACCES: "this folder may not be written to",
    errno.EPERM: "this folder may not be written to",
    errno.EROFS: "this folder may not be written to",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "the folder does not exist",
    errno.EISDIR: "a folder of that name is in the way",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "the disk is full",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
}


def write_atomically(
    path: Path, content: bytes, before: Callable[[Path], None] = lambda _target: None
) -> None:
    """Put `content` into `path`, replacing what is there in one step once all of it is on the disk.

    before: called with the file that is about to be replaced, when the new one is whole and on the
    disk. Links are followed. The folder must exist. Raises NotWritable; the old file is then
    untouched and no temporary file is left behind.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _sweep(target.parent)
        _replace(target, content, before)
    except (OSError, ValueError, RuntimeError) as error:
        raise NotWritable(_sentence(path, error)) from error


def _replace(target: Path, content: bytes, before: Callable[[Path], None]) -> None:
    # The name is short whatever the target's, so that a long but legal name can still be saved.
    temporary = target.parent / f".easel-{secrets.token_hex(6)}.part"  # see TEMPORARY
    try:
        _write(temporary, content)
        if temporary.read_bytes() != content:
            raise OSError(errno.EIO, "what was written reads back differently")
        before(target)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _sweep(folder: Path) -> None:
    """Remove what a save has left that ended with its process, a good while ago."""
    with suppress(OSError):
        for path in folder.iterdir():
            if TEMPORARY.fullmatch(path.name) and time.time() - path.stat().st_mtime > STALE:
                path.unlink()


def _write(path: Path, content: bytes) -> None:
    # O_EXCL: never through a link somebody put there. 0o666: the umask decides, as elsewhere.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do that."""
    # The rename itself survives a power cut only when the folder is on the disk; Windows has no
    # such call and some network file systems refuse it. The file is in place either way.
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: Exception) -> str:
    """What the system says against a file, in words that fit behind a colon."""
    number = error.errno if isinstance(error, OSError) else None
    return _REASONS.get(number or 0, "the system refused it")


def _sentence(path: Path, error: Exception) -> str:
    return (
        f"“{path.name}” could not be saved in {path.parent}: {reason(error)}. "
        "Your picture and any older file are unchanged; choose another place."
    )
