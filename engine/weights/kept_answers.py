"""What a network answers always, in files: so that a later start need not read it for that alone.

An answer is known again by a name that is made of the weights themselves and of all that bears on
the numbers. Whatever is wrong with a file, or with the folder, it is as if there were none.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.weights.header import read_header

LOOKS = 64
"""Places of a file of weights that are read to know it again."""

LOOK = 4096
"""Bytes that are read at each."""

SUM = hashlib.sha256().digest_size


class KeptAnswers:
    """Vectors of float32 in `folder`, one file each; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        """Touch nothing yet."""
        self._folder = folder

    def recall(self, name: str, length: int) -> NDArray[np.float32] | None:
        """The answer of that name, (length,); None where there is none, or one that is damaged."""
        if self._folder is None:
            return None
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(SUM + 4 * length + 1)
        except OSError:
            return None
        octets = content[SUM:]
        if len(octets) != 4 * length or _sum(name, octets) != content[:SUM]:
            return None
        return np.frombuffer(octets, "<f4").astype(np.float32)

    def keep(self, name: str, answer: NDArray[np.float32]) -> None:
        """Keep an answer; a folder that cannot be written to is left alone."""
        if self._folder is None:
            return
        octets = answer.astype("<f4").tobytes()
        part = self._folder / f".{name}.{os.getpid()}.part"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                part.write_bytes(_sum(name, octets) + octets)
                part.replace(self._folder / name)
            finally:
                part.unlink(missing_ok=True)


def name_of(files: Sequence[Path], *circumstances: str) -> str:
    """A name, 64 hexadecimal digits, that other weights or other circumstances do not have.

    Read are the length of each file and LOOKS pieces all over it, no more: enough to tell models
    from each other, not to find damage, which is what verifying is for.

    Raises WeightsMissing and WeightsDamaged for a file that reading would not take either.
    """
    digest = hashlib.sha256(repr(circumstances).encode())
    for path in files:
        read_header(path)
        with path.open("rb", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            digest.update(size.to_bytes(8, "little"))
            for look in range(LOOKS):
                file.seek(max(0, size - LOOK) * look // (LOOKS - 1))
                digest.update(file.read(LOOK))
    return digest.hexdigest()


def _sum(name: str, octets: bytes) -> bytes:
    """What vouches for a file: of its name too, so that a renamed one is not believed."""
    return hashlib.sha256(name.encode() + octets).digest()
