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

PIECE = 1 << 22
"""Bytes that are compared at once."""

PAUSES = (0.1, 0.3, 0.6, 1.0) if os.name == "nt" else ()
"""Seconds between tries to replace a file: on Windows a scanner may hold a new one for a moment."""

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


class _KeptBeside(OSError):
    """A file could not be replaced; what was to take its place is in another one."""

    def __init__(self, error: OSError, path: Path) -> None:
        super().__init__(error.errno, error.strerror)
        self.path = path


def write_atomically(
    path: Path,
    content: bytes,
    before: Callable[[Path], None] = lambda _target: None,
    *,
    beside: bool = False,
) -> None:
    """Put `content` into `path`, replacing what is there in one step once all of it is on the disk.

    before: called with the file that is about to be replaced, when the new one is whole and on the
    disk. beside: where the system refuses the last step alone, keep the new file under a name like
    `boat.recovered.ora`, which the sentence tells. Links are followed. The folder must exist.
    Raises NotWritable; the old file is then untouched and no temporary file is left behind.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _sweep(target.parent)
        _replace(target, content, before, beside)
    except _KeptBeside as error:
        raise NotWritable(
            f"“{path.name}” could not be replaced in {path.parent}: {reason(error)}. It is "
            f"unchanged, and your picture is whole in “{error.path.name}” beside it; go on with "
            "that, or choose another place."
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise NotWritable(_sentence(path, error)) from error


def _replace(target: Path, content: bytes, before: Callable[[Path], None], beside: bool) -> None:
    # The name is short whatever the target's, so that a long but legal name can still be saved.
    temporary = target.parent / f".easel-{secrets.token_hex(6)}.part"  # see TEMPORARY
    try:
        _write(temporary, content)
        if not _holds(temporary, content):
            raise OSError(errno.EIO, "what was written reads back differently")
        before(target)
        _put_in_place(temporary, target, beside)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file reads back as `content`; piece by piece, which holds no other thread up."""
    with path.open("rb") as file:
        starts = range(0, len(content), PIECE)
        same = all(file.read(PIECE) == content[start : start + PIECE] for start in starts)
        return same and not file.read(1)


def _put_in_place(temporary: Path, target: Path, beside: bool) -> None:
    for pause in PAUSES:
        with suppress(PermissionError):
            os.replace(temporary, target)
            return
        time.sleep(pause)
    try:
        os.replace(temporary, target)
    except OSError as error:
        if beside and (kept := _kept_beside(temporary, target)) is not None:
            sync_folder(target.parent)
            raise _KeptBeside(error, kept) from error
        raise


def _kept_beside(temporary: Path, target: Path) -> Path | None:
    """Give what was written a name of its own, over no other file; None where that fails too."""
    for number in range(1, 100):
        which = "" if number == 1 else f"-{number}"
        path = target.with_name(f"{target.stem}.recovered{which}{target.suffix}")
        if not os.path.lexists(path):
            with suppress(OSError):
                os.replace(temporary, path)
                return path
            return None
    return None


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
