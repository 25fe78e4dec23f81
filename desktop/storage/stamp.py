"""What a file looked like when it was read or written last: enough to see that it was changed."""

from dataclasses import dataclass
from pathlib import Path

from desktop.errors import ChangedOutside


@dataclass(frozen=True, slots=True)
class Stamp:
    """modified: nanoseconds since 1970. size: bytes."""

    modified: int
    size: int


def stamp_of(path: Path) -> Stamp | None:
    """How `path` looks now; None where nothing can be said, as of a file that is not there."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp(state.st_mtime_ns, state.st_size)


def check_unchanged(path: Path, known: Stamp | None) -> None:
    """Raise ChangedOutside when `path` is no longer as it was known; None knows nothing.

    A folder that has gone with it is left to whoever writes there: nothing can be saved then.
    """
    now = stamp_of(path)
    if known is None or now == known or not path.parent.is_dir():
        return
    if now is None:
        raise ChangedOutside(
            f"“{path.name}” is not there any more: another program has moved or removed it. "
            "Nothing is saved yet; save your picture there again, or under another name.",
            gone=True,
        )
    raise ChangedOutside(
        f"Another program has changed “{path.name}” since Easel read or wrote it. Nothing is saved "
        "yet; save over it, which keeps what is there now as a backup, or under another name."
    )
