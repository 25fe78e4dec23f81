"""Edits that make groups of layers, or one layer of several; merging ends what could be changed."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.document import tree
from desktop.document.composite import composite_layers
from desktop.document.edits import Edit
from desktop.document.layer import Layer, united
from desktop.document.picture import Picture
from desktop.document.plane import TileIndex, store, tile_rect, tiles_over
from desktop.document.raster import Raster
from desktop.document.tile import Tile


def group_layers(layer_ids: Sequence[int], name: str) -> Edit:
    """Put layers into a new group, in their order, where the highest of them was."""

    def apply(picture: Picture) -> Picture:
        chosen = [layer for layer in picture.walk() if layer.id in layer_ids]
        inner = {child.id for layer in chosen for child in _below(layer)}
        chosen = [layer for layer in chosen if layer.id not in inner]
        if not chosen:
            return picture
        group = Layer.group(picture.next_id(), name, chosen)
        layers = tree.replaced(picture.layers, chosen[-1].id, lambda _top: (group,))
        for layer in chosen[:-1]:
            layers = _removed_outside(layers, layer.id, group)
        return replace(picture, layers=layers)

    return Edit("Group layers", apply)


def ungroup(layer_id: int) -> Edit:
    """Put the layers of a group in its place."""

    def apply(picture: Picture) -> Picture:
        group = picture.layer(layer_id)
        if group.children is None:
            return picture
        children = group.children
        return replace(
            picture, layers=tree.replaced(picture.layers, layer_id, lambda _group: children)
        )

    return Edit("Ungroup layers", apply)


def merge_down(layer_id: int) -> Edit:
    """Make one layer of a layer and the sibling below it, with that one's name and id."""

    def apply(picture: Picture) -> Picture:
        found = tree.siblings(picture.layers, layer_id)
        if found is None:
            raise KeyError(layer_id)
        _, beside = found
        place = [layer.id for layer in beside].index(layer_id)
        if place == 0 or picture.is_locked(layer_id) or beside[place - 1].locked:
            return picture
        below, upper = beside[place - 1], beside[place]
        merged = _merged((below, upper), below)
        layers = tree.removed(picture.layers, layer_id)
        return replace(picture, layers=tree.changed(layers, below.id, lambda _below: merged))

    return Edit("Merge down", apply)


def merge_group(layer_id: int) -> Edit:
    """Make one layer of a group; how it is laid over what is below stays as it was."""

    def apply(picture: Picture) -> Picture:
        group = picture.layer(layer_id)
        if group.children is None or picture.is_locked(layer_id):
            return picture
        raster = _flat(group.children)
        merged = replace(group, raster=raster, children=None)
        return replace(picture, layers=tree.changed(picture.layers, layer_id, lambda _g: merged))

    return Edit("Merge group", apply)


def flatten(name: str) -> Edit:
    """Make one layer of all that is visible; the others go."""

    def apply(picture: Picture) -> Picture:
        if not picture.layers or any(layer.locked for layer in picture.walk()):
            return picture
        layer = Layer(picture.next_id(), name, _flat(picture.layers))
        return replace(picture, layers=(layer,))

    return Edit("Flatten picture", apply)


def _merged(layers: tuple[Layer, Layer], below: Layer) -> Layer:
    return Layer(below.id, below.name, _flat(layers), notes=below.notes)


def _flat(layers: Sequence[Layer]) -> Raster:
    """Return what `layers` look like together; tile by tile, so that little memory is needed."""
    tiles: dict[TileIndex, Tile] = {}
    for index in tiles_over(united(layer.tile_bounds() for layer in layers)):
        store(tiles, index, composite_layers(layers, tile_rect(index)), 0)
    return Raster(tiles)


def _below(layer: Layer) -> list[Layer]:
    found: list[Layer] = []
    for child in layer.children or ():
        found += [child, *_below(child)]
    return found


def _removed_outside(layers: tree.Layers, layer_id: int, group: Layer) -> tree.Layers:
    """Leave a layer out everywhere but in `group`, which holds it by now as well."""
    return tuple(
        layer
        if layer is group
        else (
            replace(layer, children=_removed_outside(layer.children, layer_id, group))
            if layer.children
            else layer
        )
        for layer in layers
        if layer.id != layer_id
    )
