"""How many bytes pictures hold together: what several of them share counts once."""

from collections.abc import Callable

from desktop.document.packing import Cell, PackedPicture
from desktop.document.picture import Picture
from desktop.document.plane import Bytes


class Ledger:
    """Counts by identity, so whatever is held must be alive until it is released."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self.nbytes = 0
        self._held: dict[int, int] = {}

    def hold(self, picture: Picture | PackedPicture) -> None:
        """Count a picture in; its bytes are those that nothing else holds."""
        _visit(picture, self._take)

    def release(self, picture: Picture | PackedPicture) -> None:
        """Count out a picture that was counted in."""
        _visit(picture, self._drop)

    def refill(self, cell: Cell, content: Bytes | bytes) -> None:
        """Put another content into a cell, held or not, and count that."""
        held = id(cell) in self._held
        if held:
            self._drop(id(cell.content), cell.nbytes)
        cell.content = content
        if held:
            self._take(id(content), cell.nbytes)

    def _take(self, key: int, nbytes: int) -> bool:
        count = self._held.get(key, 0)
        self._held[key] = count + 1
        if count == 0:
            self.nbytes += nbytes
        return count == 0

    def _drop(self, key: int, nbytes: int) -> bool:
        count = self._held[key] - 1
        if count:
            self._held[key] = count
            return False
        del self._held[key]
        self.nbytes -= nbytes
        return True


def _visit(picture: Picture | PackedPicture, mark: Callable[[int, int], bool]) -> None:
    """Mark planes, then the tiles or cells of those for which `mark` says so, and so on."""
    if isinstance(picture, PackedPicture):
        for packed in picture.planes:
            for cell in packed.cells.values() if mark(id(packed), 0) else ():
                if mark(id(cell), 0):
                    mark(id(cell.content), cell.nbytes)
        return
    for plane in picture.planes():
        for tile in plane.tiles.values() if mark(id(plane), 0) else ():
            mark(id(tile), tile.nbytes)
