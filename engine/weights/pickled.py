"""Whether a file is a pickled model: by its first bytes and its list of contents, never unpickled.

torch.save writes a zip archive with an entry `data.pkl`, or, before version 1.6, a stream of
pickles. Neither is opened anywhere in Easel: it could run any program hidden in it.
"""

from collections.abc import Iterator
from contextlib import suppress
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

PICKLED = (".bin", ".pt", ".pth", ".ckpt")
"""What such files are called, as are many others."""

MEMBER, LISTED = b"PK\x03\x04", b"PK\x01\x02"
"""Before a file in a zip archive, and before its row in the list at the archive's end."""
PROTOCOLS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
START = 1_024
LONGEST_NAME = 1_000
MOST_LISTED = 1_000_000
"""Bytes that are read at most, from both ends: a list of fifteen thousand tensors is shorter."""


def is_pickled_model(path: Path) -> bool:
    """Whether the file is called like one and is one; False for what cannot be read."""
    try:
        if path.suffix.lower() not in PICKLED or not path.is_file():
            return False  # to open a pipe would wait for whoever writes into it
        with path.open("rb") as file:
            return holds_pickle(file)
    except (OSError, ValueError):
        return False


def holds_pickle(file: BinaryIO) -> bool:
    """Whether a stream holds a torch archive or a pickle, wherever it stands; False if unreadable.

    At most MOST_LISTED bytes and START more are read.
    """
    with suppress(OSError):
        file.seek(0)
        start = file.read(START)
        if not start.startswith(MEMBER):
            return begins_pickle(start)
        if is_data(_name(start, 26, 30)):
            return True  # torch writes it first, so that half a download tells it too
        file.seek(max(0, file.seek(0, SEEK_END) - MOST_LISTED))
        return any(map(is_data, _listed(file.read(MOST_LISTED))))
    return False


def begins_pickle(start: bytes) -> bool:
    """Whether bytes begin with a pickle's protocol and something behind it that may be an opcode.

    A safetensors file begins with the length of its header, whose two lowest bytes may be those of
    a protocol; the third is then 0, which no opcode is.
    """
    return len(start) > 2 and start[:2] in PROTOCOLS and start[2] != 0


def is_data(name: bytes) -> bool:
    """Whether an entry of an archive is what torch pickles."""
    return name.rpartition(b"/")[2] == b"data.pkl"


def _listed(tail: bytes) -> Iterator[bytes]:
    at = tail.find(LISTED)
    while at >= 0:
        yield _name(tail[at : at + 46 + LONGEST_NAME], 28, 46)
        at = tail.find(LISTED, at + 1)


def _name(record: bytes, length_at: int, at: int) -> bytes:
    return record[at : at + int.from_bytes(record[length_at : length_at + 2], "little")]
