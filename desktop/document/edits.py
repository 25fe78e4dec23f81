"""Edits: named pure functions from picture to picture. Here: layers as a whole, and the frame.

An edit that changes nothing returns the very picture it was given, and is then no undo step; so
does one that would change pixels, place or existence of a locked layer. Edits of pixels are in
`pixel_edits`, of selection and mask in `selection_edits`, of groups and merging in `group_edits`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.document import tree
from desktop.document.blend import BlendMode
from desktop.document.geometry import Rect, Size
from desktop.document.layer import Layer
from desktop.document.picture import Guide, Picture
from desktop.document.raster import Pixels, Raster


@dataclass(frozen=True, slots=True)
class Edit:
    """A change with the name it has in the Edit menu ("Undo NAME").

    begins: what comes of it is another picture (New, Open), not this one changed.
    """

    name: str
    apply: Callable[[Picture], Picture]
    begins: bool = False


def place_image(pixels: Pixels, area: Rect, name: str) -> Edit:
    """Put `pixels` (HxWx3 or HxWx4, of exactly the size of `area`) on a new top layer."""
    assert area.size == Size(pixels.shape[1], pixels.shape[0]), (area, pixels.shape)
    return place_raster(Raster.from_array(pixels, area.left, area.top), name)


def place_raster(raster: Raster, name: str) -> Edit:
    """Put pixels that have their place on a new top layer."""

    def apply(picture: Picture) -> Picture:
        layer = Layer(picture.next_id(), name, raster)
        return replace(picture, layers=(*picture.layers, layer))

    return Edit("Place picture", apply)


def add_layer(layer: Layer, above: int | None = None) -> Edit:
    """Put a new layer or group above another one (None: on top); its id must be a fresh one."""

    def apply(picture: Picture) -> Picture:
        parent, index = _place_above(picture, above)
        return replace(picture, layers=tree.inserted(picture.layers, layer, parent, index))

    return Edit("New group" if layer.is_group else "New layer", apply)


def duplicate_layer(layer_id: int) -> Edit:
    """Put a copy right above a layer; what is in a group is copied too, with ids of its own."""

    def apply(picture: Picture) -> Picture:
        layer = picture.layer(layer_id)
        fresh = iter(range(picture.next_id(), 2**62))
        copy = replace(_with_ids(layer, fresh.__next__), name=f"{layer.name} copy")
        return replace(
            picture, layers=tree.replaced(picture.layers, layer_id, lambda old: (old, copy))
        )

    return Edit("Duplicate layer", apply)


def remove_layer(layer_id: int) -> Edit:
    """Delete one layer, or a group with all that is in it; a locked one stays."""

    def apply(picture: Picture) -> Picture:
        picture.layer(layer_id)
        if picture.is_locked(layer_id):
            return picture
        return replace(picture, layers=tree.removed(picture.layers, layer_id))

    return Edit("Delete layer", apply)


def rename_layer(layer_id: int, name: str) -> Edit:
    """Give a layer another name; a blank one changes nothing."""
    stripped = name.strip()
    return change_layer(
        "Rename layer",
        layer_id,
        lambda layer: layer if stripped in ("", layer.name) else replace(layer, name=stripped),
    )


def set_visible(layer_id: int, visible: bool) -> Edit:
    """Show or hide a layer."""
    return change_layer(
        "Show layer" if visible else "Hide layer",
        layer_id,
        lambda layer: layer if layer.visible is visible else replace(layer, visible=visible),
    )


def set_opacity(layer_id: int, opacity: float) -> Edit:
    """Make a layer more or less opaque: 0 is invisible, 1 is as painted."""
    return change_layer(
        "Change opacity",
        layer_id,
        lambda layer: layer if layer.opacity == opacity else replace(layer, opacity=opacity),
    )


def set_blend_mode(layer_id: int, mode: BlendMode) -> Edit:
    """Let a layer mix otherwise with what is below."""
    return change_layer(
        "Change blend mode",
        layer_id,
        lambda layer: layer if layer.mode is mode else replace(layer, mode=mode),
    )


def set_locked(layer_id: int, locked: bool) -> Edit:
    """Protect pixels, place and existence of a layer, or no longer."""
    return change_layer(
        "Lock layer" if locked else "Unlock layer",
        layer_id,
        lambda layer: layer if layer.locked is locked else replace(layer, locked=locked),
    )


def set_alpha_locked(layer_id: int, locked: bool) -> Edit:
    """Keep the alpha of a layer while it is painted on, or no longer."""
    return change_layer(
        "Lock transparency" if locked else "Unlock transparency",
        layer_id,
        lambda layer: (
            layer if layer.alpha_locked is locked else replace(layer, alpha_locked=locked)
        ),
    )


def set_isolated(layer_id: int, isolated: bool) -> Edit:
    """Let a group's layers mix among themselves first, or each with all that is below."""
    return change_layer(
        "Isolate group" if isolated else "Pass group through",
        layer_id,
        lambda layer: layer if layer.isolated is isolated else replace(layer, isolated=isolated),
    )


def move_layer(layer_id: int, index: int) -> Edit:
    """Put a layer at place `index`, counted from the lowest, among its siblings."""

    def apply(picture: Picture) -> Picture:
        picture.layer(layer_id)
        found = tree.siblings(picture.layers, layer_id)
        assert found is not None
        return move_into(layer_id, found[0], index).apply(picture)

    return Edit("Reorder layers", apply)


def move_into(layer_id: int, parent: int | None, index: int) -> Edit:
    """Put a layer into a group (None: none) at place `index`; never a group into itself."""

    def apply(picture: Picture) -> Picture:
        moved = picture.layer(layer_id)
        inside = parent is not None and any(
            layer.id == layer_id for layer in picture.path_to(parent)
        )
        if inside:
            return picture
        rest = tree.removed(picture.layers, layer_id)
        layers = tree.inserted(rest, moved, parent, index)
        return picture if _same(layers, picture.layers) else replace(picture, layers=layers)

    return Edit("Reorder layers", apply)


def shift_layer(layer_id: int, dx: int, dy: int) -> Edit:
    """Move a layer with its mask by `dx` columns and `dy` rows; no pixel is copied."""
    return change_unlocked("Move layer", layer_id, lambda layer: shifted(layer, dx, dy))


def move_frame(frame: Rect) -> Edit:
    """Let the engine paint in another rectangle, which is not empty."""
    assert not frame.is_empty, frame
    return Edit(
        "Move frame",
        lambda picture: picture if picture.frame == frame else replace(picture, frame=frame),
    )


def set_guides(guides: tuple[Guide, ...]) -> Edit:
    """Draw other guides."""
    return Edit(
        "Change guides",
        lambda picture: picture if picture.guides == guides else replace(picture, guides=guides),
    )


def change_layer(name: str, layer_id: int, change: Callable[[Layer], Layer]) -> Edit:
    """Change one layer, locked or not; `change` returns the same layer when nothing changed."""

    def apply(picture: Picture) -> Picture:
        picture.layer(layer_id)
        layers = tree.changed(picture.layers, layer_id, change)
        return picture if layers is picture.layers else replace(picture, layers=layers)

    return Edit(name, apply)


def change_unlocked(name: str, layer_id: int, change: Callable[[Layer], Layer]) -> Edit:
    """Change one layer unless it, or a group around it, is locked."""
    edit = change_layer(name, layer_id, change)
    return Edit(
        name, lambda picture: picture if picture.is_locked(layer_id) else edit.apply(picture)
    )


def shifted(layer: Layer, dx: int, dy: int) -> Layer:
    """Return a layer with everything in it elsewhere; what is locked in a group stays."""
    if dx == dy == 0:
        return layer
    mask = None if layer.mask is None else layer.mask.translated(dx, dy)
    if layer.children is not None:
        children = tuple(c if c.locked else shifted(c, dx, dy) for c in layer.children)
        return replace(layer, mask=mask, children=children)
    result = None if layer.result is None else layer.result.translated(dx, dy)
    return replace(layer, mask=mask, raster=layer.raster.translated(dx, dy), result=result)


def _place_above(picture: Picture, above: int | None) -> tuple[int | None, int]:
    found = None if above is None else tree.siblings(picture.layers, above)
    if found is None:
        return None, len(picture.layers)
    parent, beside = found
    return parent, 1 + next(place for place, layer in enumerate(beside) if layer.id == above)


def _with_ids(layer: Layer, fresh: Callable[[], int]) -> Layer:
    children = layer.children and tuple(_with_ids(child, fresh) for child in layer.children)
    return replace(layer, id=fresh(), children=children)


def _same(a: tree.Layers, b: tree.Layers) -> bool:
    return len(a) == len(b) and all(
        x is y or (x.id == y.id and bool(x.children) and _same(x.children or (), y.children or ()))
        for x, y in zip(a, b, strict=True)
    )
