"""Reads a journal of unsaved work: the last state that is whole, or what is left of it."""

import zlib
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from desktop.document.channel import Channel
from desktop.document.plane import TILE, Bytes, Plane, TileIndex, store
from desktop.document.raster import Pixels, Raster, canonical
from desktop.document.tile import Tile
from desktop.errors import ProjectDamaged
from desktop.storage.fields import BadField, Fields
from desktop.storage.journal import ARRAY, FORMAT, PLANE, TILE_ENTRY, Kind
from desktop.storage.manifest import ManifestReader
from desktop.storage.openraster import Lost
from desktop.storage.project import Project
from desktop.storage.project_limits import FARTHEST, LARGEST_SIDE
from desktop.storage.record_file import Record, RecordDamaged, RecordReader
from desktop.storage.stamp import Stamp

LATEST = 253402300799.0
"""The last second of the year 9999: a time that can be shown."""

MOST_LAYERS_KEPT, DEEPEST_KEPT = 100_000, 200
"""More than a project holds: what cannot be saved any more is not to be lost for that."""
MOST_TRIED = 50
"""States that are looked at for one that is whole."""

FILES = "journal-[0-9][0-9][0-9][0-9]"

PlaneKind = TypeVar("PlaneKind", bound=Plane)


@dataclass(frozen=True, slots=True)
class About:
    """What a state says of itself.

    at: seconds since 1970. home: the project file that the picture belongs to. saved: whether that
    file holds this very state. prompt: of the prompt bar. layers: how many; 0 for an empty picture.
    stamp: how that file looked when it was read or written last, if it was.
    """

    at: float
    home: Path | None
    saved: bool
    prompt: str
    layers: int
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """A project as it was left; `lost` are the names of what could not be read."""

    project: Project
    about: About
    lost: tuple[str, ...]


def last_state(folder: Path) -> About | None:
    """Return what the last state in a folder says of itself, None where there is no state."""
    with closing(_states(folder)) as states:
        for _, said in states:
            with suppress(BadField):
                return _about(said)
    return None


def recovered(folder: Path) -> Recovered:
    """Return the last state whose pixels are all there, or else what is left of the last one.

    Raises ProjectDamaged where there is none.
    """
    first: Recovered | None = None
    with closing(_states(folder)) as states:
        for source, said in islice(states, MOST_TRIED):
            found = _project(source, said)
            if found is not None and not found.lost:
                return found
            first = first or found
    if first is None:
        raise ProjectDamaged(
            f"Nothing of the work kept in {folder} can be read; the folder was not changed. "
            "Look for another copy of the picture."
        )
    return first


def _states(folder: Path) -> Generator[tuple["_Records", Fields]]:
    """Yield the states that are whole, the last one first, and where their pixels are."""
    for path in sorted(folder.glob(FILES), reverse=True):
        try:
            reader = RecordReader(path)
        except OSError:
            continue
        with reader:
            source = _Records(reader)
            for record in reversed(list(reader.records.values())):
                if record.kind == Kind.STATE and (said := _said(reader, record)) is not None:
                    yield source, said


def _said(reader: RecordReader, record: Record) -> Fields | None:
    try:
        said = Fields.parse(reader.content(record))
        return said if said.whole("format", 0, 2**53) == FORMAT else None
    except (RecordDamaged, BadField, OSError):
        return None


def _about(said: Fields) -> About:
    about = said.inside("about")
    home = about.text("home", "")
    return About(
        about.number("at", 0.0, LATEST, 0.0),
        Path(home) if home else None,
        about.flag("saved", False),
        said.texts("prompts").get("prompt", ""),
        sum(1 for _ in said.each("layers", MOST_LAYERS_KEPT)),
        _stamp(about),
    )


def _stamp(about: Fields) -> Stamp | None:
    """Return what is said of the file; None where that is nothing, or nothing that can be."""
    try:
        modified, size = about.numbers("stamp", 2, -(2**63), 2**63)
    except BadField:
        return None
    return Stamp(modified, size)


def _project(source: "_Records", said: Fields) -> Recovered | None:
    manifest = ManifestReader(source, MOST_LAYERS_KEPT, DEEPEST_KEPT)
    try:
        project = manifest.project(said)
        return Recovered(project, _about(said), tuple(manifest.lost))
    except BadField:
        return None


class _Records:
    """Finds planes and arrays in a file; a Source of `manifest`."""

    def __init__(self, reader: RecordReader) -> None:
        self._reader = reader
        self._arrays: dict[int, Bytes] = {}
        self._planes: dict[int, Plane] = {}

    def raster(self, said: Fields, /) -> Raster:
        return self._plane(said, Raster.empty())

    def channel(self, said: Fields, /) -> Channel:
        default = 255 if said.whole("default", 0, 255, 0) > 127 else 0
        return self._plane(said, Channel.empty(default))

    def pixels(self, name: str, /) -> Pixels:
        if not (name.isascii() and name.isdecimal() and len(name) < 10):
            raise Lost(name)
        pixels = self._array(int(name))
        if pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
            raise Lost(name)
        return pixels

    def _plane(self, said: Fields, empty: PlaneKind) -> PlaneKind:
        if "plane" not in said:
            return empty
        number = said.whole("plane", 1, 2**32)
        if number not in self._planes:
            self._planes[number] = self._read_plane(number, empty)
        found = self._planes[number]
        if not isinstance(found, type(empty)):
            raise Lost(str(number))
        return found

    def _read_plane(self, number: int, empty: PlaneKind) -> PlaneKind:
        content = self._content(number, Kind.PLANE)
        if len(content) < PLANE.size:
            raise Lost(str(number))
        is_raster, default, x, y, count = PLANE.unpack_from(content)
        fits = is_raster == isinstance(empty, Raster) and max(x, y) < TILE
        if not fits or len(content) != PLANE.size + count * TILE_ENTRY.itemsize:
            raise Lost(str(number))
        tiles: dict[TileIndex, Tile] = {}
        for entry in np.frombuffer(content, TILE_ENTRY, offset=PLANE.size):
            index = (int(entry["column"]), int(entry["row"]))
            store(tiles, index, self._tile(int(entry["array"]), index, empty), default)
        return type(empty)(tiles, (x, y), default)

    def _tile(self, number: int, index: TileIndex, empty: Plane) -> Bytes:
        tile = self._array(number)
        near = max(map(abs, index)) * TILE <= FARTHEST
        if not near or tile.shape != (TILE, TILE, *empty.CHANNELS):
            raise Lost(str(number))
        if isinstance(empty, Raster) and not _is_canonical(tile):
            raise Lost(str(number))
        return tile

    def _array(self, number: int) -> Bytes:
        """Return what several planes share as one object, as it was."""
        if number not in self._arrays:
            self._arrays[number] = self._read_array(number)
        return self._arrays[number]

    def _read_array(self, number: int) -> Bytes:
        content = self._content(number, Kind.ARRAY)
        if len(content) < ARRAY.size:
            raise Lost(str(number))
        height, width, channels = ARRAY.unpack_from(content)
        if not (0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE and channels <= 4):
            raise Lost(str(number))
        shape = (height, width, channels) if channels else (height, width)
        size = height * width * max(1, channels)
        unpacker = zlib.decompressobj()
        try:
            values = unpacker.decompress(content[ARRAY.size :], size + 1)
        except zlib.error as error:
            raise Lost(str(number)) from error
        if len(values) != size:
            raise Lost(str(number))
        return np.frombuffer(values, np.uint8).reshape(shape)

    def _content(self, number: int, kind: Kind) -> bytes:
        record = self._reader.records.get(number)
        if record is None or record.kind != kind:
            raise Lost(str(number))
        try:
            return self._reader.content(record)
        except (RecordDamaged, OSError) as error:
            raise Lost(str(number)) from error


def _is_canonical(tile: Bytes) -> bool:
    return np.array_equal(canonical(tile), tile)
