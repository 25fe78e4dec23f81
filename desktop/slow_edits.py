"""Edits of whole layers: made here and now where that is quick, else aside, then recorded."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from desktop.document.channel import Channel
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

    def __init__(
        self, document: Document, search: Search | None = None, owner: QObject | None = None
    ) -> None:
        """Change `document`; without `search` all is done at once. With `owner` ends what waits."""
        self._document, self._search, self._owner = document, search, owner
        self._asked: list[_Asked] = []
        self.hasten: Callable[[], None] = _nothing
        """Has a drag that is over recorded what it still waits for."""

    def do(self, edit: Edit, tiles: int, layer_id: int | None = None) -> None:
        """Record `edit`, which changes about so many tiles, of one layer if a number is given.

        Where it takes a while and the picture is changed meanwhile, it is made anew of what has
        become of it, within what was selected at the press; where somebody has gone back by an
        edit, to another picture, or has removed the layer, not at all.
        """
        if self._search is None or tiles <= AT_ONCE:
            self._document.do(edit)
            return
        now = self._document
        making = _Making(edit, now.recorded, now.recorded.selection)
        asked = _Asked(making, layer_id, now.origin, now.returns)
        self._asked.append(asked)
        self._begin(asked, self._search)

    def finish(self) -> None:
        """Record what is being made, waiting for it: something else is to be done with it.

        While a drag goes on it is left to be recorded after that.
        """
        self.hasten()
        while self._asked and not self._document.previewing:
            asked = self._asked.pop(0)
            if not asked.making.failed and asked.is_wanted(self._document):
                making = asked.making.anew(self._document.recorded)
                self._record(making, making.picture())

    def forget(self) -> None:
        """Record nothing of what is being made."""
        self._asked.clear()

    def _begin(self, asked: "_Asked", search: Search) -> None:
        making = asked.making
        search(lambda: iter((making.picture(),)), partial(self._take, asked))

    def _take(self, asked: "_Asked", made: object) -> None:
        document, search = self._document, self._search
        assert isinstance(made, Picture)
        assert search is not None
        if asked not in self._asked:
            return  # it is recorded, or wanted no more
        if document.previewing:  # a drag ends with an edit of its own, or with none
            context = self._owner or QCoreApplication.instance()
            assert context is not None
            QTimer.singleShot(PAUSE, context, partial(self._take, asked, made))
        elif document.recorded is not asked.making.before and asked.is_wanted(document):
            asked.making = asked.making.anew(document.recorded)
            self._begin(asked, search)
        else:
            self._asked.remove(asked)
            if document.recorded is asked.making.before:
                self._record(asked.making, made)

    def _record(self, making: "_Making", made: Picture) -> None:
        self._document.do(Edit(making.edit.name, lambda _before: made))


def _nothing() -> None:
    """No drag waits."""


class _Making:
    """What an edit makes of a picture: made once, in the thread that wants it first."""

    def __init__(self, edit: Edit, before: Picture, selection: Channel | None) -> None:
        """selection: the one at the press, within which the edit is meant."""
        self.edit, self.before, self._selection = edit, before, selection
        self.failed = False
        self._made: Picture | None = None
        self._lock = Lock()

    def anew(self, before: Picture) -> "_Making":
        """Return this, or the same of what has become of the picture."""
        return self if before is self.before else _Making(self.edit, before, self._selection)

    def picture(self) -> Picture:
        """Return the picture after the edit; waits for who makes it already."""
        with self._lock:
            if self._made is None:
                try:
                    self._made = self._apply()
                except Exception:
                    self.failed = True
                    raise
            return self._made

    def _apply(self) -> Picture:
        before, selection = self.before, self._selection
        if before.selection is selection:
            return self.edit.apply(before)
        asked = replace(before, selection=selection)
        made = self.edit.apply(asked)
        if made is asked:
            return before
        selects = made.selection is not selection
        return made if selects else replace(made, selection=before.selection)


@dataclass(slots=True, eq=False)
class _Asked:
    """An edit under way, the layer that it is about, and the history it was asked in."""

    making: _Making
    layer_id: int | None
    origin: int
    returns: int

    def is_wanted(self, document: Document) -> bool:
        ids = {layer.id for layer in document.recorded.walk()}
        there = self.layer_id is None or self.layer_id in ids
        return there and document.origin == self.origin and document.returns == self.returns


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
