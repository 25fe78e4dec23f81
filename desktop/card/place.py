"""The folder in which a Python for the card is built, and what it holds so far."""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.storage.files import write_atomically


class State(StrEnum):
    """How far a Python for the card is."""

    ABSENT = "not here"
    PARTLY = "unfinished"
    READY = "ready"
    OUTDATED = "made for another version of Easel"


@dataclass(frozen=True, slots=True)
class Place:
    """root: a folder that is ours alone; pins: the text of the locks that came with Easel."""

    root: Path
    pins: str

    @property
    def wheels(self) -> Path:
        """Where packages are fetched to."""
        return self.root / "wheels"

    @property
    def python(self) -> Path:
        """The program."""
        return self.root / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def state(self) -> State:
        """What is here."""
        if not self.root.exists():
            return State.ABSENT
        stored: object = None
        with suppress(OSError, ValueError, RecursionError):
            stored = json.loads(self._stamp.read_text(encoding="utf-8"))
        if not isinstance(stored, dict) or not self.python.exists():
            return State.PARTLY
        return State.READY if stored.get("pins") == self._fingerprint() else State.OUTDATED

    def finish(self) -> None:
        """Say that it is whole, and let go of what it was made from. Raises NotWritable."""
        write_atomically(self._stamp, json.dumps({"pins": self._fingerprint()}).encode())
        for folder in (self.wheels, self.root / "cache"):
            shutil.rmtree(folder, ignore_errors=True)

    def begin(self) -> None:
        """Make the folder; what it holds counts as unfinished from now on. Raises OSError."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.give_up()

    def give_up(self) -> None:
        """Count what is here as unfinished from now on. Raises OSError."""
        self._stamp.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes of all files, each counted once."""
        seen: dict[tuple[int, int], int] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                with suppress(OSError):
                    told = os.lstat(os.path.join(folder, name))
                    seen[told.st_dev, told.st_ino] = told.st_size
        return sum(seen.values())

    @property
    def _stamp(self) -> Path:
        return self.root / "ready.json"

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.pins.encode()).hexdigest()
