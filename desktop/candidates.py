"""The tray: finished pictures of a run that wait to be accepted, and which of them is chosen.

Nothing here touches the document; a candidate becomes part of it only when the Studio places it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.events import Image
from engine.picture_file import notes, prompt_of
from engine.requests import Painting, Pixels, Sampling


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One finished picture and all that is needed to make it again.

    pixels: HxWx3 RGB. seed: of this picture alone. embedding: (D,) float16. sampling: complete.
    """

    pixels: Pixels
    seed: int
    request: Painting
    embedding: NDArray[np.float16]
    sampling: Sampling
    model: str

    @classmethod
    def of(cls, image: Image, request: Painting) -> "Candidate":
        """What the engine reported as `image` while it ran `request`."""
        return cls(image.pixels, image.seed, request, image.embedding, image.sampling, image.model)

    @property
    def prompt(self) -> str:
        """What was asked for, in a person's words."""
        return prompt_of(self.request)

    def texts(self) -> dict[str, str]:
        """Prompt, seed, model and request, as they are written into a picture file."""
        return notes(
            Image(
                0, self.pixels, self.seed, self.embedding, self.sampling, self.model, self.request
            )
        )


class Candidates(QObject):
    """What lies in the tray. `changed` says that any of it did."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Candidate, ...] = ()
        self._chosen: int | None = None
        self._expected = 0
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
    def previews(self) -> tuple[Pixels, ...]:
        """Small RGB pictures of the run as far as it is, by index; may be empty."""
        return self._previews

    def expect(self, count: int) -> None:
        """Say that a run of `count` pictures began. What is here stays until its first picture."""
        self._expected, self._previews, self._stale = count, (), True
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
        self.changed.emit()

    def end_run(self) -> None:
        """Say that nothing more is coming."""
        self._expected, self._previews, self._stale = 0, (), False
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

    def clear(self) -> None:
        """Empty the tray; pictures of a run that goes on still arrive."""
        self._items, self._chosen = (), None
        self.changed.emit()

    def _turn(self, index: int) -> None:
        if self._items:
            self.choose(index % len(self._items))
