"""What is selected of a layer, lifted off it: moved or transformed, it is laid back on the rest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from desktop.document.channel import Channel
from desktop.document.edits import Edit, change_unlocked, shift_layer
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import masked, over
from desktop.document.raster import Pixels, Raster

Mover: TypeAlias = Callable[[int, int], Edit]
"""Columns and rows, to the edit that moves something by so many."""

NOTHING_SELECTED = "The selection holds nothing of this layer; choose another layer or select none."


@dataclass(frozen=True, slots=True, eq=False)
class Lifted:
    """A layer in two: `part` is what was selected, by how much of it was, `rest` what stays."""

    layer_id: int
    part: Raster
    rest: Raster
    selection: Channel

    def shifted(self, dx: int, dy: int) -> Edit:
        """Lay the part down elsewhere; the selection goes along."""
        part = self.part.translated(dx, dy)
        moved = self.selection.translated(dx, dy)
        return self.laid(part, moved, "Move selection", stays=dx == dy == 0)

    def laid(self, part: Raster, selection: Channel, name: str, *, stays: bool = False) -> Edit:
        """Lay another part down, under another selection. stays: nothing was changed after all."""

        def apply(picture: Picture) -> Picture:
            if stays:
                return picture
            raster = laid_over(self.rest, part)
            edit = change_unlocked(
                name, self.layer_id, lambda layer: replace(layer, raster=raster, result=None)
            )
            changed = edit.apply(picture)
            return picture if changed is picture else replace(changed, selection=selection)

        return Edit(name, apply)


def lifted(picture: Picture, layer: Layer) -> Lifted | None:
    """Lift what is selected of a layer; None without a selection, or where it takes nothing."""
    if picture.selection is None or layer.is_group:
        return None
    part = masked(layer.raster, picture.selection)
    if part.is_empty:
        return None
    rest = masked(layer.raster, picture.selection.inverted())
    return Lifted(layer.id, part, rest, picture.selection)


def mover(picture: Picture, layer: Layer) -> Mover | None:
    """Return what moves a layer, or what is selected of it; None where that is nothing.

    A group is moved as a whole.
    """
    if picture.selection is None or layer.is_group:
        return partial(shift_layer, layer.id)
    found = lifted(picture, layer)
    return None if found is None else found.shifted


def laid_over(below: Raster, above: Raster) -> Raster:
    """Return one raster over another."""
    made = below
    for index, tile in above.tiles.items():
        area = above.tile_rect(index)
        patch = _laid(tile.values, made.read(area))
        made = made.write(patch, area.left, area.top)
    return made


def _laid(above: Pixels, below: Pixels) -> Pixels:
    """Return straight RGBA over straight RGBA; opaque or nothing is chosen, not calculated."""
    alpha = above[..., 3]
    opaque = alpha == 255
    if bool((opaque | (alpha == 0)).all()):
        chosen = np.where(opaque, above.view(np.uint32)[..., 0], below.view(np.uint32)[..., 0])
        return chosen.view(np.uint8).reshape(above.shape)
    cover = alpha.astype(np.float32) * np.float32(1 / 255)
    return over(below, above[..., :3].astype(np.float32), cover, alpha_locked=False)
