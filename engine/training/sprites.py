"""The sprite set in a folder: the caption table beside the pictures it describes.

    captions.jsonl        one row a sprite
    rgba128.npy           (rows, 128, 128, 4) uint8, straight alpha; read through the page cache
    rgba256_webp.bin      the same sprites at 256 px, one WebP after the other …
    rgba256_index.npy     … and where each starts, (rows + 1,) int64

Thirty-six procedural shapes are appended to every set.
"""

import mmap
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from engine.training import tables
from engine.training.captions import Row, load_rows
from engine.training.official_names import with_official_names
from engine.training.shapes import shapes

PACKED_SIDES = (128, 256)


def default_folder() -> Path:
    """Where the sprite set is built unless told otherwise: it is large and can be made again."""
    return platformdirs.user_cache_path("easel-train") / "sprites"


class SpriteSet:
    """Rows and their pixels at one size: `pixels(row)` is (side, side, 4) uint8, straight alpha.

    `side` is the size of the sprites, 128 or 256. Raises FileNotFoundError where a file of the
    folder is missing and ValueError where table and pictures do not match.
    """

    def __init__(self, folder: Path, side: int = 128) -> None:
        if side not in PACKED_SIDES:
            raise ValueError(f"Sprites are packed at 128 and 256 pixels, not at {side}.")
        own = folder / "captions.jsonl"
        rows = with_official_names(load_rows(own if own.is_file() else tables.CAPTIONS))
        self._stored = len(rows)
        self._pack = _Arrays(folder) if side == 128 else _WebPs(folder)
        if len(self._pack) != self._stored:
            raise ValueError(f"{folder} has {len(self._pack)} sprites for {self._stored} rows.")
        drawn = list(shapes(side, self._stored))
        self.rows = [*rows, *(row for row, _ in drawn)]
        self._drawn = [pixels for _, pixels in drawn]

    def pixels(self, row: Row) -> NDArray[np.uint8]:
        """The sprite of a row; not to be written to."""
        if row.number < self._stored:
            return self._pack.read(row.number)
        return self._drawn[row.number - self._stored]


class _Arrays:
    def __init__(self, folder: Path) -> None:
        self._sprites = np.load(folder / "rgba128.npy", mmap_mode="r")

    def __len__(self) -> int:
        return len(self._sprites)

    def read(self, number: int) -> NDArray[np.uint8]:
        return cast("NDArray[np.uint8]", self._sprites[number])


class _WebPs:
    def __init__(self, folder: Path) -> None:
        self._starts = np.load(folder / "rgba256_index.npy")
        with (folder / "rgba256_webp.bin").open("rb") as pack:
            self._bytes = mmap.mmap(pack.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def read(self, number: int) -> NDArray[np.uint8]:
        data = self._bytes[int(self._starts[number]) : int(self._starts[number + 1])]
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:
            raise ValueError(f"Sprite {number} of the 256 px pack is not a WebP picture.")
        way = cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGBA
        return cast("NDArray[np.uint8]", cv2.cvtColor(image, way))
