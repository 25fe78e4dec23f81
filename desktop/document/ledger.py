"""How many bytes pictures hold together: what several of them share counts once."""

from collections.abc import Collection

from desktop.document.picture import Picture
from desktop.document.plane import Plane
from desktop.document.tile import Packed, Tile


class Ledger:
    """Counts the planes of pictures by identity, and the tiles of planes."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self.nbytes = 0
        self._planes: dict[int, tuple[Plane, int]] = {}
        self._tiles: dict[int, tuple[Tile, int]] = {}

    @property
    def tiles(self) -> Collection[Tile]:
        """Every tile that is held, once."""
        return [tile for tile, _ in self._tiles.values()]

    def hold(self, picture: Picture) -> None:
        """Count a picture in; its bytes are those that nothing else holds."""
        for plane in picture.planes():
            _, count = self._planes.get(id(plane), (plane, 0))
            self._planes[id(plane)] = plane, count + 1
            if count == 0:
                for tile in plane.tiles.values():
                    self._take(tile)

    def release(self, picture: Picture) -> None:
        """Count out a picture that was counted in."""
        for plane in picture.planes():
            _, count = self._planes[id(plane)]
            if count > 1:
                self._planes[id(plane)] = plane, count - 1
                continue
            del self._planes[id(plane)]
            for tile in plane.tiles.values():
                self._drop(tile)

    def keep(self, tile: Tile, packed: Packed) -> None:
        """Have a tile, held or not, keep what it was packed into, and count that."""
        before = tile.nbytes
        tile.keep(packed)
        if id(tile) in self._tiles:
            self.nbytes += tile.nbytes - before

    def _take(self, tile: Tile) -> None:
        _, count = self._tiles.get(id(tile), (tile, 0))
        self._tiles[id(tile)] = tile, count + 1
        if count == 0:
            self.nbytes += tile.nbytes

    def _drop(self, tile: Tile) -> None:
        _, count = self._tiles[id(tile)]
        if count > 1:
            self._tiles[id(tile)] = tile, count - 1
            return
        del self._tiles[id(tile)]
        self.nbytes -= tile.nbytes
