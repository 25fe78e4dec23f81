"""Edits of the selection and of the mask: both are channels, and each can become the other."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from desktop.document.area_filter import feathered, grown, shrunk
from desktop.document.channel import Channel
from desktop.document.edits import Edit
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.document.tile import Tile


class Combine(Enum):
    """What a new selection does to the old one."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


def combined(old: Channel | None, new: Channel, how: Combine) -> Channel:
    """Return the channel that results; to `SUBTRACT` from no selection is to take from all."""
    match how:
        case Combine.REPLACE:
            return new
        case Combine.ADD:
            return new if old is None else old.added(new)
        case Combine.SUBTRACT:
            return (Channel.empty(255) if old is None else old).subtracted(new)
        case Combine.INTERSECT:
            return new if old is None else old.intersected(new)


def select(shape: Channel, how: Combine = Combine.REPLACE) -> Edit:
    """Select `shape`, or change the selection by it."""
    return Edit("Select", lambda p: _selecting(p, combined(p.selection, shape, how)))


def deselect() -> Edit:
    """Give up the selection: edits reach everywhere again."""
    return Edit("Deselect", lambda picture: _selecting(picture, None))


def invert_selection() -> Edit:
    """Select what was not; without a selection nothing happens."""
    return Edit(
        "Invert selection",
        lambda p: p if p.selection is None else _selecting(p, p.selection.inverted()),
    )


def grow_selection(pixels: int) -> Edit:
    """Let the selection reach `pixels` further."""
    return _reshape("Grow selection", lambda selection: grown(selection, pixels))


def shrink_selection(pixels: int) -> Edit:
    """Let the selection reach `pixels` less far."""
    return _reshape("Shrink selection", lambda selection: shrunk(selection, pixels))


def feather_selection(sigma: float) -> Edit:
    """Soften the rim by a Gaussian of `sigma` pixels."""
    return _reshape("Feather selection", lambda selection: feathered(selection, sigma))


def replace_selection(name: str, selection: Channel) -> Edit:
    """Select something else; `name` says how it came about."""
    return Edit(name, lambda picture: _selecting(picture, selection))


def select_layer(layer_id: int, how: Combine = Combine.REPLACE) -> Edit:
    """Select what a layer covers: its alpha."""

    def apply(picture: Picture) -> Picture:
        alpha = alpha_of(picture.layer(layer_id).raster)
        return _selecting(picture, combined(picture.selection, alpha, how))

    return Edit("Select layer's pixels", apply)


def save_selection(name: str) -> Edit:
    """Keep the selection under a name; one of that name is replaced."""

    def apply(picture: Picture) -> Picture:
        if picture.selection is None:
            return picture
        others = tuple(pair for pair in picture.saved if pair[0] != name)
        return replace(picture, saved=(*others, (name, picture.selection)))

    return Edit("Save selection", apply)


def load_selection(name: str, how: Combine = Combine.REPLACE) -> Edit:
    """Take a saved selection up; KeyError when there is none of that name."""

    def apply(picture: Picture) -> Picture:
        return _selecting(picture, combined(picture.selection, dict(picture.saved)[name], how))

    return Edit("Load selection", apply)


def forget_selection(name: str) -> Edit:
    """Delete a saved selection."""

    def apply(picture: Picture) -> Picture:
        others = tuple(pair for pair in picture.saved if pair[0] != name)
        return picture if len(others) == len(picture.saved) else replace(picture, saved=others)

    return Edit("Delete selection", apply)


def paint_mask(mask: Channel, name: str = "Paint mask") -> Edit:
    """Put another mask in place of the one for the next run."""
    return Edit(name, lambda p: p if p.mask is mask else replace(p, mask=mask))


def clear_mask() -> Edit:
    """Mask nothing."""
    return Edit("Clear mask", lambda picture: _masking(picture, Channel.empty()))


def invert_mask() -> Edit:
    """Mask what was not masked."""
    return Edit("Invert mask", lambda picture: _masking(picture, picture.mask.inverted()))


def mask_selection(how: Combine = Combine.REPLACE) -> Edit:
    """Make the mask of the selection; without one nothing happens."""

    def apply(picture: Picture) -> Picture:
        if picture.selection is None:
            return picture
        return _masking(picture, combined(picture.mask, picture.selection, how))

    return Edit("Mask from selection", apply)


def select_mask(how: Combine = Combine.REPLACE) -> Edit:
    """Make the selection of the mask."""
    return Edit("Selection from mask", lambda p: _selecting(p, combined(p.selection, p.mask, how)))


def alpha_of(raster: Raster) -> Channel:
    """Return the alpha of a raster as a channel."""
    tiles = {index: Tile(tile.values[..., 3].copy()) for index, tile in raster.tiles.items()}
    return Channel(tiles, raster.shift)


def _reshape(name: str, change: Callable[[Channel], Channel]) -> Edit:
    return Edit(name, lambda p: p if p.selection is None else _selecting(p, change(p.selection)))


def _selecting(picture: Picture, selection: Channel | None) -> Picture:
    # A selection of nothing would make every later edit silently do nothing.
    if selection is not None and selection.is_empty and selection.default == 0:
        selection = None
    return picture if picture.selection is selection else replace(picture, selection=selection)


def _masking(picture: Picture, mask: Channel) -> Picture:
    same = mask is picture.mask or (
        mask.is_empty and picture.mask.is_empty and mask.default == picture.mask.default
    )
    return picture if same else replace(picture, mask=mask)
