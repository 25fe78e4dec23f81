"""The journal of one picture's unsaved work: every state of it, of which only changes are written.

Three kinds of records: arrays (a tile, a candidate), planes (which array lies where) and states
(everything else, as `description` says it). Pictures share what did not change, and what is the
same object was written before, so a brush stroke costs a few tiles. A state comes last and counts
once it is on the disk. What no state needs any more goes when the file has grown too large.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

import numpy as np

from desktop.document.layer import Layer
from desktop.document.plane import Bytes, Plane
from desktop.document.raster import Raster
from desktop.document.tile import Tile
from desktop.errors import NotWritable
from desktop.storage.description import described
from desktop.storage.files import reason, sync_folder
from desktop.storage.project import Project
from desktop.storage.record_file import HEADER, RecordWriter
from engine.requests import Pixels

FORMAT = 1
LEVEL = 1
"""Of zlib: a stroke shall be on the disk soon."""

ARRAY = struct.Struct("<III")
"""Height, width and channels, 0 for a plain number a pixel; then the values, compressed."""
PLANE = struct.Struct("<BBHHI")
"""Whether it is a raster, the default, the shift in x and y, how many tiles; then the tiles."""
TILE_ENTRY = np.dtype([("column", "<i4"), ("row", "<i4"), ("array", "<u4")])

GROWN = 64 * 2**20
"""Bytes below which a file is never written anew, and"""
TIMES = 3
"""how many times as large as what is needed of it one may get."""


class Kind(IntEnum):
    """Of a record."""

    ARRAY = 1
    PLANE = 2
    STATE = 3


@dataclass(slots=True)
class _Known:
    """What is in the file: number and size of records, by the object whose content they hold.

    The objects are held, so that no other can take their identity.
    """

    arrays: dict[int, tuple[Bytes | Tile, int, int]] = field(
        default_factory=dict[int, tuple[Bytes | Tile, int, int]]
    )
    planes: dict[int, tuple[Plane, int, int]] = field(
        default_factory=dict[int, tuple[Plane, int, int]]
    )

    @property
    def nbytes(self) -> int:
        """Bytes of the records."""
        entries = (*self.arrays.values(), *self.planes.values())
        return sum(size for _, _, size in entries)


class Journal:
    """Writes the states of a picture into a folder, which must be there. Belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        """Write nothing yet."""
        self.folder = folder
        self._file: RecordWriter | None = None
        self._known = _Known()
        self._count = 0

    def write(self, project: Project, about: Mapping[str, object]) -> None:
        """Have a state on the disk. `about`: values for JSON that say what it belongs to.

        Raises NotWritable; what was written before is then still there.
        """
        try:
            old = self._file
            if old is None or old.broken or old.size > max(GROWN, TIMES * self._known.nbytes):
                self._begin_anew(project, about)
            else:
                self._append(old, project, about)
        except OSError as error:
            raise NotWritable(
                f"Easel cannot keep a copy of unsaved work in {self.folder.parent}: "
                f"{reason(error)}. Your picture is unchanged; save it, then make room there."
            ) from error

    def forget(self) -> None:
        """Let go of every picture and of the file: the next state is written whole, into a new one.

        A day has many pictures, and a program may have some hundred files open.
        """
        self._known = _Known()
        if self._file is not None:
            self._file.broken = True
            self._file.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, file: RecordWriter, project: Project, about: Mapping[str, object]) -> None:
        known = _Appended(file, self._known)
        try:
            said = {"format": FORMAT, "about": dict(about), **described(project, known)}
            file.append(Kind.STATE, json.dumps(said).encode("ascii"))
            file.commit()
        except BaseException:
            file.roll_back()
            raise
        self._known = known.used

    def _begin_anew(self, project: Project, about: Mapping[str, object]) -> None:
        """Write a state whole into a new file, and only then remove the old one."""
        old, self._known = self._file, _Known()
        while (path := self.folder / f"journal-{self._count:04}").exists():
            self._count += 1
        fresh = RecordWriter(path)
        try:
            self._append(fresh, project, about)
        except BaseException:
            fresh.close()
            with suppress(OSError):
                path.unlink()
            raise
        sync_folder(self.folder)
        self._file = fresh
        if old is not None:
            old.close()
            with suppress(OSError):  # the newer one counts, whether or not this one is there
                old.path.unlink()


class _Appended:
    """Keeps pixels in a file, unless they are there already; a Keeper of `description`."""

    def __init__(self, file: RecordWriter, known: _Known) -> None:
        self._file, self._known = file, known
        self.used = _Known()

    def plane(self, _name: str, plane: Plane) -> dict[str, object]:
        if plane.is_empty:
            return {"default": plane.default}
        return {"plane": self._plane(plane)}

    def pixels(self, layer: Layer) -> dict[str, object]:
        return self.plane("", layer.raster)

    def picture(self, _name: str, pixels: Pixels) -> str:
        return str(self._array(pixels))

    def _plane(self, plane: Plane) -> int:
        found = self.used.planes.get(id(plane)) or self._known.planes.get(id(plane))
        tiles = [(*index, self._array(tile)) for index, tile in plane.tiles.items()]
        if found is None:
            head = PLANE.pack(isinstance(plane, Raster), plane.default, *plane.shift, len(tiles))
            content = head + np.array(tiles, TILE_ENTRY).tobytes()
            number = self._file.append(Kind.PLANE, content)
            found = (plane, number, HEADER.size + len(content))
        self.used.planes[id(plane)] = found
        return found[1]

    def _array(self, array: Bytes | Tile) -> int:
        found = self.used.arrays.get(id(array)) or self._known.arrays.get(id(array))
        if found is None:
            values = array.values if isinstance(array, Tile) else array
            height, width, *channels = values.shape
            head = ARRAY.pack(height, width, *(channels or (0,)))
            content = head + zlib.compress(np.ascontiguousarray(values).data, LEVEL)
            number = self._file.append(Kind.ARRAY, content)
            found = (array, number, HEADER.size + len(content))
        self.used.arrays[id(array)] = found
        return found[1]
