"""Edits of the pixels and the mask of one layer. A locked layer stays as it is.

Selection and locked transparency are honoured by all of them; painting tools bring pixels that
honour them already (`brush`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop.document.channel import Channel
from desktop.document.edits import Edit, change_layer, change_unlocked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import Bytes, TileIndex, store, tile_rect, tiles_over
from desktop.document.raster import Colour, Pixels, Raster
from desktop.document.result import Join, Result, Seam
from desktop.document.tile import Tile

Floats: TypeAlias = NDArray[np.float32]

Filter: TypeAlias = Callable[[Pixels], Pixels]
"""RGBA to RGBA of the same shape, looking at most a stated number of pixels away."""


def paint_layer(layer_id: int, raster: Raster, name: str = "Paint") -> Edit:
    """Put other pixels in place of a layer's; what could be changed of a result is then fixed."""
    return change_unlocked(
        name,
        layer_id,
        lambda layer: (
            layer if layer.raster is raster else replace(layer, raster=raster, result=None)
        ),
    )


def clear_selected(layer_id: int) -> Edit:
    """Erase what is selected of a layer, all of it without a selection."""

    def erase(layer: Layer, picture: Picture) -> Raster:
        if picture.selection is None:
            return Raster.empty()
        return masked(layer.raster, picture.selection.inverted())

    return on_pixels("Clear", layer_id, erase)


def fill_layer(layer_id: int, colour: Colour, area: Channel | None = None) -> Edit:
    """Lay one colour over `area` (None: the selection, or picture and frame without one)."""

    def fill(layer: Layer, picture: Picture) -> Raster:
        where = area if area is not None else picture.selection
        if where is None:
            where = Channel.of_rect(picture.frame.united(picture.content()))
        elif area is not None and picture.selection is not None:
            where = area.intersected(picture.selection)
        return laid(layer.raster, where, colour, layer.alpha_locked)

    return on_pixels("Fill", layer_id, fill)


def filter_layer(
    layer_id: int, change: Filter, margin: int, name: str, within: Rect | None = None
) -> Edit:
    """Pass a layer, or what lies `within`, through a filter that looks `margin` pixels far."""

    def run(layer: Layer, picture: Picture) -> Raster:
        where = picture.selection
        if within is not None:
            where = Channel.of_rect(within) if where is None else where.within(within)
        return filtered_raster(layer.raster, change, margin, where)

    return on_pixels(name, layer_id, run)


def add_layer_mask(layer_id: int, mask: Channel | None = None) -> Edit:
    """Give a layer a mask: `mask`, or the selection, or one that shows all of it."""

    def apply(picture: Picture) -> Picture:
        chosen = mask if mask is not None else picture.selection
        made = Channel.empty(255) if chosen is None else chosen
        edit = change_unlocked(
            "Add layer mask",
            layer_id,
            lambda layer: layer if layer.mask is not None else replace(layer, mask=made),
        )
        return edit.apply(picture)

    return Edit("Add layer mask", apply)


def paint_layer_mask(layer_id: int, mask: Channel, name: str = "Paint layer mask") -> Edit:
    """Put another mask in place of a layer's."""
    return change_unlocked(
        name, layer_id, lambda layer: layer if layer.mask is mask else replace(layer, mask=mask)
    )


def remove_layer_mask(layer_id: int) -> Edit:
    """Show all of a layer again."""
    return change_unlocked(
        "Delete layer mask",
        layer_id,
        lambda layer: layer if layer.mask is None else replace(layer, mask=None),
    )


def apply_layer_mask(layer_id: int) -> Edit:
    """Make the mask part of the layer's alpha; a group keeps its own."""

    def bake(layer: Layer) -> Layer:
        if layer.mask is None or layer.is_group:
            return layer
        return replace(layer, raster=masked(layer.raster, layer.mask), mask=None, result=None)

    return change_unlocked("Apply layer mask", layer_id, bake)


def place_joined(result: Result, raster: Raster, name: str, notes: Mapping[str, str]) -> Edit:
    """Put what the engine painted, joined as `raster`, on a new top layer, its seam adjustable."""

    def apply(picture: Picture) -> Picture:
        layer = Layer(picture.next_id(), name, raster, result=result, notes=notes)
        return replace(picture, layers=(*picture.layers, layer))

    return Edit("Accept picture", apply)


def set_seam(layer_id: int, seam: Seam, join: Join) -> Edit:
    """Let a result meet its surroundings otherwise; `join` computes how that looks."""

    def reseam(layer: Layer) -> Layer:
        if layer.result is None or layer.result.seam == seam:
            return layer
        result = replace(layer.result, seam=seam)
        pixels = join(result)
        raster = Raster.from_array(pixels, result.area.left, result.area.top)
        return replace(layer, result=result, raster=raster)

    return change_unlocked("Change seam", layer_id, reseam)


def fix_result(layer_id: int) -> Edit:
    """Keep a result as it looks now and forget what it could be changed from."""
    return change_layer(
        "Fix result",
        layer_id,
        lambda layer: layer if layer.result is None else replace(layer, result=None),
    )


def masked(raster: Raster, mask: Channel) -> Raster:
    """Return a raster whose alpha is multiplied by `mask` / 255, rounded half up."""
    tiles: dict[TileIndex, Tile] = {}
    for index, tile in raster.tiles.items():
        shown = mask.read(raster.tile_rect(index))
        if shown.min() == 255:
            tiles[index] = tile
        elif shown.any():
            made = tile.values.copy()
            alpha = (made[..., 3] * shown.astype(np.uint16) + 127) // 255
            made[..., 3] = alpha
            words = made.view(np.uint32)[..., 0]
            words *= alpha != 0
            store(tiles, index, made, 0)
    return raster.with_tiles(tiles)


def laid(raster: Raster, where: Channel, colour: Colour, alpha_locked: bool) -> Raster:
    """Return `raster` with a colour over it: its own alpha times `where`."""
    if where.default:
        where = where.within(raster.tile_bounds())
    made, whole = raster, dict[TileIndex, Tile]()
    covers = colour[3] == 255 and not alpha_locked and where.shift == raster.shift
    plain = Raster.empty().filled(colour, tile_rect((0, 0))).tiles[0, 0] if covers else None
    for index, tile in where.tiles.items():
        if plain is not None and tile.values.min() == 255:
            whole[index] = plain
            continue
        area = where.tile_rect(index)
        cover = where.read(area).astype(np.float32) * np.float32(colour[3] / 255 / 255)
        patch = over(raster.read(area), np.array(colour[:3], np.float32), cover, alpha_locked)
        made = made.write(patch, area.left, area.top)
    return made.with_tiles({**made.tiles, **whole}) if whole else made


def over(below: Pixels, colour: Floats, cover: Floats, alpha_locked: bool) -> Pixels:
    """Return straight RGBA with `colour` ((3,) or HxWx3, 0..255) over it by `cover` (HxW, 0..1).

    Where `alpha_locked`, alpha stays and only the colour of what is there changes.
    """
    old = below[..., 3].astype(np.float32) / 255
    new = old if alpha_locked else old + cover * (1 - old)
    # The upper colour's share of what is seen in the end; 0/0 is nothing at all.
    share = cover if alpha_locked else np.divide(cover, new, out=np.zeros_like(new), where=new > 0)
    out = np.empty_like(below)
    for channel in range(3):
        base = below[..., channel].astype(np.float32)
        out[..., channel] = base + share * (colour[..., channel] - base) + np.float32(0.5)
    out[..., 3] = new * 255 + np.float32(0.5)
    return out


def filtered_raster(
    raster: Raster, change: Filter, margin: int, selection: Channel | None = None
) -> Raster:
    """Return a raster passed through `change`, mixed in by the selection."""
    made = raster
    for area in filter_areas(raster, margin, selection):
        made = made.write(filtered(raster, area, change, margin, selection), area.left, area.top)
    return made


def filter_areas(raster: Raster, margin: int, selection: Channel | None = None) -> Iterator[Rect]:
    """Yield the parts of a tile's size that a filter which looks `margin` pixels far can alter."""
    for area in _blocks(raster.tile_bounds().grown(margin), selection):
        if raster.has_tiles_in(area.grown(margin)):
            yield area


def filtered(
    raster: Raster, area: Rect, change: Filter, margin: int, selection: Channel | None = None
) -> Pixels:
    """Return RGBA of one part of a raster passed through `change`, mixed in by the selection."""
    wide = raster.read(area.grown(margin))
    inner = slice(margin, margin + area.height), slice(margin, margin + area.width)
    new, old = change(wide)[inner], wide[inner]
    return new if selection is None else mixed(old, new, selection.read(area))


def mixed(old: Pixels, new: Pixels, weight: Bytes) -> Pixels:
    """Return straight RGBA that is `old` where `weight` (HxW) is 0 and `new` where it is 255."""
    share = weight.astype(np.float32) / 255
    before, after = (1 - share) * old[..., 3], share * new[..., 3]
    alpha = before + after
    part = np.divide(after, alpha, out=np.zeros_like(alpha), where=alpha > 0)
    out = np.empty_like(old)
    for channel in range(3):
        base = old[..., channel].astype(np.float32)
        out[..., channel] = base + part * (new[..., channel] - base) + np.float32(0.5)
    out[..., 3] = alpha + np.float32(0.5)
    return out


def on_pixels(name: str, layer_id: int, change: Callable[[Layer, Picture], Raster]) -> Edit:
    """Change the pixels of an unlocked layer that is no group."""

    def apply(picture: Picture) -> Picture:
        layer = picture.layer(layer_id)
        if layer.is_group or picture.is_locked(layer_id):
            return picture
        raster = change(layer, picture)
        if not raster.changed_from(layer.raster):
            return picture
        return paint_layer(layer_id, raster, name).apply(picture)

    return Edit(name, apply)


def _blocks(around: Rect, selection: Channel | None) -> Iterator[Rect]:
    """Yield tile-sized rectangles over `around` in which something is selected."""
    for index in tiles_over(around):
        area = tile_rect(index)
        if selection is None or selection.default or selection.has_tiles_in(area):
            yield area
