"""The picture as a value: layers and a generation frame, immutable, sharing what did not change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from desktop.document.geometry import EMPTY, Rect
from desktop.document.raster import Raster, TileIndex, canonical, content_rect, tile_rect

MOST_TILES_COMPARED = 16
"""Beyond so many changed tiles, looking for the pixels that differ costs more than redrawing."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One sheet of pixels. `id` is unique within its picture; opacity from 0 to 1."""

    id: int
    name: str
    raster: Raster
    visible: bool = True
    opacity: float = 1.0

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert 0.0 <= self.opacity <= 1.0, self.opacity

    @property
    def shows(self) -> bool:
        """Whether any of its pixels can be seen."""
        return self.visible and self.opacity > 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Layers, the lowest first, and the frame in which the engine paints next."""

    frame: Rect
    layers: tuple[Layer, ...] = ()

    def layer(self, layer_id: int) -> Layer:
        """Return the layer with this id; KeyError when there is none."""
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def content(self) -> Rect:
        """Return the smallest rectangle around all pixels that can be seen."""
        return _united(layer.raster.bounds() for layer in self.layers if layer.shows)

    def tile_bounds(self) -> Rect:
        """Return the rectangle around the tiles of all layers: quick, and never too small."""
        return _united(layer.raster.tile_bounds() for layer in self.layers)


def dirty_rect(old: Picture, new: Picture) -> Rect:
    """Return a rectangle outside which both pictures look the same, frames aside.

    Exact where a few tiles of one layer changed, otherwise rounded up to tiles.
    """
    if old.layers == new.layers:
        return EMPTY
    before = {layer.id: layer for layer in old.layers}
    after = {layer.id: layer for layer in new.layers}
    dirty = _united(_layer_dirt(before.get(i), after.get(i)) for i in before.keys() | after.keys())
    return dirty.united(_order_dirt(old.layers, new.layers))


def check_picture(picture: Picture) -> None:
    """Assert everything the rest of the program takes for granted about a picture."""
    assert not picture.frame.is_empty, picture.frame
    ids = [layer.id for layer in picture.layers]
    assert len(set(ids)) == len(ids), ids
    for layer in picture.layers:
        for tile in layer.raster.tiles.values():
            assert not tile.flags.writeable
            assert tile.any()
            assert np.array_equal(canonical(tile), tile)


def _layer_dirt(old: Layer | None, new: Layer | None) -> Rect:
    shown_old = old if old is not None and old.shows else None
    shown_new = new if new is not None and new.shows else None
    if shown_old is None or shown_new is None:
        seen = shown_old or shown_new
        return EMPTY if seen is None else seen.raster.tile_bounds()
    if shown_old.opacity != shown_new.opacity:
        return shown_old.raster.tile_bounds().united(shown_new.raster.tile_bounds())
    return _raster_dirt(shown_old.raster, shown_new.raster)


def _raster_dirt(old: Raster, new: Raster) -> Rect:
    changed = old.changed_tiles(new)
    if len(changed) > MOST_TILES_COMPARED:
        return _united(tile_rect(index) for index in changed)
    return _united(_tile_dirt(old, new, index) for index in changed)


def _tile_dirt(old: Raster, new: Raster, index: TileIndex) -> Rect:
    area = tile_rect(index)
    before, after = old.tiles.get(index), new.tiles.get(index)
    if before is None or after is None:
        only = after if before is None else before
        assert only is not None
        return content_rect(only[..., 3]).translated(area.left, area.top)
    differs = np.any(before != after, axis=2)
    return content_rect(differs).translated(area.left, area.top)


def _order_dirt(old: Sequence[Layer], new: Sequence[Layer]) -> Rect:
    kept = {layer.id for layer in old} & {layer.id for layer in new}
    before = [layer for layer in old if layer.id in kept]
    after = [layer for layer in new if layer.id in kept]
    moved = [b for a, b in zip(before, after, strict=True) if a.id != b.id]
    return _united(layer.raster.tile_bounds() for layer in moved)


def _united(rects: Iterable[Rect]) -> Rect:
    around = EMPTY
    for rect in rects:
        around = around.united(rect)
    return around
