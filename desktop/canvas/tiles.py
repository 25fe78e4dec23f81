"""Tiles of the composited picture, ready to draw, at full size and at every halving.

Level 0 holds tiles of 256 document pixels; a tile of level n covers 2^n times as much, reduced to
256 image pixels. A change costs what it covers: only the stale part of a tile is made again.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import inf
from time import thread_time
from typing import TypeAlias

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.pixmaps import lent_opaque, tint_from_values
from desktop.canvas.stack import stacked_image
from desktop.canvas.strips import draw_by_strips
from desktop.document.geometry import EMPTY, Rect
from desktop.document.picture import Picture
from desktop.document.plane import Bytes
from desktop.document.raster import TILE, tiles_over

MOST_TILES, LEAST_TILES = 1200, 320
"""300 MiB, twice a 4K screen that shows a picture at just over half its size; and 80 MiB."""

COARSER = 5
"""Halvings up to which a new tile is looked for in a coarser one."""

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
"""Makes an image of a rectangle of a picture: premultiplied, or without alpha if it is opaque."""

Lay: TypeAlias = Callable[[QPainter, QPoint, Picture, Rect], bool | None]
"""Draws the same over a place of an image, if it can, and says whether it is opaque."""

Lone: TypeAlias = Callable[[Picture, Rect], Bytes | None]
"""The pixels of a tile that are opaque and all that is seen there, None where it is not so."""

WITH_ALPHA = QImage.Format.Format_ARGB32_Premultiplied
OPAQUE = QImage.Format.Format_RGB32


def lays_nothing(_painter: QPainter, _at: QPoint, _picture: Picture, _rect: Rect) -> None:
    """Leave all to `Draw`."""


def nothing_alone(_picture: Picture, _rect: Rect) -> None:
    """Leave all to `Draw`."""


def mask_image(picture: Picture, rect: Rect) -> QImage:
    """Return the tint that the mask of the next run lays over `rect`."""
    return tint_from_values(picture.mask.read(rect))


def mask_bounds(picture: Picture) -> Rect:
    """Return a rectangle around all that is masked; of an inverted mask the whole picture."""
    if picture.mask.default:
        return picture.frame.united(picture.tile_bounds()).united(picture.mask.tile_bounds())
    return picture.mask.tile_bounds()


class TileCache:
    """The tiles drawn last, as many as `room` has made place for."""

    def __init__(
        self,
        most: int = MOST_TILES,
        draw: Draw = stacked_image,
        bounds: Callable[[Picture], Rect] = Picture.tile_bounds,
        lay: Lay = lays_nothing,
        lone: Lone = nothing_alone,
    ) -> None:
        """Start empty. draw: makes the pixels. bounds: a rectangle outside which there are none.

        lay: asked first; it saves an image where it draws by itself. lone: asked before `draw`.
        """
        self._draw, self._lay, self._lone, self._find_bounds = draw, lay, lone, bounds
        self._bounds: tuple[Picture, Rect] | None = None
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._levels: set[int] = set()
        self._stale: dict[Key, Rect] = {}
        self._begun: dict[Key, tuple[set[Rect], bool]] = {}
        """Of a stale part the blocks that are drawn already, and whether all of them are opaque."""
        self._most = most
        self.owed: set[Key] = set()
        """Tiles in view that were shown before they were ready, until `make_tiles` reports them."""

    def bounds(self, picture: Picture) -> Rect:
        """Return a rectangle outside which there are no pixels; of the same picture at once."""
        if self._bounds is None or self._bounds[0] is not picture:
            self._bounds = picture, self._find_bounds(picture)
        return self._bounds[1]

    def make_room(self, shown: int) -> None:
        """Keep twice as many tiles as are `shown` at once, and forget the older ones."""
        self._most = max(LEAST_TILES, min(2 * shown, MOST_TILES))
        self._forget_oldest()

    def invalidate(self, rect: Rect) -> None:
        """Note that the picture looks different within `rect` (document pixels)."""
        for key in self._near(rect):
            part = covered(key).intersected(rect)
            if not part.is_empty and key in self._images:
                self._stale[key] = self._stale.get(key, EMPTY).united(part)
                if key in self._begun:  # a stroke may go on for longer than the rest takes
                    drawn, _ = self._begun[key]
                    drawn -= {block for block in drawn if not block.intersected(part).is_empty}

    def tile(self, picture: Picture, key: Key, end: float = inf) -> QImage:
        """Return the 256x256 image of one tile of `picture`, without alpha if it is opaque.

        end: the thread's time when to leave the rest as it was, or as it is in another tile;
        `work` says whether there is any. At least one block is drawn.
        """
        image = self.waiting(key)
        if image is None:
            image = self._begin(key, _transparent())
        stale = self._stale.pop(key, EMPTY)
        if not stale.is_empty:
            if not self._refresh(image, picture, key, (stale, end)):
                self._stale[key] = stale
            self._images[key] = image
            self._images.move_to_end(key)
            self._forget_oldest()
        return image

    def work(self, key: Key) -> int:
        """Return how many document pixels would have to be drawn for a tile: 0 if it is ready."""
        stale = self._stale.get(key, EMPTY) if key in self._images else covered(key)
        return stale.width * stale.height

    def waiting(self, key: Key) -> QImage | None:
        """Return a tile as it was when it was drawn last; a new one as others show its place.

        None where nothing is known of it.
        """
        image = self._images.pop(key, None)
        if image is None:
            guess = self._guess(key)
            return None if guess is None else self._begin(key, guess)
        self._images[key] = image
        return image

    def _begin(self, key: Key, image: QImage) -> QImage:
        """Keep what is shown of a tile until it is drawn."""
        self._images[key], self._stale[key] = image, covered(key)
        self._levels.add(key[0])
        self._forget_oldest()
        return image

    def _guess(self, key: Key) -> QImage | None:
        level, column, row = key
        for up in range(1, COARSER + 1):
            coarse = self._images.get((level + up, column >> up, row >> up))
            if coarse is not None:
                side, mask, image = TILE >> up, (1 << up) - 1, _transparent()
                part = QRectF((column & mask) * side, (row & mask) * side, side, side)
                with QPainter(image) as painter:
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                    draw = partial(painter.drawImage, QRectF(0, 0, TILE, TILE), coarse, part)
                    draw_by_strips(painter, image.rect(), draw)
                return image
        finer = keys_over(covered(key), level - 1) if level else ()
        known = [child for child in finer if child in self._images]
        if not known:
            return None
        image = _transparent()
        with QPainter(image) as painter:
            for child in known:
                quarter = _quarter(child)
                draw = partial(painter.drawImage, quarter, self._images[child])
                draw_by_strips(painter, quarter.toRect(), draw)
        return image

    def _near(self, rect: Rect) -> Iterable[Key]:
        """Return keys among which are all that `rect` touches, looking at as few as possible."""
        if (rect.width // TILE + 2) * (rect.height // TILE + 2) > len(self._images):
            return tuple(self._images)
        return [key for level in self._levels for key in keys_over(rect, level)]

    def _refresh(
        self, image: QImage, picture: Picture, key: Key, stale_until: tuple[Rect, float]
    ) -> bool:
        """Draw the stale part of a tile anew, by blocks; return whether there was time for all."""
        stale, end = _on_grid(stale_until[0], key[0]), stale_until[1]
        opaque = image.format() == OPAQUE or stale == covered(key)
        drawn, opaque = self._begun.pop(key, (set[Rect](), opaque))
        blocks = (each for each in _blocks(stale, max(TILE, 1 << key[0])) if each not in drawn)
        image.reinterpretAsFormat(WITH_ALPHA)
        with QPainter(image) as painter:
            for number, block in enumerate(blocks):
                if number and thread_time() > end:
                    self._begun[key] = drawn, opaque
                    return False
                opaque = self._draw_block(painter, picture, (key, block)) and opaque
                drawn.add(block)
        if opaque:
            image.reinterpretAsFormat(OPAQUE)
        return True

    def _draw_block(self, painter: QPainter, picture: Picture, what: tuple[Key, Rect]) -> bool:
        """Draw a part of a tile in place of what was there; whether it is opaque now."""
        (level, column, row), block = what
        left, top = (block.left >> level) - column * TILE, (block.top >> level) - row * TILE
        if level == 0:
            laid = self._lay(painter, QPoint(left, top), picture, block)
            if laid is not None:
                return laid
        painter.setOpacity(1.0)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        if block.intersected(self.bounds(picture)).is_empty:
            width, height = block.width >> level, block.height >> level
            painter.fillRect(left, top, width, height, Qt.GlobalColor.transparent)
            return False
        values = self._lone(picture, block)
        if values is not None:
            painter.drawImage(left, top, _reduced(lent_opaque(values), level))
            return True
        drawn = self._full(picture, block) if level else self._draw(picture, block)
        painter.drawImage(left, top, _reduced(drawn, level))
        return not drawn.hasAlphaChannel()

    def _full(self, picture: Picture, block: Rect) -> QImage:
        """Draw a part of the picture at its full size; a whole tile is kept, or was."""
        key = 0, block.left // TILE, block.top // TILE
        if block != covered(key):
            return self._draw(picture, block)
        if key not in self._images or key in self._stale:
            self._images[key] = self._draw(picture, block)
            self._levels.add(0)
            self._stale.pop(key, None)
        self._images.move_to_end(key)
        return self._images[key]

    def _forget_oldest(self) -> None:
        while len(self._images) > self._most:
            key, _ = self._images.popitem(last=False)
            self._stale.pop(key, None)
            self._begun.pop(key, None)
            self.owed.discard(key)


def _quarter(child: Key) -> QRectF:
    half = TILE // 2
    return QRectF((child[1] & 1) * half, (child[2] & 1) * half, half, half)


def _on_grid(rect: Rect, level: int) -> Rect:
    """Return the rectangle around `rect` that consists of whole pixels of a level."""
    left, top = rect.left >> level << level, rect.top >> level << level
    right, bottom = -(-rect.right >> level) << level, -(-rect.bottom >> level) << level
    return Rect(left, top, right - left, bottom - top)


def _blocks(rect: Rect, side: int) -> Iterator[Rect]:
    """Yield the parts of `rect` between lines of a grid, so that they lie within tiles."""
    first, right, bottom = rect.left // side * side, rect.right, rect.bottom
    for row in range(rect.top // side * side, bottom, side):
        top = max(row, rect.top)
        height = min(row + side, bottom) - top
        for column in range(first, right, side):
            left = max(column, rect.left)
            yield Rect(left, top, min(column + side, right) - left, height)


def _reduced(image: QImage, level: int) -> QImage:
    """Return the means of squares of 2^level pixels."""
    if level == 0:
        return image
    size = image.size() / (1 << level)
    return image.scaled(size, mode=Qt.TransformationMode.SmoothTransformation)


def _transparent() -> QImage:
    image = QImage(TILE, TILE, WITH_ALPHA)
    image.fill(0)
    return image
