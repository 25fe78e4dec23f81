"""Tiles of the composited picture, ready to draw, at full size and at every halving.

Level 0 holds tiles of 256 document pixels; a tile of level n covers 2^n times as much, reduced to
256 image pixels. A change costs what it covers: only the stale part of a tile is made again.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TypeAlias

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.pixmaps import tint_from_values
from desktop.canvas.stack import stacked_image
from desktop.document.geometry import EMPTY, Rect
from desktop.document.picture import Picture
from desktop.document.raster import TILE, tiles_over

MOST_TILES = 768
"""192 MiB: the screen three times over at 4K, and the halvings of what lies around it."""

Key: TypeAlias = tuple[int, int, int]
"""Level, column, row."""


def covered(key: Key) -> Rect:
    """Return the document pixels that a tile of any level covers."""
    level, column, row = key
    side = TILE << level
    return Rect(column * side, row * side, side, side)


def keys_over(rect: Rect, level: int) -> list[Key]:
    """Return the tiles of `level` that the document rectangle touches."""
    if rect.is_empty:
        return []
    left, top = rect.left >> level, rect.top >> level
    right, bottom = -(-rect.right >> level), -(-rect.bottom >> level)
    reduced = Rect(left, top, right - left, bottom - top)
    return [(level, column, row) for column, row in tiles_over(reduced)]


Draw: TypeAlias = Callable[[Picture, Rect], QImage]
"""Makes a premultiplied image of a rectangle of a picture."""


def mask_image(picture: Picture, rect: Rect) -> QImage:
    """Return the tint that the mask of the next run lays over `rect`."""
    return tint_from_values(picture.mask.read(rect))


def mask_bounds(picture: Picture) -> Rect:
    """Return a rectangle around all that is masked; of an inverted mask the whole picture."""
    if picture.mask.default:
        return picture.frame.united(picture.tile_bounds()).united(picture.mask.tile_bounds())
    return picture.mask.tile_bounds()


class TileCache:
    """The tiles drawn last, at most `most` of them (one being made counts its parts as well)."""

    def __init__(
        self,
        most: int = MOST_TILES,
        draw: Draw = stacked_image,
        bounds: Callable[[Picture], Rect] = Picture.tile_bounds,
    ) -> None:
        """Start empty. draw: makes the pixels. bounds: a rectangle outside which there are none."""
        self._draw = draw
        self.bounds = bounds
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._stale: dict[Key, Rect] = {}
        self._most = most

    def invalidate(self, rect: Rect) -> None:
        """Note that the picture looks different within `rect` (document pixels)."""
        for key in self._near(rect):
            part = covered(key).intersected(rect)
            if not part.is_empty and key in self._images:
                self._stale[key] = self._stale.get(key, EMPTY).united(part)

    def tile(self, picture: Picture, key: Key) -> QImage:
        """Return the 256x256 image of one tile of `picture`, premultiplied."""
        image = self._images.pop(key, None)
        stale = covered(key) if image is None else self._stale.pop(key, EMPTY)
        image = _transparent() if image is None else image
        if not stale.is_empty:
            with QPainter(image) as painter:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                self._refresh(painter, picture, key, stale)
        self._images[key] = image
        self._forget_oldest()
        return image

    def _near(self, rect: Rect) -> Iterable[Key]:
        """Return keys among which are all that `rect` touches, looking at as few as possible."""
        if (rect.width // TILE + 2) * (rect.height // TILE + 2) > len(self._images):
            return tuple(self._images)
        levels = {key[0] for key in self._images}
        return [key for level in levels for key in keys_over(rect, level)]

    def _refresh(self, painter: QPainter, picture: Picture, key: Key, stale: Rect) -> None:
        level, column, row = key
        if level == 0:
            left, top = stale.left - column * TILE, stale.top - row * TILE
            painter.drawImage(left, top, self._draw(picture, stale))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        content = self.bounds(picture)
        for child in keys_over(stale, level - 1):
            if covered(child).intersected(content).is_empty:
                painter.fillRect(_quarter(child), Qt.GlobalColor.transparent)
            else:
                painter.drawImage(_quarter(child), self.tile(picture, child))

    def _forget_oldest(self) -> None:
        while len(self._images) > self._most:
            key, _ = self._images.popitem(last=False)
            self._stale.pop(key, None)


def _quarter(child: Key) -> QRectF:
    half = TILE // 2
    return QRectF((child[1] & 1) * half, (child[2] & 1) * half, half, half)


def _transparent() -> QImage:
    image = QImage(TILE, TILE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image
