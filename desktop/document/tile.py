"""One tile of a plane: values that never change, at hand as an array or packed into few bytes.

Planes, pictures and the history share tiles, so one that is packed is packed for all of them, and
whoever looks at it again finds it at hand. Any thread may look at any time: what a tile was packed
into is never given up again. Packing and resting belong to the thread of the document.
"""

import zlib
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect

Bytes: TypeAlias = NDArray[np.uint8]

LEVEL = 1
"""Of zlib: higher ones save little on pixels and take several times as long."""

STRIP = 16
"""Rows that are packed as differences from the one above; the first of them is kept as it is."""

COARSE = 8
"""Every so many-th row and column is kept beside what is packed, for thumbnails."""


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """What becomes of a tile's values: the differences of their rows, deflated, and a few."""

    content: bytes
    few: Bytes

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes."""
        return len(self.content) + self.few.nbytes


class Tile:
    """Values of TILExTILE pixels, read-only."""

    __slots__ = ("_packed", "_shape", "_size", "_values", "age", "content", "full")

    def __init__(self, values: Bytes) -> None:
        """Take over `values`, a fresh array; nobody may write into it from now on."""
        values.flags.writeable = False
        self._values: Bytes | None = values
        self._packed: Packed | None = None
        self._shape, self._size = values.shape, values.nbytes
        self.age = 0
        """How many times the document has rested since the values were looked at."""
        self.content: Rect | None = None
        """Where the pixels are that are not the default, once somebody has found out."""
        self.full: bool | None = None
        """Whether every pixel is full, once somebody has found out."""

    @property
    def values(self) -> Bytes:
        """The values; they stay at hand until the document rests."""
        self.age = 0
        values = self._values
        if values is None:
            assert self._packed is not None
            self._values = values = _unpacked(self._packed, self._shape)
        return values

    @property
    def size(self) -> int:
        """Bytes of the values when they are at hand."""
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the tile takes for good: packed, if it is."""
        return self._size if self._packed is None else self._packed.nbytes

    @property
    def at_hand(self) -> bool:
        """Whether the values need not be unpacked."""
        return self._values is not None

    @property
    def is_packed(self) -> bool:
        """Whether the tile can rest."""
        return self._packed is not None

    def every(self, rows: slice, columns: slice) -> Bytes:
        """Return a part of the values, from `start` on every `step`-th up to `stop`.

        In steps of `COARSE` or more, those of a tile at rest are the nearest of the few at hand,
        and looking at them does not wake it.
        """
        values, packed = self._values, self._packed
        if values is None and packed is not None and min(rows.step, columns.step) >= COARSE:
            return packed.few[_nearest(rows)[:, None], _nearest(columns)]
        return (self.values if values is None or rows.step < COARSE else values)[rows, columns]

    def packed(self) -> Packed:
        """Return what the values can be packed into; changes nothing, fit for any thread."""
        values = self.values if self._values is None else self._values
        rows = values.reshape(len(values), -1)
        differences = rows.copy()
        below = np.arange(len(rows)) % STRIP != 0
        differences[1:] -= rows[:-1] * below[1:, None]
        few = np.ascontiguousarray(values[::COARSE, ::COARSE])
        return Packed(zlib.compress(differences.data, LEVEL), few)

    def keep(self, packed: Packed) -> None:
        """Keep what `packed` returned, so that the tile can rest."""
        self._packed = packed

    def rest(self) -> None:
        """Let go of the values until somebody looks again; only for a tile that is packed."""
        assert self._packed is not None
        self._values = None


def _nearest(part: slice) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.arange(part.start, part.stop, part.step, dtype=np.intp)
    return places // COARSE


def _unpacked(packed: Packed, shape: tuple[int, ...]) -> Bytes:
    size = prod(shape)
    found = np.frombuffer(zlib.decompress(packed.content, bufsize=size), np.uint8)
    differences = found.reshape(shape[0] // STRIP, STRIP, -1)
    strips = np.empty_like(differences)
    strips[:, 0] = differences[:, 0]
    for row in range(1, STRIP):
        np.add(differences[:, row], strips[:, row - 1], out=strips[:, row])
    strips.flags.writeable = False
    return strips.reshape(shape)
