"""Edits of whole layers: made here and now where that is quick, else aside, then recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QTimer

from desktop.document.document import Document
from desktop.document.edits import Edit
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import tiles_over
from desktop.errands import Work

AT_ONCE = 8
"""Tiles that are changed in the thread of the window: of 256² pixels, 2 ms each at most."""

PAUSE = 50
"""Milliseconds until it is looked again whether a drag is over."""


class Search(Protocol):
    """Has slow work done aside and tells what it found."""

    def __call__(self, work: Work, then: Callable[[object], None], /) -> None:
        """Begin it."""
        ...


class SlowEdits:
    """Records edits as soon as they are made, in the order in which they were asked for."""

    def __init__(self, document: Document, search: Search | None = None) -> None:
        """Change `document`; without `search` all is done at once."""
        self._document, self._search = document, search

    def do(self, edit: Edit, tiles: int, layer_id: int | None = None) -> None:
        """Record `edit`, which changes about so many tiles, of one layer if a number is given.

        Where it takes a while and the picture is changed meanwhile, it is made anew of what has
        become of it; where somebody has gone back by an edit, to another picture, or has removed
        the layer, not at all.
        """
        if self._search is None or tiles <= AT_ONCE:
            self._document.do(edit)
            return
        here = self._document.origin, self._document.position
        self._begin(_Asked(edit, layer_id, *here), self._search)

    def _begin(self, asked: "_Asked", search: Search) -> None:
        before = self._document.recorded
        search(lambda: iter((asked.edit.apply(before),)), partial(self._take, asked, before))

    def _take(self, asked: "_Asked", before: Picture, made: object) -> None:
        document, search = self._document, self._search
        assert isinstance(made, Picture)
        assert search is not None
        if document.previewing:  # a drag ends with an edit of its own, or with none
            QTimer.singleShot(PAUSE, partial(self._take, asked, before, made))
        elif document.recorded is before:
            document.do(Edit(asked.edit.name, lambda _before: made))
        elif asked.is_wanted(document):
            self._begin(asked, search)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An edit, the layer that it is about, and where in the history it was asked for."""

    edit: Edit
    layer_id: int | None
    origin: int
    position: int

    def is_wanted(self, document: Document) -> bool:
        ids = {layer.id for layer in document.recorded.walk()}
        there = self.layer_id is None or self.layer_id in ids
        return there and document.origin == self.origin and document.position >= self.position


def tiles_of(*layers: Layer) -> int:
    """Return how many tiles layers have, with their masks and what is in them."""
    own = sum(
        len(each.raster.tiles) + (0 if each.mask is None else len(each.mask.tiles))
        for each in layers
    )
    return own + sum(tiles_of(*each.children) for each in layers if each.children)


def selected_tiles_of(picture: Picture, layer: Layer) -> int:
    """Return how many tiles a layer and the selection have."""
    return tiles_of(layer) + (0 if picture.selection is None else len(picture.selection.tiles))


def laid_tiles_of(picture: Picture) -> int:
    """Return how many tiles are painted over by what is laid over the selection, or over all."""
    selection = picture.selection
    if selection is not None and not selection.default:
        return len(selection.tiles)
    return sum(1 for _ in tiles_over(picture.frame.united(picture.content())))
