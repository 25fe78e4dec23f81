"""Files of ours that cannot be read are kept beside under another name, and named to the person."""

from pathlib import Path


def set_aside(path: Path) -> Path:
    """Rename a file, or whatever has its name, so that a new one can take its place.

    Returns where it is now. Raises OSError.
    """
    kept, number = path.with_name(f"{path.name}.damaged"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.damaged-{number}")
    return path.rename(kept)


def said_of(path: Path, what: str) -> str:
    """Set `path` aside and return one sentence about it; `what` begins it: "The settings file"."""
    try:
        kept = set_aside(path)
    except OSError:
        return (
            f"{what} could not be read, so Easel starts with its defaults; check who may read and "
            f"write {path}."
        )
    return (
        f"{what} was damaged or could not be read, so Easel starts with its defaults; the old one "
        f"is kept as “{kept.name}” in {kept.parent}."
    )
