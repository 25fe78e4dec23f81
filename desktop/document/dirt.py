"""Where two stacks of layers look different: what a view has to draw again."""

from collections.abc import Sequence

import numpy as np

from desktop.document.channel import Channel, channel_dirt
from desktop.document.geometry import EMPTY, Rect
from desktop.document.layer import Layer, united
from desktop.document.plane import TileIndex, content_rect
from desktop.document.raster import Raster

MOST_TILES_COMPARED = 16
"""Beyond so many changed tiles, looking for the pixels that differ costs more than redrawing."""

ALL = Channel.empty(255)


def layers_dirt(old: Sequence[Layer], new: Sequence[Layer]) -> Rect:
    """Return a rectangle outside which both stacks look the same.

    Exact where a few tiles of one layer changed, otherwise rounded up to tiles.
    """
    if old is new or old == new:
        return EMPTY
    before = {layer.id: layer for layer in old}
    after = {layer.id: layer for layer in new}
    dirty = united(_layer_dirt(before.get(i), after.get(i)) for i in before.keys() | after.keys())
    return dirty.united(_order_dirt(old, new))


def raster_dirt(old: Raster, new: Raster) -> Rect:
    """Return a rectangle outside which both rasters hold the same pixels."""
    if old is new:
        return EMPTY
    if old.shift != new.shift:
        return old.tile_bounds().united(new.tile_bounds())
    changed = old.changed_tiles(new)
    if len(changed) > MOST_TILES_COMPARED:
        return united(old.tile_rect(index) for index in changed)
    return united(_tile_dirt(old, new, index) for index in changed)


def _layer_dirt(old: Layer | None, new: Layer | None) -> Rect:
    if old is new:
        return EMPTY
    seen = [layer for layer in (old, new) if layer is not None and layer.shows]
    if len(seen) < 2:
        return united(layer.tile_bounds() for layer in seen)
    before, after = seen
    if _laid(before) != _laid(after):
        return before.tile_bounds().united(after.tile_bounds())
    around = before.tile_bounds().united(after.tile_bounds())
    dirty = channel_dirt(_reveal(before), _reveal(after)).intersected(around)
    if before.children is not None and after.children is not None:
        return dirty.united(layers_dirt(before.children, after.children))
    return dirty.united(raster_dirt(before.raster, after.raster))


def _laid(layer: Layer) -> tuple[object, ...]:
    return (layer.opacity, layer.mode, layer.is_group and layer.isolates, layer.is_group)


def _reveal(layer: Layer) -> Channel:
    return ALL if layer.mask is None else layer.mask


def _tile_dirt(old: Raster, new: Raster, index: TileIndex) -> Rect:
    area = old.tile_rect(index)
    before, after = old.tiles.get(index), new.tiles.get(index)
    if before is None or after is None:
        only = after if before is None else before
        assert only is not None
        return content_rect(only.values[..., 3]).translated(area.left, area.top)
    differs = before.values.view(np.uint32)[..., 0] != after.values.view(np.uint32)[..., 0]
    return content_rect(differs).translated(area.left, area.top)


def _order_dirt(old: Sequence[Layer], new: Sequence[Layer]) -> Rect:
    kept = {layer.id for layer in old} & {layer.id for layer in new}
    before = [layer for layer in old if layer.id in kept]
    after = [layer for layer in new if layer.id in kept]
    return united(layer.tile_bounds() for layer in _moved(before, after) if layer.shows)


def _moved(before: Sequence[Layer], after: Sequence[Layer]) -> Sequence[Layer]:
    """Return layers without which both sequences have the same order: one, if that is enough."""
    ids = [[layer.id for layer in layers] for layers in (before, after)]
    apart = [place for place, (a, b) in enumerate(zip(*ids, strict=True)) if a != b]
    if not apart:
        return ()
    first, last = apart[0], apart[-1]
    old, new = ids[0][first : last + 1], ids[1][first : last + 1]
    alone: list[Layer] = []
    if old[1:] == new[:-1]:  # the lowest went to the top
        alone.append(before[first])
    if old[:-1] == new[1:]:
        alone.append(before[last])
    if not alone:
        return before[first : last + 1]
    return [min(alone, key=lambda layer: _area(layer.tile_bounds()))]


def _area(rect: Rect) -> int:
    return rect.width * rect.height
