"""Old pictures of the history in little memory: tiles that nothing recent shares are compressed.

`PackedPicture` is a picture with its tiles put into cells. Pictures that share a plane share the
packed plane, and those that share a tile share its cell, so that a cell is compressed once for all.
What is slow, `compressed`, only reads and can run on any thread; everything else belongs to one.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import Bytes, Plane, TileIndex

LEVEL = 1
"""Of zlib: higher ones save little on pixels and take several times as long."""

Kind = TypeVar("Kind", bound=Plane)


class Change(Protocol):
    """Makes a plane of another one, of the same kind."""

    def __call__(self, plane: Kind, /) -> Kind:
        """Return the other plane."""
        ...


@dataclass(slots=True, eq=False, weakref_slot=True)
class Cell:
    """One tile, either as it is or compressed. `shape` is the tile's."""

    content: Bytes | bytes
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the content takes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.nbytes

    def tile(self) -> Bytes:
        """Return the tile, read-only."""
        if not isinstance(self.content, bytes):
            return self.content
        return np.frombuffer(zlib.decompress(self.content), np.uint8).reshape(self.shape)


@dataclass(frozen=True, slots=True, eq=False)
class PackedPlane:
    """A raster or channel whose tiles are in cells."""

    cells: dict[TileIndex, Cell]
    shift: tuple[int, int]
    default: int


@dataclass(frozen=True, slots=True, eq=False)
class PackedPicture:
    """A picture without tiles, and the planes they are in, in the order of `Picture.planes`."""

    outline: Picture
    planes: tuple[PackedPlane, ...]


Compressed: TypeAlias = Sequence[tuple[Cell, Bytes, bytes]]
"""Cells, the tiles they held when they were compressed, and what became of those."""


class Counts(Protocol):
    """Who fills cells, because it counts what is in them."""

    def refill(self, cell: Cell, content: Bytes | bytes) -> None:
        """Put `content` into the cell."""
        ...


class Packer:
    """Packs and unpacks, and knows which cell holds which tile."""

    def __init__(self, counts: Counts) -> None:
        """Start with nothing packed; `counts` hears of every cell that is filled otherwise."""
        self._counts = counts
        self._planes: WeakKeyDictionary[Plane, PackedPlane] = WeakKeyDictionary()
        self._cells: WeakValueDictionary[int, Cell] = WeakValueDictionary()

    def pack(self, picture: Picture) -> PackedPicture:
        """Put a picture's tiles into cells, not compressed yet."""
        packed: list[PackedPlane] = []

        def emptied(plane: Kind) -> Kind:
            packed.append(self._packed(plane))
            return type(plane)({}, plane.shift, plane.default)

        outline = with_planes(picture, emptied)
        return PackedPicture(outline, tuple(packed))

    def unpack(self, packed: PackedPicture) -> Picture:
        """Return the picture again; tiles that others share are theirs."""
        planes = iter(packed.planes)
        made: dict[int, Plane] = {}

        def filled(plane: Kind) -> Kind:
            source = next(planes)
            if id(source) not in made:
                tiles = {index: self._opened(cell) for index, cell in source.cells.items()}
                made[id(source)] = type(plane)(tiles, source.shift, source.default)
                self._planes[made[id(source)]] = source
            found = made[id(source)]
            assert isinstance(found, type(plane))
            return found

        return with_planes(packed.outline, filled)

    def uncompressed(self, recent: Iterable[Picture]) -> Iterator[Cell]:
        """Yield the cells whose tile is as it was and is not part of a recent picture."""
        used = _tiles_of(recent)
        yield from [cell for key, cell in self._cells.items() if key not in used]

    def put(self, packed: Compressed, recent: Iterable[Picture]) -> None:
        """Keep what was compressed, unless it is in use again or holds something else by now."""
        used = _tiles_of(recent)
        for cell, tile, content in packed:
            if cell.content is tile and id(tile) not in used:
                self._cells.pop(id(tile), None)
                self._counts.refill(cell, content)

    def _packed(self, plane: Plane) -> PackedPlane:
        if plane not in self._planes:
            cells = {index: self._cell(tile) for index, tile in plane.tiles.items()}
            self._planes[plane] = PackedPlane(cells, plane.shift, plane.default)
        return self._planes[plane]

    def _cell(self, tile: Bytes) -> Cell:
        cell = self._cells.get(id(tile))
        if cell is None:
            cell = self._cells[id(tile)] = Cell(tile, tile.shape)
        return cell

    def _opened(self, cell: Cell) -> Bytes:
        tile = cell.tile()
        if cell.content is not tile:
            self._counts.refill(cell, tile)  # the next picture that is unpacked shall share it
            self._cells[id(tile)] = cell
        return tile


def _tiles_of(pictures: Iterable[Picture]) -> set[int]:
    return {id(t) for p in pictures for plane in p.planes() for t in plane.tiles.values()}


def compressed(cells: Sequence[Cell]) -> Compressed:
    """Compress the tiles of cells; reads only, releases the interpreter, fit for any thread."""
    found = [(cell, cell.content) for cell in cells]
    return [
        (cell, tile, zlib.compress(tile.tobytes(), LEVEL))
        for cell, tile in found
        if not isinstance(tile, bytes)
    ]


def with_planes(picture: Picture, change: Change) -> Picture:
    """Return a picture with every plane passed through `change`, in the order of `planes`."""
    mask = change(picture.mask)
    selection = None if picture.selection is None else change(picture.selection)
    saved = tuple((name, change(channel)) for name, channel in picture.saved)
    layers = _layers(picture.layers, change)
    return replace(picture, mask=mask, selection=selection, saved=saved, layers=layers)


def _layers(layers: tuple[Layer, ...], change: Change) -> tuple[Layer, ...]:
    return tuple(_layer(layer, change) for layer in layers)


def _layer(layer: Layer, change: Change) -> Layer:
    children = None if layer.children is None else _layers(layer.children, change)
    raster = change(layer.raster)
    mask = None if layer.mask is None else change(layer.mask)
    result = layer.result
    if result is not None:
        raw, wanted, below = change(result.raw), change(result.mask), change(result.below)
        result = replace(result, raw=raw, mask=wanted, below=below)
    return replace(layer, children=children, raster=raster, mask=mask, result=result)
