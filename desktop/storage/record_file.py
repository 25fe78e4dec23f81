"""A file that is only ever appended to, record by record: a crash costs at most the last one.

Each record has a header with sums of its content and of itself. What was cut short or overwritten
is skipped, and reading goes on at the next header that is whole.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\x89EJR"
HEADER = struct.Struct("<4sB3xIQII")
"""Magic, kind, number, bytes of content, sum of the content, sum of what stands before."""
_SUMMED = HEADER.size - 4

MOST_BYTES = 2**32
"""Of one record."""
CHUNK = 2**20


class RecordDamaged(ValueError):
    """A record is not what was written."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where a record's content lies. number: larger than those of all records before it."""

    kind: int
    number: int
    place: int
    size: int
    check: int


class RecordWriter:
    """Appends to one file. Records count once `commit` has returned, all of them or none."""

    def __init__(self, path: Path) -> None:
        """Make the file, which must not be there. Raises OSError, as every method does."""
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o600)
        self._number = self._committed_number = 0
        self._size = self._committed = 0
        self.broken = False
        """Whether nobody can say any more what the file holds after the last commit."""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._size

    def append(self, kind: int, content: bytes) -> int:
        """Write a record and return its number."""
        self._number += 1
        head = HEADER.pack(MAGIC, kind, self._number, len(content), zlib.crc32(content), 0)
        head = head[:_SUMMED] + zlib.crc32(head[:_SUMMED]).to_bytes(4, "little")
        for part in (head, content):
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._size += HEADER.size + len(content)
        return self._number

    def commit(self) -> None:
        """Have all of it on the disk. After a failure the file is `broken`."""
        try:
            os.fsync(self._descriptor)
        except OSError:
            # What the system has dropped by now it does not tell, not even when asked again.
            self.broken = True
            raise
        self._committed, self._committed_number = self._size, self._number

    def roll_back(self) -> None:
        """Forget what was appended since the last commit; the file is `broken` if that fails."""
        try:
            os.ftruncate(self._descriptor, self._committed)
            os.lseek(self._descriptor, self._committed, os.SEEK_SET)
        except OSError:
            self.broken = True
        self._size, self._number = self._committed, self._committed_number

    def close(self) -> None:
        """Let go of the file; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class RecordReader:
    """The records of a file that may be damaged anywhere. Close it, or use it in a `with`."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, as every method may."""
        self._file: BinaryIO = path.open("rb")
        self._end = os.fstat(self._file.fileno()).st_size
        self.records = {record.number: record for record in self._found()}

    def __enter__(self) -> "RecordReader":
        """Return this reader."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of the file."""
        self._file.close()

    def content(self, record: Record) -> bytes:
        """Return what was written; RecordDamaged when it is something else by now."""
        self._file.seek(record.place)
        content = self._file.read(record.size)
        if len(content) != record.size or zlib.crc32(content) != record.check:
            raise RecordDamaged(f"record {record.number}")
        return content

    def _found(self) -> Iterator[Record]:
        place, number = 0, 0
        while place + HEADER.size <= self._end:
            record = self._record(place)
            if record is None or record.number <= number:
                place = self._next_magic(place + 1)
                continue
            yield record
            number = record.number
            place = record.place + record.size

    def _record(self, place: int) -> Record | None:
        self._file.seek(place)
        head = self._file.read(HEADER.size)
        magic, kind, number, size, check, own = HEADER.unpack(head)
        whole = magic == MAGIC and own == zlib.crc32(head[:_SUMMED])
        start = place + HEADER.size
        if not whole or size > MOST_BYTES or start + size > self._end:
            return None
        return Record(kind, number, start, size, check)

    def _next_magic(self, place: int) -> int:
        while place < self._end:
            self._file.seek(place)
            chunk = self._file.read(CHUNK)
            found = chunk.find(MAGIC)
            if found >= 0:
                return place + found
            place += max(1, len(chunk) - len(MAGIC) + 1)
        return self._end
