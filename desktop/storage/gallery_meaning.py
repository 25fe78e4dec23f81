"""Search by meaning: the kept embeddings as one matrix on the disk, mapped into memory.

The list holds the embeddings; this is a cache of them as unit vectors in float32, which a product
of matrices reads ten times as fast as float16. It grows with the list and may be deleted.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.storage.gallery import VECTOR, Gallery
from desktop.storage.gallery_schema import known_errors

AT_ONCE = 4096
"""Rows read from the list in one go."""
AWAY = 0.6
"""Weight of what is not wanted, beside 1 for what is."""

Vector = NDArray[np.float32] | NDArray[np.float16]


class Meaning:
    """Every picture of one gallery that `model` has an embedding of, in D dimensions."""

    def __init__(self, gallery: Gallery, cache: Path, model: str, dimensions: int) -> None:
        """Read nothing yet; the cache's two files lie in the folder `cache`."""
        self._gallery, self._model, self._dimensions = gallery, model, dimensions
        name = hashlib.sha256(f"{gallery.identity()} {model} {dimensions}".encode()).hexdigest()
        self._vectors_file = cache / f"{name[:24]}.vectors"
        self._ids_file = cache / f"{name[:24]}.ids"

    def catch_up(self) -> Iterator[int]:
        """Bring the cache up to the list; yields how many rows it has, after each part."""
        ids, _ = self._read()
        count, last = len(ids), int(ids[-1]) if len(ids) else 0
        self._vectors_file.parent.mkdir(parents=True, exist_ok=True)
        while rows := self._after(last):
            self._append(count, rows)
            count, last = count + len(rows), rows[-1][0]
            yield count

    def nearest(
        self, direction: Vector, among: NDArray[np.int64], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of the ids `among` whose embedding points most in `direction`; ids and cosines."""
        ids, vectors = self._read()
        if not len(ids) or not len(among):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores = vectors @ _unit(direction)
        allowed = np.zeros(max(int(ids[-1]), int(among.max())) + 1, bool)
        allowed[among] = True
        scores[~allowed[ids]] = -2.0
        count = min(most, int(allowed[ids].sum()))
        best = np.argpartition(scores, len(scores) - count)[len(scores) - count :]
        best = best[np.argsort(-scores[best], kind="stable")]
        return ids[best], scores[best]

    def _read(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return what both files hold whole; one that was cut short counts as far as it goes."""
        row = 4 * self._dimensions
        count = min(_size(self._ids_file) // 8, _size(self._vectors_file) // row)
        if not count:
            return np.zeros(0, np.int64), np.zeros((0, self._dimensions), np.float32)
        ids = np.fromfile(self._ids_file, "<i8", count)
        shape = (count, self._dimensions)
        if not bool((np.diff(ids) > 0).all()):
            return np.zeros(0, np.int64), np.zeros((0, self._dimensions), np.float32)
        return ids, np.memmap(self._vectors_file, "<f4", "r", shape=shape)

    def _after(self, last: int) -> list[tuple[int, bytes]]:
        with known_errors(self._gallery.file):
            return self._gallery.connection.execute(
                "SELECT entry, embedding FROM details JOIN entries ON id = entry"
                " WHERE entry > ? AND model = ? AND length(embedding) = ?"
                " AND typeof(embedding) = 'blob' ORDER BY entry LIMIT ?",
                (last, self._model, 2 * self._dimensions, AT_ONCE),
            ).fetchall()

    def _append(self, count: int, rows: Sequence[tuple[int, bytes]]) -> None:
        halves = np.frombuffer(b"".join(row[1] for row in rows), "<f2")
        vectors = halves.reshape(len(rows), self._dimensions).astype("<f4")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        ids = np.array([row[0] for row in rows], "<i8")
        # Vectors first: rows without an id are written over the next time.
        _write_at(self._vectors_file, 4 * self._dimensions * count, vectors.tobytes())
        _write_at(self._ids_file, 8 * count, ids.tobytes())


def embeddings_of(
    gallery: Gallery, ids: Sequence[int]
) -> dict[int, tuple[str, NDArray[np.float16]]]:
    """The model and the embedding of each of these pictures that has one."""
    with known_errors(gallery.file):
        rows = gallery.connection.execute(
            f"SELECT id, model, {VECTOR} AS vector FROM entries JOIN details ON entry = id"
            " WHERE vector IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(entry) for entry in ids]),),
        ).fetchall()
    return {int(row[0]): (str(row[1]), np.frombuffer(row[2], "<f2")) for row in rows}


def direction(wanted: Sequence[Vector], unwanted: Sequence[Vector] = ()) -> NDArray[np.float32]:
    """Where in CLIP's space to look: towards all that is wanted, away from what is not (Rocchio).

    At least one vector has to be wanted. The lengths of the vectors do not count.
    """
    towards = np.mean([_unit(vector) for vector in wanted], axis=0)
    if unwanted:
        towards = towards - AWAY * np.mean([_unit(vector) for vector in unwanted], axis=0)
    return _unit(towards)


def _unit(vector: Vector) -> NDArray[np.float32]:
    wide = vector.astype(np.float32)
    length = float(np.linalg.norm(wide))
    return wide / length if length > 0 else wide


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _write_at(path: Path, offset: int, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.seek(offset)
        file.write(content)
        file.truncate()
