"""The tray: finished pictures that wait to be accepted, and which of them is chosen.

Nothing here touches the document; a candidate becomes part of it only when the Studio places it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from desktop.asked import Asked
from desktop.document.geometry import Rect
from desktop.document.raster import Raster
from desktop.document.result import Result
from desktop.joining import join, result_of, seam_of
from desktop.storage.gallery_record import read_embedding
from desktop.storage.images import fitted
from desktop.storage.project import Kept
from engine.events import Image
from engine.picture_file import notes
from engine.requests import Inpaint, Pixels, Upscale

MOST_DIGITS = 20
"""Of a seed in a file."""


def _nothing() -> NDArray[np.float16]:
    return np.zeros(0, np.float16)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One finished picture, where it belongs, and how it was made.

    pixels: HxWx3 RGB (HxWx4 where alpha was enlarged too). frame: the rectangle of the document
    that it fills. seed: of this picture alone. notes: prompt, seed, model and request, as written
    into files. embedding: (D,) float16, empty where there is none. result: of a hole, what was
    painted before it was joined. asked: None for what came out of a project file. replaces: the
    layer whose place it takes when it is accepted.
    """

    pixels: Pixels
    frame: Rect
    seed: int
    notes: Mapping[str, str]
    embedding: NDArray[np.float16] = field(default_factory=_nothing)
    result: Result | None = None
    asked: Asked | None = None
    replaces: int | None = None
    agreement: float | None = None
    """Cosine of picture and prompt in CLIP's space, once that is known."""
    entry: int | None = None
    """Its id in the gallery, once it is listed there."""
    file: Path | None = None
    """Where the gallery keeps it, for whoever it is dragged to."""
    favourite: bool = False
    trashed: bool = False
    """Whether it lies in the gallery's trash."""
    raster: Raster | None = None
    """Its pixels as a layer, where nobody looks at it before it is placed."""

    @classmethod
    def of(cls, image: Image, asked: Asked) -> "Candidate":
        """What the engine reported as `image` when it was asked that."""
        result = None
        if image.patch is not None and isinstance(asked.request, Inpaint):
            seam = seam_of(asked.request.seam)
            result = result_of(image.patch, asked.request.image, asked.frame, seam)
        made = cls(
            image.pixels,
            asked.frame,
            image.seed,
            notes(image),
            image.embedding,
            result,
            asked,
            asked.replaces,
        )
        return made if asked.plan is None else replace(made, raster=made.as_raster())

    @classmethod
    def restored(cls, kept: Kept, frame: Rect) -> "Candidate":
        """What a project file kept; `frame` is where it belongs if the file does not say."""
        seed = kept.notes.get("seed", "")
        embedding = read_embedding(kept.notes.get("embedding", ""))
        return cls(
            kept.pixels,
            kept.frame or frame,
            int(seed) if seed.isdecimal() and len(seed) < MOST_DIGITS else 0,
            kept.notes,
            _nothing() if embedding is None else embedding,
            kept.result,
            None,
            kept.replaces,
            kept.agreement,
        )

    def as_kept(self) -> Kept:
        """Return what a project file keeps of it."""
        return Kept(self.pixels, self.notes, self.frame, self.result, self.replaces, self.agreement)

    def as_raster(self) -> Raster:
        """Return it as a layer: fitted to its frame, or joined. A second for one of 2048²."""
        if self.raster is not None:
            return self.raster
        if self.result is not None:
            return Raster.from_array(join(self.result), *self.result.area.corner)
        fitting = fitted(self.pixels, self.frame.width, self.frame.height)
        return Raster.from_array(fitting, *self.frame.corner)

    @property
    def prompt(self) -> str:
        """What was asked for, in a person's words."""
        return self.notes.get("prompt", "")

    @property
    def before(self) -> Pixels | None:
        """What it was enlarged from; None where the document itself shows what was before."""
        request = None if self.asked is None else self.asked.request
        return request.image if isinstance(request, Upscale) else None


class Candidates(QObject):
    """What lies in the tray. `changed` says that any of it did."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Candidate, ...] = ()
        self._chosen: int | None = None
        self._expected = self._arrived = 0
        self._frame: Rect | None = None
        self._previews: tuple[Pixels, ...] = ()
        self._stale = False

    @property
    def items(self) -> tuple[Candidate, ...]:
        """The finished pictures, oldest first."""
        return self._items

    @property
    def chosen(self) -> int | None:
        """Index of the picture shown in the frame, None for the original."""
        return self._chosen

    @property
    def chosen_candidate(self) -> Candidate | None:
        """The picture shown in the frame, if any."""
        return None if self._chosen is None else self._items[self._chosen]

    @property
    def expected(self) -> int:
        """How many pictures the current run makes in all; 0 when nothing runs."""
        return self._expected

    @property
    def frame(self) -> Rect | None:
        """Where the current run paints; None when nothing runs."""
        return self._frame

    @property
    def arrived(self) -> int:
        """How many of them are finished."""
        return self._arrived

    @property
    def pending(self) -> int:
        """How many of them are still to come."""
        return max(0, self._expected - self._arrived)

    @property
    def previews(self) -> tuple[Pixels, ...]:
        """Small RGB pictures of the run as far as it is, by index; may be empty."""
        return self._previews

    def expect(self, count: int, adds: bool = False, frame: Rect | None = None) -> None:
        """Say that a run of `count` pictures began, which go into `frame`.

        What is here stays until its first picture, and longer if the run `adds` to it.
        """
        self._expected, self._arrived, self._frame = count, 0, frame
        self._previews, self._stale = (), not adds
        self.changed.emit()

    def show_previews(self, previews: tuple[Pixels, ...]) -> None:
        """Show what the unfinished pictures of the run look like by now."""
        self._previews = previews
        self.changed.emit()

    def add(self, candidate: Candidate) -> None:
        """Take a finished picture; the first of a run takes the place of the earlier ones."""
        if self._stale:
            self._items, self._chosen, self._stale = (), None, False
        self._items = (*self._items, candidate)
        self._arrived += 1
        self.changed.emit()

    def rate(self, pixels: Pixels, agreement: float) -> None:
        """Note how well the candidate with these very pixels agrees with its prompt."""
        self._note(pixels, agreement=agreement)

    def rate_image(self, image: Image, agreement: float) -> None:
        """`rate` what the engine reported as `image`."""
        self.rate(image.pixels, agreement)

    def list_as(self, image: Image, entry: int) -> None:
        """Note under which id the gallery keeps what the engine reported as `image`."""
        self._note(image.pixels, entry=entry)

    def favour(self, pixels: Pixels, favourite: bool) -> None:
        """Note whether the candidate with these very pixels is a favourite."""
        self._note(pixels, favourite=favourite)

    def mark(self, known: Sequence[tuple[Pixels, Mapping[str, Any]]]) -> None:
        """Note what the gallery knows (entry, file, favourite, trashed) of some of the pictures.

        Told once for all of them: whoever hears it shows every picture anew.
        """
        facts = {id(pixels): each for pixels, each in known}
        items = tuple(_with(each, facts.get(id(each.pixels), {})) for each in self._items)
        if any(now is not before for now, before in zip(items, self._items, strict=True)):
            self._items = items
            self.changed.emit()

    def restore(self, items: tuple[Candidate, ...]) -> None:
        """Show pictures of an earlier session in place of those that are here."""
        self._items, self._chosen = items, None
        self.changed.emit()

    def end_run(self) -> None:
        """Say that nothing more is coming."""
        self._expected, self._arrived, self._frame = 0, 0, None
        self._previews, self._stale = (), False
        self.changed.emit()

    def choose(self, index: int | None) -> None:
        """Show one picture in the frame, or the original (None)."""
        assert index is None or 0 <= index < len(self._items), index
        if index != self._chosen:
            self._chosen = index
            self.changed.emit()

    def next(self) -> None:
        """Choose the following picture; after the last comes the first."""
        self._turn(0 if self._chosen is None else self._chosen + 1)

    def previous(self) -> None:
        """Choose the picture before; before the first comes the last."""
        self._turn(-1 if self._chosen is None else self._chosen - 1)

    def discard(self, index: int) -> None:
        """Take one picture out; if it was chosen, its neighbour is."""
        self._items = self._items[:index] + self._items[index + 1 :]
        if self._chosen is not None:
            kept = self._chosen - (self._chosen > index)
            self._chosen = min(kept, len(self._items) - 1) if self._items else None
        self.changed.emit()

    def clear(self, frame: Rect | None = None) -> None:
        """Drop the pictures of one frame, or all; pictures of a run that goes on still arrive."""
        self._items = tuple(each for each in self._items if frame not in (None, each.frame))
        self._chosen = None
        self.changed.emit()

    def _note(self, pixels: Pixels, **facts: Any) -> None:
        self.mark([(pixels, facts)])

    def _turn(self, index: int) -> None:
        if self._items:
            self.choose(index % len(self._items))


def _with(candidate: Candidate, facts: Mapping[str, Any]) -> Candidate:
    """The candidate with these facts; itself where it has them already."""
    if all(getattr(candidate, name) == value for name, value in facts.items()):
        return candidate
    return replace(candidate, **facts)
