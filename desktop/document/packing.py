"""Which tiles of a document are packed and rest, so that pictures take little memory.

Two kinds of tiles rest: those that only pictures further back in the history have, and, where a
picture is larger than `AT_HAND`, those of its tiles that nobody has looked at for longest.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from desktop.document.picture import Picture
from desktop.document.tile import Packed, Tile

AT_HAND = 96 * 2**20
"""Bytes of unpacked tiles that may stay: a view of five full layers twice over."""

PackedTiles: TypeAlias = Sequence[tuple[Tile, Packed]]
"""Tiles, and what became of each."""


def to_rest(tiles: Collection[Tile], recent: Iterable[Picture], at_hand: int) -> list[Tile]:
    """Return the tiles that need not be at hand, those looked at longest ago first.

    They are of `tiles`; those of `recent` pictures may stay as far as `at_hand` bytes reach.
    """
    used = _tiles_of(recent)
    awake = [tile for tile in tiles if tile.at_hand]
    old = [tile for tile in awake if id(tile) not in used]
    near = sorted((t for t in awake if id(t) in used), key=lambda tile: tile.age, reverse=True)
    excess = sum(tile.size for tile in near) - at_hand
    for tile in near:
        if excess <= 0:
            break
        old.append(tile)
        excess -= tile.size
    return old


def packed(tiles: Sequence[Tile]) -> PackedTiles:
    """Pack tiles; reads only, releases the interpreter, fit for any thread."""
    return [(tile, tile.packed()) for tile in tiles]


def _tiles_of(pictures: Iterable[Picture]) -> set[int]:
    planes = {id(plane): plane for picture in pictures for plane in picture.planes()}
    return {id(tile) for plane in planes.values() for tile in plane.tiles.values()}
