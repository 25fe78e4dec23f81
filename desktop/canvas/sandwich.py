"""While one layer changes, what lies below and above it is drawn once for each tile and kept.

So a step of a stroke lays three images however many layers there are. The result is that of
`stack`, but that what lies above is first laid over nothing, which costs a level of rounding.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.stack import MODES, is_known, lay_all, stacked, stacked_image
from desktop.document.blend import BlendMode
from desktop.document.composite import needed
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import TILE, TileIndex, tile_rect

MOST_TILES = 48
"""24 MiB: twice what a brush of 500 pixels touches, and the way it goes in a second."""

SOURCE = QPainter.CompositionMode.CompositionMode_Source


class Slices(NamedTuple):
    """Of one tile: what lies below and above the layer that changes, None where nothing does."""

    below: QImage | None
    above: QImage | None


class Sandwich:
    """Draws parts of pictures of which each is the one before with another layer in one place."""

    def __init__(self) -> None:
        """Know no picture."""
        self._layers: tuple[Layer, ...] = ()
        self._place: int | None = None
        self._slices: OrderedDict[TileIndex, Slices] = OrderedDict()

    def __call__(self, picture: Picture, rect: Rect) -> QImage:
        """Return the visible layers in `rect`, which lies within a tile or is drawn as ever."""
        image = QImage(rect.width, rect.height, QImage.Format.Format_ARGB32_Premultiplied)
        with QPainter(image) as painter:
            opaque = self.lay(painter, QPoint(0, 0), picture, rect)
        if opaque is None:
            return stacked_image(picture, rect)
        if opaque:
            image.reinterpretAsFormat(QImage.Format.Format_RGB32)
        return image

    def lay(self, painter: QPainter, at: QPoint, picture: Picture, rect: Rect) -> bool | None:
        """Draw the visible layers in `rect` at a place of an image, in place of what is there.

        Returns whether they are opaque; None where nothing was drawn: all layers have to be.
        """
        if picture.layers is not self._layers:
            self._follow(picture.layers)
        if self._place is None:
            return None
        index = rect.left // TILE, rect.top // TILE
        area = tile_rect(index)
        if not area.holds(rect):
            return None
        return self._laid(painter, at, (self._of(index, area), area, rect))

    @property
    def kept(self) -> int:
        """How many tiles are remembered."""
        return len(self._slices)

    def _follow(self, layers: tuple[Layer, ...]) -> None:
        place = _only_change(self._layers, layers)
        self._layers = layers
        if place is None or place != self._place:
            self._place = place
            self._slices.clear()

    def _of(self, index: TileIndex, area: Rect) -> Slices:
        """Return the slices of a tile; both together cost what drawing it once as ever would."""
        found = self._slices.get(index)
        if found is None:
            assert self._place is not None
            layers, place = self._layers, self._place
            found = Slices(_merged(layers[:place], area), _merged(layers[place + 1 :], area))
            self._slices[index] = found
            if len(self._slices) > MOST_TILES:
                self._slices.popitem(last=False)
        self._slices.move_to_end(index)
        return found

    def _laid(self, painter: QPainter, at: QPoint, what: tuple[Slices, Rect, Rect]) -> bool:
        assert self._place is not None
        slices, area, rect = what
        part = QRect(rect.left - area.left, rect.top - area.top, rect.width, rect.height)
        painter.setOpacity(1.0)
        painter.setCompositionMode(SOURCE)
        if slices.below is None:
            painter.fillRect(QRect(at, part.size()), Qt.GlobalColor.transparent)
        else:
            painter.drawImage(at, slices.below, part)
        lay_all(painter, self._layers[self._place : self._place + 1], rect, at)
        if slices.above is not None:
            painter.setCompositionMode(MODES[BlendMode.NORMAL])
            painter.setOpacity(1.0)
            painter.drawImage(at, slices.above, part)
        return slices.below is not None and not slices.below.hasAlphaChannel()


def _only_change(before: Sequence[Layer], after: Sequence[Layer]) -> int | None:
    """Return the place of the one sheet that differs, None if it is not so or cannot be drawn."""
    if len(before) != len(after):
        return None
    changed = [place for place, layer in enumerate(after) if layer is not before[place]]
    if len(changed) != 1:
        return None
    place = changed[0]
    plain = all(_is_plain(layer) for layer in after[place + 1 :])
    if not (plain and after[place].children is None and after[place].visible):
        return None
    return place if all(map(is_known, after[: place + 1])) else None


def _is_plain(layer: Layer) -> bool:
    """Whether layers above others can be laid over one another before they are laid over those."""
    if layer.mode is not BlendMode.NORMAL:
        return False
    children = layer.children or ()
    return all(map(is_known if layer.isolates else _is_plain, children))


def _merged(layers: Sequence[Layer], area: Rect) -> QImage | None:
    stack = needed(layers, area)
    return stacked(stack, area) if stack else None
