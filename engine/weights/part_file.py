"""The first part of a file that is being fetched, and the note beside it that says of what.

The note claims only what has reached the disk, so a part that was left in any way, by a killed
program or a power cut, is gone on with from there. A file gets its name when its hash is right.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.families import Family, FileSpec, Repository
from engine.weights.header import Json

CHUNK = 8_000_000
"""Bytes between two notes: the most that is fetched twice."""


class PartFile:
    """`done` bytes of `target`, which may grow. address: what is fetched, without the host.

    tag: the source's own mark for this version of the file, empty while it named none. total: all
    bytes, None while nobody knows. Raises OSError as files do.
    """

    def __init__(self, target: Path, address: str, total: int | None) -> None:
        """Touch nothing yet."""
        self.target = target
        self.path = target.with_name(f".{target.name}.part")
        self.note = target.with_name(f".{target.name}.part.json")
        self.address = address
        self.tag = ""
        self.total = total
        self.done = 0
        self._noted = 0
        self._digest = hashlib.sha256()
        self._descriptor = -1

    def recall(self) -> Iterator[int]:
        """Open the part that is here, or an empty one; yields bytes read again for the hash."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        kept = self._claimed()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        self._descriptor = os.open(self.path, flags, 0o666)
        os.ftruncate(self._descriptor, kept)
        while self.done < kept and (octets := os.read(self._descriptor, CHUNK)):
            self._digest.update(octets)
            self.done += len(octets)
            yield self.done
        self._noted = self.done

    def begin_again(self, tag: str) -> None:
        """Let go of everything: what comes now is version `tag` from its first byte."""
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self.note.unlink(missing_ok=True)  # else it would vouch for what is gone
        self.tag, self.done, self._noted = tag, 0, 0
        self._digest = hashlib.sha256()

    def add(self, octets: bytes) -> bool:
        """Append, and say whether that was a good moment to report: a note was written."""
        rest = memoryview(octets)
        while rest:  # a nearly full disk takes less than it is given
            rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(octets)
        self.done += len(octets)
        if self.done - self._noted < CHUNK:
            return False
        self.settle()
        return True

    def settle(self) -> None:
        """Bring everything to the disk, then write the note that claims it."""
        os.fsync(self._descriptor)
        claim = {"address": self.address, "tag": self.tag, "total": self.total, "done": self.done}
        temporary = self.note.with_suffix(".new")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(claim, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.note)
        self._noted = self.done

    def sha256(self) -> str:
        """Of everything so far."""
        return self._digest.hexdigest()

    def finish(self) -> None:
        """Give the file its name."""
        os.fsync(self._descriptor)
        self._noted = self.done
        self.close()
        os.replace(self.path, self.target)
        self.note.unlink(missing_ok=True)
        if os.name == "posix":  # the name itself must survive a power cut
            with suppress(OSError):
                folder = os.open(self.target.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)

    def discard(self) -> None:
        """Remove part and note."""
        self._noted = self.done
        self.close()
        remove_part(self.target)

    def close(self) -> None:
        """Let go of the file, with a note of all that is in it if the disk takes one."""
        if self._descriptor < 0:
            return
        try:
            if self.done > self._noted:
                with suppress(OSError):
                    self.settle()
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _claimed(self) -> int:
        """How much of the part the note vouches for."""
        try:
            claim: Json = json.loads(self.note.read_bytes())
            size = self.path.stat().st_size
        except (OSError, ValueError, RecursionError):
            return 0
        if not isinstance(claim, dict) or claim.get("address") != self.address:
            return 0
        tag, total, done = (claim.get(name) for name in ("tag", "total", "done"))
        if not isinstance(tag, str) or type(done) is not int:
            return 0
        if type(total) is int and total >= 0:
            if self.total not in (None, total):
                return 0
            self.total = total
        self.tag = tag
        return min(max(done, 0), size, size if self.total is None else self.total)


def remove_part(target: Path) -> None:
    """Remove what a fetch of `target` has left."""
    part = PartFile(target, "", None)
    for path in (part.path, part.note, part.note.with_suffix(".new")):
        path.unlink(missing_ok=True)


def part_bytes(target: Path) -> int:
    """How much of `target` is here already."""
    with suppress(OSError):
        return PartFile(target, "", None).path.stat().st_size
    return 0


def target_of(folder: Path, repository: Repository, file: FileSpec) -> Path:
    """The place of a fetched file below `folder`."""
    return folder / repository.folder / file.path


def file_left(family: Family, folder: Path, file: FileSpec) -> int:
    """Bytes of `file` that are still to come."""
    target = target_of(folder, family.repository(file.repository), file)
    return max((file.size or 0) - part_bytes(target), 0)
