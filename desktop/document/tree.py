"""Changes of a stack of layers, however deep: each returns another stack and shares the rest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from desktop.document.layer import Layer

Layers: TypeAlias = tuple[Layer, ...]
"""Siblings, the lowest first."""


def changed(layers: Layers, layer_id: int, change: Callable[[Layer], Layer]) -> Layers:
    """Apply `change` to one layer; the very same stack if it changed nothing."""
    return replaced(layers, layer_id, lambda layer: (change(layer),))


def removed(layers: Layers, layer_id: int) -> Layers:
    """Leave one layer out."""
    return replaced(layers, layer_id, lambda _layer: ())


def replaced(layers: Layers, layer_id: int, change: Callable[[Layer], Sequence[Layer]]) -> Layers:
    """Put other layers in the place of one; the very same stack if nothing changed."""
    for place, layer in enumerate(layers):
        if layer.id == layer_id:
            new = tuple(change(layer))
            same = len(new) == 1 and new[0] is layer
            return layers if same else (*layers[:place], *new, *layers[place + 1 :])
        if layer.children:
            children = replaced(layer.children, layer_id, change)
            if children is not layer.children:
                group = replace(layer, children=children)
                return (*layers[:place], group, *layers[place + 1 :])
    return layers


def inserted(layers: Layers, new: Layer, parent: int | None, index: int) -> Layers:
    """Put `new` at place `index` from the lowest in a group, None for the top."""
    if parent is None:
        place = min(max(0, index), len(layers))
        return (*layers[:place], new, *layers[place:])

    def put(group: Layer) -> Layer:
        assert group.children is not None, "only a group holds layers"
        return replace(group, children=inserted(group.children, new, None, index))

    return changed(layers, parent, put)


def siblings(layers: Layers, layer_id: int) -> tuple[int | None, Layers] | None:
    """Return the id of the group a layer is in (None at the top) and all that are in it."""
    return _siblings(layers, layer_id, None)


def _siblings(
    layers: Layers, layer_id: int, parent: int | None
) -> tuple[int | None, Layers] | None:
    if any(layer.id == layer_id for layer in layers):
        return parent, layers
    for layer in layers:
        found = _siblings(layer.children or (), layer_id, layer.id)
        if found is not None:
            return found
    return None
