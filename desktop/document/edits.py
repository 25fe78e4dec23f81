"""Every change a person can make to the picture, as a function that returns a named pure `Edit`.

An edit that changes nothing returns the very picture it was given, and is then no undo step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.document.geometry import Rect, Size
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Pixels, Raster


@dataclass(frozen=True, slots=True)
class Edit:
    """A change with the name it has in the Edit menu ("Undo NAME")."""

    name: str
    apply: Callable[[Picture], Picture]


def place_image(pixels: Pixels, area: Rect, name: str) -> Edit:
    """Put `pixels` (HxWx3 or HxWx4, of exactly the size of `area`) on a new top layer."""
    assert area.size == Size(pixels.shape[1], pixels.shape[0]), (area, pixels.shape)
    raster = Raster.from_array(pixels, area.left, area.top)

    def apply(picture: Picture) -> Picture:
        layer_id = 1 + max((layer.id for layer in picture.layers), default=0)
        return replace(picture, layers=(*picture.layers, Layer(layer_id, name, raster)))

    return Edit("Place picture", apply)


def remove_layer(layer_id: int) -> Edit:
    """Delete one layer."""

    def apply(picture: Picture) -> Picture:
        removed = picture.layer(layer_id)
        return replace(
            picture, layers=tuple(each for each in picture.layers if each is not removed)
        )

    return Edit("Delete layer", apply)


def rename_layer(layer_id: int, name: str) -> Edit:
    """Give a layer another name; a blank one changes nothing."""
    stripped = name.strip()
    return _change(
        "Rename layer",
        layer_id,
        lambda layer: layer if stripped in ("", layer.name) else replace(layer, name=stripped),
    )


def set_visible(layer_id: int, visible: bool) -> Edit:
    """Show or hide a layer."""
    return _change(
        "Show layer" if visible else "Hide layer",
        layer_id,
        lambda layer: layer if layer.visible is visible else replace(layer, visible=visible),
    )


def set_opacity(layer_id: int, opacity: float) -> Edit:
    """Make a layer more or less opaque: 0 is invisible, 1 is as painted."""
    return _change(
        "Change opacity",
        layer_id,
        lambda layer: layer if layer.opacity == opacity else replace(layer, opacity=opacity),
    )


def move_layer(layer_id: int, index: int) -> Edit:
    """Put a layer at place `index`, counted from the lowest, among the others; the ends hold it."""

    def apply(picture: Picture) -> Picture:
        moved = picture.layer(layer_id)
        layers = [each for each in picture.layers if each is not moved]
        layers.insert(max(0, index), moved)
        return (
            picture if tuple(layers) == picture.layers else replace(picture, layers=tuple(layers))
        )

    return Edit("Reorder layers", apply)


def move_frame(frame: Rect) -> Edit:
    """Let the engine paint in another rectangle, which is not empty."""
    assert not frame.is_empty, frame
    return Edit(
        "Move frame",
        lambda picture: picture if picture.frame == frame else replace(picture, frame=frame),
    )


def shift_layer(layer_id: int, dx: int, dy: int) -> Edit:
    """Move the pixels of a layer `dx` columns to the right and `dy` rows down."""

    def shift(layer: Layer) -> Layer:
        return layer if dx == dy == 0 else replace(layer, raster=layer.raster.translated(dx, dy))

    return _change("Move layer", layer_id, shift)


def _change(name: str, layer_id: int, change: Callable[[Layer], Layer]) -> Edit:
    def apply(picture: Picture) -> Picture:
        old = picture.layer(layer_id)
        new = change(old)
        if new is old:
            return picture
        return replace(
            picture, layers=tuple(new if each is old else each for each in picture.layers)
        )

    return Edit(name, apply)
