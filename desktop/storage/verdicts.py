"""What was found out about model files, for as long as their length and time of change stay.

A convenience for the page of models: whoever has to know reads the file again.
"""

import json
import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from threading import Lock


class Verdict(StrEnum):
    """What is known about a file."""

    VERIFIED = "verified"
    """It has the hash that its publisher, or Easel for its own copies, wrote down."""
    UNCONFIRMED = "unconfirmed"
    """It was fetched or read whole; nobody has confirmed what it should be."""
    DAMAGED = "damaged"


class Verdicts:
    """A small file of them."""

    def __init__(self, file: Path) -> None:
        """Read `file`, if it is there and can be read."""
        self._file = file
        self._told: dict[str, list[object]] = {}
        self._telling = Lock()
        """A download tells in its thread, and what a run came upon is told in the window's."""
        with suppress(OSError, ValueError, RecursionError):
            stored: object = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(stored, dict):
                self._told = {
                    str(path): list(entry)  # type: ignore[reportUnknownArgumentType]
                    for path, entry in stored.items()  # type: ignore[reportUnknownVariableType]
                    if isinstance(entry, list)
                }

    def of(self, path: Path) -> Verdict | None:
        """What is known about `path` as it is now."""
        entry = self._told.get(str(path))
        try:
            status = path.stat()
        except OSError:
            return None
        if entry is None or entry[:2] != [status.st_size, status.st_mtime_ns]:
            return None
        return next((each for each in Verdict if entry[2:] == [each.value]), None)

    def damaged(self) -> tuple[Path, ...]:
        """The files that are damaged and still as they were when that was found out."""
        told = [
            Path(path)
            for path, entry in list(self._told.items())
            if entry[2:] == [Verdict.DAMAGED.value]
        ]
        return tuple(path for path in told if self.of(path) is Verdict.DAMAGED)

    def tell(self, path: Path, verdict: Verdict) -> None:
        """Remember it."""
        with suppress(OSError), self._telling:
            status = path.stat()
            self._told[str(path)] = [status.st_size, status.st_mtime_ns, verdict.value]
            self._save()

    def forget_damage(self, folder: Path) -> None:
        """Call nothing below `folder` damaged any more: it is about to be read again."""
        with self._telling:
            for path in self.damaged():
                if path.is_relative_to(folder):
                    del self._told[str(path)]
            self._save()

    def _save(self) -> None:
        here = {path: entry for path, entry in self._told.items() if Path(path).exists()}
        temporary = self._file.with_suffix(".part")
        with suppress(OSError):  # it can be found out again
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(here), encoding="utf-8")
            os.replace(temporary, self._file)
