"""The picture as a value: layers, frame, mask and selection, immutable and shared."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from desktop.document.channel import Channel, channel_dirt
from desktop.document.dirt import layers_dirt
from desktop.document.geometry import Rect
from desktop.document.layer import Layer, united
from desktop.document.plane import Plane
from desktop.document.raster import Raster, canonical

__all__ = ["Guide", "Layer", "Picture", "check_picture", "dirty_rect", "overlay_dirt"]


@dataclass(frozen=True, slots=True)
class Guide:
    """A line across the picture: at column `place` if vertical, otherwise at row `place`."""

    vertical: bool
    place: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Layers, the lowest first, and the frame in which the engine paints next.

    mask: 255 where the next run shall paint anew, 0 where it shall keep, grey in between.
    selection: what edits are confined to, 0..255; None is everything.
    saved: selections by name.
    """

    frame: Rect
    layers: tuple[Layer, ...] = ()
    mask: Channel = field(default_factory=Channel.empty)
    selection: Channel | None = None
    saved: tuple[tuple[str, Channel], ...] = ()
    guides: tuple[Guide, ...] = ()

    def layer(self, layer_id: int) -> Layer:
        """Return the layer or group with this id, however deep; KeyError when there is none."""
        found = self.find(layer_id)
        if found is None:
            raise KeyError(layer_id)
        return found

    def find(self, layer_id: int | None) -> Layer | None:
        """Return the layer or group with this id, however deep; None when there is none."""
        return next((layer for layer in self.walk() if layer.id == layer_id), None)

    def walk(self) -> Iterator[Layer]:
        """Yield every layer, from the lowest up; a group after the layers in it."""
        return _walk(self.layers)

    def path_to(self, layer_id: int) -> tuple[Layer, ...]:
        """Return the layer's groups, the outermost first, and then it; KeyError if not there."""
        found = _path(self.layers, layer_id)
        if found is None:
            raise KeyError(layer_id)
        return found

    def is_locked(self, layer_id: int) -> bool:
        """Whether the layer or a group around it is locked."""
        return any(layer.locked for layer in self.path_to(layer_id))

    def is_seen(self, layer_id: int) -> bool:
        """Whether the layer and every group around it is shown."""
        return all(layer.shows for layer in self.path_to(layer_id))

    def next_id(self) -> int:
        """Return an id that no layer has, larger than every one."""
        return 1 + max((layer.id for layer in self.walk()), default=0)

    def planes(self) -> Iterator[Plane]:
        """Yield everything that holds tiles: rasters, masks, results, selections."""
        yield self.mask
        if self.selection is not None:
            yield self.selection
        yield from (channel for _, channel in self.saved)
        for layer in self.walk():
            yield layer.raster
            if layer.mask is not None:
                yield layer.mask
            if layer.result is not None:
                yield from (layer.result.raw, layer.result.mask, layer.result.below)

    def content(self) -> Rect:
        """Return the smallest rectangle around all pixels that can be seen."""
        return united(layer.bounds() for layer in self.layers if layer.shows)

    def tile_bounds(self) -> Rect:
        """Return the rectangle around the tiles of all layers: quick, and never too small."""
        return united(layer.tile_bounds() for layer in self.layers)


def dirty_rect(old: Picture, new: Picture) -> Rect:
    """Return a rectangle outside which both pictures look the same, frames and overlays aside.

    Exact where a few tiles of one layer changed, otherwise rounded up to tiles.
    """
    return layers_dirt(old.layers, new.layers)


def overlay_dirt(old: Picture, new: Picture) -> Rect:
    """Return a rectangle outside which mask and selection are the same in both."""
    selection = channel_dirt(old.selection, new.selection)
    return channel_dirt(old.mask, new.mask).united(selection)


def check_picture(picture: Picture) -> None:
    """Assert everything the rest of the program takes for granted about a picture."""
    assert not picture.frame.is_empty, picture.frame
    ids = [layer.id for layer in picture.walk()]
    assert len(set(ids)) == len(ids), ids
    for plane in picture.planes():
        for tile in (tile.values for tile in plane.tiles.values()):
            assert not tile.flags.writeable
            assert (tile != plane.default).any()
            if isinstance(plane, Raster):
                assert np.array_equal(canonical(tile), tile)


def _walk(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    for layer in layers:
        if layer.children:
            yield from _walk(layer.children)
        yield layer


def _path(layers: tuple[Layer, ...], layer_id: int) -> tuple[Layer, ...] | None:
    for layer in layers:
        if layer.id == layer_id:
            return (layer,)
        if layer.children is not None:
            below = _path(layer.children, layer_id)
            if below is not None:
                return (layer, *below)
    return None
