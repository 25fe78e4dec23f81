"""Search by meaning: the kept embeddings as matrices on the disk, in two precisions.

The list holds the embeddings; this is a cache of them, which grows with the list and may be
deleted. Every row is there as it is kept (float16) and as bytes. A search multiplies all the bytes,
and then, exactly, only the rows that came out best (decision 87). For n pictures in D dimensions
n·D bytes and RERANKED·D numbers of two bytes are read, 128 MB and 10 MB for 100,000 pictures of the
largest model; all are mapped, so the system may drop them. A search holds BLOCK·D numbers of four
bytes, and eight bytes for every picture some few times.
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
from desktop.storage.half_floats import LARGEST, widen

AT_ONCE = 4096
"""Rows read from the list in one go."""
RERANKED = 4096
"""Rows that are compared exactly; the bytes decide which."""
BLOCK = 256
"""Rows that are widened to float32 in one go: they stay in the processor's cache."""
STEPS = 127
"""Of a byte, to each side of zero."""
AWAY = 0.6
"""Weight of what is not wanted, beside 1 for what is."""

Vector = NDArray[np.float32] | NDArray[np.float16]
ROW = np.dtype([("id", "<i8"), ("scale", "<f4")])
"""What is known of a row: `scale` times its bytes is its unit vector, nearly."""


class Meaning:
    """Every picture of one gallery that `model` has an embedding of, in D dimensions."""

    def __init__(self, gallery: Gallery, cache: Path, model: str, dimensions: int) -> None:
        """Read nothing yet; the cache's three files lie in the folder `cache`."""
        self._gallery, self._model, self._dimensions = gallery, model, dimensions
        said = f"{gallery.identity()} {model} {dimensions} in bytes"
        name = hashlib.sha256(said.encode()).hexdigest()[:24]
        self._vectors_file = cache / f"{name}.vectors"
        self._bytes_file = cache / f"{name}.bytes"
        self._ids_file = cache / f"{name}.ids"

    def catch_up(self) -> Iterator[int]:
        """Bring the cache up to the list; yields how many rows it has, after each part."""
        known = self._known()
        count, last = len(known), int(known["id"][-1]) if len(known) else 0
        self._vectors_file.parent.mkdir(parents=True, exist_ok=True)
        while rows := self._after(last):
            self._append(count, rows)
            count, last = count + len(rows), rows[-1][0]
            yield count

    def nearest(
        self, direction: Vector, among: NDArray[np.int64], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of the ids `among` whose embedding points most in `direction`; ids and cosines.

        The cosines are exact, and so is the order. At most RERANKED are found where there are more.
        """
        known = self._known()
        rows = _rows_of(np.ascontiguousarray(known["id"]), among)
        if not len(rows):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        where = _unit(direction)
        if len(rows) > RERANKED:
            rough = self._rough(where, known["scale"])[rows]
            rows = np.sort(rows[np.argpartition(rough, -RERANKED)[-RERANKED:]])
        scores = self._exact(where, rows, len(known))
        best = np.argsort(-scores, kind="stable")[:most]
        return known["id"][rows[best]], scores[best]

    def units(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of `ids` that have an embedding, in their order, and these at length 1, one a row.

        All of them are in the memory at once: some hundreds should be asked for.
        """
        known = self._known()
        if not len(known):
            return np.zeros(0, np.int64), np.zeros((0, self._dimensions), np.float32)
        places = np.searchsorted(known["id"], ids).clip(max=len(known) - 1)
        there = known["id"][places] == ids
        matrix = self._matrix(self._vectors_file, "<f2", len(known))
        return ids[there], _units(matrix[places[there]])

    def _rough(
        self, where: NDArray[np.float32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The cosine of every row with the unit vector `where`, as far as its bytes tell."""
        matrix = self._matrix(self._bytes_file, "i1", len(scales))
        scores = np.empty(len(matrix), np.float32)
        wide = np.empty((BLOCK, self._dimensions), np.float32)
        for place in _blocks(len(matrix)):
            block = wide[: place.stop - place.start]
            np.copyto(block, matrix[place])
            np.vecdot(block, where, out=scores[place])
        return scores * scales

    def _exact(
        self, where: NDArray[np.float32], rows: NDArray[np.int64], count: int
    ) -> NDArray[np.float32]:
        """The cosines of `rows` with the unit vector `where`; 0 for zeros, -1 for no numbers."""
        matrix = self._matrix(self._vectors_file, "<f2", count)
        scores = np.empty(len(rows), np.float32)
        wide = np.empty((BLOCK, self._dimensions), np.float32)
        for place in _blocks(len(rows)):
            halves = matrix[rows[place]].view(np.float16)
            block = wide[: len(halves)]
            widen(halves, block)
            lengths = np.sqrt(np.vecdot(block, block))
            if bool((lengths > LARGEST).any()):  # a damaged list may hold infinity
                np.copyto(block, halves)
                lengths = np.sqrt(np.vecdot(block, block))
            lengths[lengths == 0] = 1
            with np.errstate(invalid="ignore"):
                scores[place] = np.vecdot(block, where) / lengths
        return np.where(np.isfinite(scores), scores, -1)

    def _matrix(self, file: Path, kind: str, count: int) -> NDArray[np.generic]:
        return np.memmap(file, kind, "r", shape=(count, self._dimensions))

    def _known(self) -> NDArray[np.void]:
        """Return what all files hold whole; one that was cut short counts as far as it goes."""
        count = min(
            _size(self._ids_file) // ROW.itemsize,
            _size(self._bytes_file) // self._dimensions,
            _size(self._vectors_file) // (2 * self._dimensions),
        )
        if not count:
            return np.zeros(0, ROW)
        known = np.fromfile(self._ids_file, ROW, count)
        return known if bool((np.diff(known["id"]) > 0).all()) else np.zeros(0, ROW)

    def _after(self, last: int) -> list[tuple[int, bytes]]:
        with known_errors(self._gallery.file):
            return self._gallery.connection.execute(
                "SELECT entry, embedding FROM details JOIN entries ON id = entry"
                " WHERE entry > ? AND model = ? AND length(embedding) = ?"
                " AND typeof(embedding) = 'blob' ORDER BY entry LIMIT ?",
                (last, self._model, 2 * self._dimensions, AT_ONCE),
            ).fetchall()

    def _append(self, count: int, rows: Sequence[tuple[int, bytes]]) -> None:
        kept = b"".join(row[1] for row in rows)
        vectors = _units(np.frombuffer(kept, "<f2").reshape(len(rows), self._dimensions))
        scales = np.abs(vectors).max(axis=1, keepdims=True) / STEPS
        coarse = np.rint(vectors / np.where(scales > 0, scales, 1)).astype("i1")
        known = np.zeros(len(rows), ROW)
        known["id"], known["scale"] = [row[0] for row in rows], scales[:, 0]
        # The ids last: rows without one are written over the next time.
        _write_at(self._vectors_file, 2 * self._dimensions * count, kept)
        _write_at(self._bytes_file, self._dimensions * count, coarse.tobytes())
        _write_at(self._ids_file, ROW.itemsize * count, known.tobytes())


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


def _rows_of(ids: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places in the ascending `ids` of those that are `among`."""
    if not len(ids) or not len(among):
        return np.zeros(0, np.int64)
    allowed = np.zeros(max(int(ids[-1]), int(among.max())) + 1, bool)
    allowed[among] = True
    return np.flatnonzero(allowed[ids])


def _blocks(count: int) -> Iterator[slice]:
    """Yield the places of `count` rows, some at a time, to be widened in one place of the memory.

    The products are made a row at a time, for a product of matrices shares every block among
    threads, and waits for one that the engine has pushed aside.
    """
    for first in range(0, count, BLOCK):
        yield slice(first, min(first + BLOCK, count))


def _units(rows: NDArray[np.generic]) -> NDArray[np.float32]:
    """The rows in float32 at length 1; a row of zeros stays one. NaN and infinity count as 0."""
    wide = np.nan_to_num(rows.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    wide /= lengths
    return wide


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
