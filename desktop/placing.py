"""Putting pictures onto the document as layers that carry how they were made.

What a layer carries goes into exported files and projects.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from desktop.asked import EVERYTHING
from desktop.candidates import Candidate
from desktop.document import tree
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import Edit, place_image, place_raster
from desktop.document.geometry import Point, Rect, Size, centred
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import place_joined
from desktop.document.raster import Raster
from desktop.speech import said
from desktop.storage.gallery_record import FRAME, frame_note
from desktop.storage.images import OpenedLayer
from engine.requests import Pixels

LONGEST_NAME = 60


class Placing:
    """Places pictures on one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.raster_of: Callable[[Candidate], Raster] = Candidate.as_raster

    def candidate(self, chosen: Candidate, verb: str, *, done: bool) -> None:
        """Put a candidate where it belongs as a layer: one undo step.

        done: the mask has served its purpose, and goes; the layer keeps its own.
        """
        self._document.do(Edit(verb, self.edit_for(chosen, done=done).apply))

    def edit_for(self, chosen: Candidate, *, done: bool) -> Edit:
        """Return the edit that `candidate` does."""
        name, frame, notes = _layer_name(chosen.prompt), chosen.frame, dict(chosen.notes)
        raster = self.raster_of(chosen)
        if chosen.result is not None:
            place = place_joined(chosen.result, raster, name, notes)
        else:
            place = noted(place_raster(raster, name), notes)

        def apply(picture: Picture) -> Picture:
            if chosen.replaces == EVERYTHING:
                return in_place_of_all(picture, place.apply(picture), frame)
            placed = instead_of(chosen.replaces, place, named=bool(chosen.prompt)).apply(picture)
            spent = done and chosen.result is not None and placed.mask.has_tiles_in(frame)
            return replace(placed, mask=placed.mask.filled(0, frame)) if spent else placed

        return Edit(place.name, apply)

    def loose(
        self,
        pixels: Pixels,
        name: str,
        verb: str,
        corner: Point | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Put `pixels` at their own size as a layer: one undo step.

        corner: where their first pixel goes; None puts their middle on the frame's. notes: how
        they were made, if that is known.
        """
        size = Size(pixels.shape[1], pixels.shape[0])
        area = centred(size, self._document.picture.frame)
        if corner is not None:
            area = Rect(*corner, size.width, size.height)
        place = place_image(pixels, area, _layer_name(name))
        place = noted(place, notes) if notes else place
        self._document.do(Edit(verb, place.apply))

    def opened(self, found: OpenedLayer, verb: str, corner: Point | None = None) -> None:
        """Put a picture that was read as a layer on the middle of the frame, as that is now.

        corner: where its first pixel goes instead.
        """
        goal = corner or centred(found.area.size, self._document.picture.frame).corner
        raster = found.raster.translated(goal.x - found.area.left, goal.y - found.area.top)
        self._document.do(Edit(verb, place_raster(raster, _layer_name(found.name)).apply))

    def texts(self, picture: Picture) -> dict[str, str]:
        """What a file of `picture` says about the results in it, the uppermost first.

        Keys of the first are plain ("prompt", "seed"), those of the second end in " 2", and so on.
        """
        known = [_said_of(layer) for layer in _seen(picture.layers) if layer.notes]
        written: dict[str, str] = {}
        for number, texts in enumerate(known, start=1):
            ending = "" if number == 1 else f" {number}"
            written |= {key + ending: text for key, text in texts.items()}
        return written


def noted(place: Edit, notes: Mapping[str, str]) -> Edit:
    """Let the layer that an edit puts on top say how it was made."""

    def apply(picture: Picture) -> Picture:
        *below, top = place.apply(picture).layers
        return replace(picture, layers=(*below, replace(top, notes=notes)))

    return Edit(place.name, apply)


def instead_of(layer_id: int | None, place: Edit, *, named: bool = True) -> Edit:
    """Move the layer that an edit puts on top to where another one is, which goes.

    Where that one is not there any more, or is locked, the new layer stays on top. named: whether
    the new one has a name of its own; otherwise it takes that of the other.
    """

    def apply(picture: Picture) -> Picture:
        placed = place.apply(picture)
        known = any(layer.id == layer_id for layer in picture.walk())
        if layer_id is None or not known or picture.is_locked(layer_id):
            return placed
        top = placed.layers[-1]

        def taken(old: Layer) -> tuple[Layer, ...]:
            name = top.name if named else old.name
            return (replace(top, name=name, opacity=old.opacity, mode=old.mode),)

        return replace(placed, layers=tree.replaced(placed.layers[:-1], layer_id, taken))

    return Edit(place.name, apply)


def in_place_of_all(before: Picture, placed: Picture, area: Rect) -> Picture:
    """Return the picture with its top layer alone, which shows in `area` all that was seen before.

    The frame grows with it. Where a layer is locked all of them stay, below the new one.
    """
    old, frame = before.content(), before.frame
    if any(layer.locked for layer in before.walk()) or old.is_empty:
        return placed
    across, down = area.width / old.width, area.height / old.height
    left = area.left + round((frame.left - old.left) * across)
    upper = area.top + round((frame.top - old.top) * down)
    grown = Rect(left, upper, round(frame.width * across), round(frame.height * down))
    alone = placed.layers[-1:]
    return replace(placed, layers=alone, frame=grown, mask=Channel.empty(), selection=None)


def _said_of(layer: Layer) -> Mapping[str, str]:
    """The notes of a layer and, as the gallery says it, where on the canvas it belongs."""
    filled = None if layer.result is None else layer.result.frame
    frame = layer.bounds() if filled is None else filled
    return layer.notes if frame.is_empty else {FRAME: frame_note(frame), **layer.notes}


def _seen(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield what can be seen, the uppermost first; of a group the layers in it."""
    for layer in reversed(tuple(layers)):
        if layer.shows:
            yield from (layer,) if layer.children is None else _seen(layer.children)


def _layer_name(text: str) -> str:
    line = " ".join(text.split()) or said("Picture")
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
