"""Whether the layer in use may be painted or moved, and if not, the sentence that says why."""

from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.hand import Hand, Target
from desktop.speech import said

NEW_LAYER = "Paint"
"""Name of the layer that the first stroke on an empty picture makes."""


def paintable(picture: Picture, hand: Hand, erases: bool = False) -> Layer | str:
    """Return the layer whose pixels may change, a fresh one in an empty picture, or why not."""
    if not picture.layers:
        if erases:
            return "There is nothing to erase yet; paint, open or generate a picture first."
        return Layer(picture.next_id(), said(NEW_LAYER), Raster.empty())
    layer = chosen(picture, hand)
    if layer is None:
        return "No layer is chosen; click one in the list of layers first."
    masked = hand.target is Target.LAYER_MASK and layer.mask is not None
    if picture.is_locked(layer.id):
        return f"The layer “{layer.name}” is locked; unlock it to change it."
    if not picture.is_seen(layer.id):
        return f"The layer “{layer.name}” is hidden; show it to paint on it."
    if layer.is_group and not masked:
        return f"“{layer.name}” is a group; choose one of its layers to paint on."
    if erases and layer.alpha_locked and not masked:
        return f"The transparency of “{layer.name}” is locked; unlock it to erase."
    return layer


def pixels_of(picture: Picture, hand: Hand) -> Layer | str:
    """Return the layer whose pixels may be changed as a whole and which has some, or why not."""
    layer = paintable(picture, hand)
    if isinstance(layer, str):
        return layer
    if layer.is_group:
        return f"“{layer.name}” is a group; choose one of its layers to adjust."
    if layer.raster.is_empty:
        return f"The layer “{layer.name}” is empty; choose one with something on it."
    return layer


def movable(picture: Picture, hand: Hand) -> Layer | str:
    """Return the layer that may be moved, or why not."""
    layer = chosen(picture, hand)
    if layer is None:
        return "There is no layer to move yet; paint, open or generate a picture first."
    if picture.is_locked(layer.id):
        return f"The layer “{layer.name}” is locked; unlock it to move it."
    return layer


def chosen(picture: Picture, hand: Hand) -> Layer | None:
    """Return the layer in use, None when it is not in the picture."""
    return picture.find(hand.layer_id)
