"""Verbs of the menus Select and Layer: each is one edit of the document, or a sentence why not."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.document import selection_edits as selecting
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import Edit, add_layer, duplicate_layer, remove_layer
from desktop.document.group_edits import flatten, group_layers, merge_down, merge_group, ungroup
from desktop.document.layer import Layer
from desktop.document.pixel_edits import (
    add_layer_mask,
    apply_layer_mask,
    clear_selected,
    fill_layer,
    remove_layer_mask,
)
from desktop.document.raster import Raster
from desktop.document.transform import scaling, transform_layer
from desktop.hand import Hand, Target
from desktop.permission import chosen, movable, paintable
from desktop.slow_edits import SlowEdits, selected_tiles_of, tiles_of
from desktop.speech import said

ON_MASK = (
    "You paint the layer's mask now: black hides, white shows. "
    "“Paint the layer, not its mask” leads back."
)
ON_LAYER = "You paint the layer itself again."

OnPixels: TypeAlias = Callable[[Layer], Edit]
Make: TypeAlias = Callable[[int], Layer]
"""Makes a layer with a given id."""


class OnLayer(Protocol):
    """An edit of one layer, with nothing else to say about it."""

    def __call__(self, layer_id: int, /) -> Edit:
        """Return the edit."""
        ...


class SelectionVerbs(QObject):
    """What can be done with the selection and the mask as wholes."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """Act on `document`."""
        super().__init__(parent)
        self._document = document

    def all(self) -> None:
        """Select picture and frame."""
        picture = self._document.picture
        whole = picture.frame.united(picture.content())
        self._document.do(Edit("Select all", selecting.select(Channel.of_rect(whole)).apply))

    def none(self) -> None:
        """Give the selection up."""
        self._document.do(selecting.deselect())

    def invert(self) -> None:
        """Select what was not."""
        self._document.do(selecting.invert_selection())

    def frame(self) -> None:
        """Select what is in the frame."""
        self._document.do(selecting.select(Channel.of_rect(self._document.picture.frame)))

    def to_mask(self) -> None:
        """Mask what is selected."""
        self._document.do(selecting.mask_selection())

    def from_mask(self) -> None:
        """Select what is masked."""
        self._document.do(selecting.select_mask())

    def clear_mask(self) -> None:
        """Mask nothing."""
        self._document.do(selecting.clear_mask())

    def invert_mask(self) -> None:
        """Mask what was not."""
        self._document.do(selecting.invert_mask())


class LayerVerbs(QObject):
    """What can be done with the layer in use."""

    refused = Signal(str)
    """One sentence: why nothing happened."""
    noticed = Signal(str)
    """One sentence: what else is so from now on."""

    def __init__(self, document: Document, hand: Hand, slow: SlowEdits | None = None) -> None:
        """Act on the layer in `hand`; what takes long is done by `slow`."""
        super().__init__(hand)
        self._document, self._hand = document, hand
        self._slow = slow or SlowEdits(document)

    def add(self) -> None:
        """Put an empty layer above the one in use, and use it."""
        self._add(lambda fresh: Layer(fresh, said("Layer"), Raster.empty()))

    def add_group(self) -> None:
        """Put the layer in use into a new group; an empty group where there is none."""
        layer = self._layer()
        if layer is None:
            self._add(lambda fresh: Layer.group(fresh, "Group"))
        else:
            self._document.do(group_layers((layer.id,), "Group"))

    def dissolve(self) -> None:
        """Put what is in the group in use in its place."""
        self._on_layer(ungroup)

    def duplicate(self) -> None:
        """Put a copy above the layer in use."""
        self._on_layer(duplicate_layer)

    def delete(self) -> None:
        """Delete the layer in use."""
        self._on_layer(remove_layer)

    def merge(self) -> None:
        """Make one layer of the layer in use and the one below; of a group, one layer."""
        layer = self._layer()
        if layer is not None and layer.is_group:
            self._slowly(merge_group)
        else:
            self._slowly(merge_down, tiles_of(*self._document.picture.layers))

    def flatten(self) -> None:
        """Make one layer of all that is visible."""
        self._slow.do(flatten(said("Picture")), tiles_of(*self._document.picture.layers))

    def flip(self, way: str) -> None:
        """Exchange left and right ("across") or top and bottom ("down") of the layer in use."""
        answer = movable(self._document.picture, self._hand)
        if isinstance(answer, str):
            self.refused.emit(answer)
            return
        bounds = answer.bounds()
        middle = (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
        across, down = (-1.0, 1.0) if way == "across" else (1.0, -1.0)
        flipped = scaling(across, down, about=middle)
        edit = transform_layer(answer.id, flipped, "Flip layer")
        self._slow.do(edit, tiles_of(answer), answer.id)

    def add_mask(self) -> None:
        """Give the layer in use a mask: the selection, or one that shows all of it.

        It is painted on then; where there is one already, its layer is in turn.
        """
        before = self._layer()
        if before is not None and before.mask is not None:
            masked = self._hand.target is Target.LAYER_MASK
            self._aim(Target.PIXELS if masked else Target.LAYER_MASK)
            return
        self._on_layer(add_layer_mask)
        layer = self._layer()
        if layer is not None and layer.mask is not None:
            self._aim(Target.LAYER_MASK)

    def _aim(self, target: Target) -> None:
        self._hand.aim(target)
        self.noticed.emit(ON_MASK if target is Target.LAYER_MASK else ON_LAYER)

    def apply_mask(self) -> None:
        """Make the mask part of the layer's transparency."""
        self._slowly(apply_layer_mask)
        self._leave_mask()

    def remove_mask(self) -> None:
        """Show all of the layer again."""
        self._on_layer(remove_layer_mask)
        self._leave_mask()

    def _leave_mask(self) -> None:
        if self._hand.target is Target.LAYER_MASK:
            self._hand.aim(Target.PIXELS)

    def select_pixels(self) -> None:
        """Select what the layer in use covers."""
        self._slowly(selecting.select_layer)

    def clear(self) -> None:
        """Erase what is selected of the layer in use; in mask mode, of the mask."""
        if self._hand.target is Target.MASK:
            self._document.do(selecting.clear_mask())
        else:
            self._on_pixels(lambda layer: clear_selected(layer.id), erases=True)

    def fill(self) -> None:
        """Fill the selection, or picture and frame, with the colour in use."""
        colour = (*self._hand.colour, 255)
        self._on_pixels(lambda layer: fill_layer(layer.id, colour))

    def _layer(self) -> Layer | None:
        return chosen(self._document.picture, self._hand)

    def _on_layer(self, edit: OnLayer) -> None:
        self._slowly(edit, 0)

    def _slowly(self, edit: OnLayer, tiles: int | None = None) -> None:
        """Make an edit of the layer in use that changes so many tiles; None: all that it has."""
        layer = self._layer()
        if layer is None:
            self.refused.emit("No layer is chosen; click one in the list of layers first.")
        else:
            self._slow.do(edit(layer.id), tiles_of(layer) if tiles is None else tiles, layer.id)

    def _on_pixels(self, edit: OnPixels, erases: bool = False) -> None:
        answer = paintable(self._document.picture, self._hand, erases)
        if isinstance(answer, str):
            self.refused.emit(answer)
            return
        known = any(layer.id == answer.id for layer in self._document.picture.walk())
        made = edit(answer)
        if known:
            tiles = selected_tiles_of(self._document.picture, answer)
            self._slow.do(made, tiles, answer.id)
        else:
            first = add_layer(answer)
            self._document.do(Edit(made.name, lambda old: made.apply(first.apply(old))))

    def _add(self, make: Make) -> None:
        picture = self._document.picture
        layer = make(picture.next_id())
        above = self._layer()
        self._document.do(add_layer(layer, None if above is None else above.id))
        self._hand.choose_layer(layer.id)
