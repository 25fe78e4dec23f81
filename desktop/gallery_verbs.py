"""What can be done with pictures of the gallery: verbs that join it to the studio. No widgets."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.ask import sampling_of
from desktop.by_turns import ByTurns
from desktop.errors import NotRepeatable, PictureUnreadable
from desktop.restoring import Restored, caution, restore_frame
from desktop.source import Source
from desktop.storage import gallery_marks
from desktop.storage.files import write_atomically
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import Details
from desktop.storage.images import content_of, open_picture
from desktop.storage.request_reading import negative_in, request_in
from desktop.studio import FRESH_SEEDS, Studio
from engine.errors import InvalidRequest
from engine.requests import (
    Blending,
    Idea,
    Ingredient,
    Mix,
    Painting,
    Pixels,
    Sampling,
    Vary,
)


class GalleryVerbs(QObject):
    """Acts on pictures by their ids. What takes time happens later; failures are the studio's."""

    restored = Signal(object)
    """A Restored: the settings of a picture, for the prompt bar."""
    placed = Signal()
    """A picture was put onto the canvas."""
    discarded = Signal(object)
    """The ids of what was put into the trash just now."""
    wanted_on_desk = Signal(object)
    """A list of Source for the mixing desk."""
    painting = Signal()
    """A run was asked for."""

    def __init__(self, studio: Studio) -> None:
        """Act on the gallery of `studio`."""
        super().__init__(studio)
        self._studio, self._keeping = studio, studio.keeping

    def vary(self, ids: Sequence[int]) -> None:
        """Paint new pictures of the idea of the first."""

        def request(gallery: Gallery) -> Painting:
            details, pixels = _read(gallery, ids[0])
            width, height = details.entry.width, details.entry.height
            return Vary(
                idea=self._idea(details, pixels),
                count=self._studio.settings.count,
                width=width,
                height=height,
                sampling=self._fresh(),
            )

        self._paint(ids, request)

    def mix(self, ids: Sequence[int], words: str = "") -> None:
        """Paint what lies between the pictures, and between them and `words` if there are any."""

        def request(gallery: Gallery) -> Painting:
            ideas = [self._idea(*_read(gallery, entry_id)) for entry_id in ids]
            ideas += [Idea(text=words.strip())] if words.strip() else []
            share = 1 / len(ideas)
            return Mix(
                ingredients=tuple(Ingredient(idea=idea, weight=share) for idea in ideas),
                blending=Blending.SPHERICAL,
                count=self._studio.settings.count,
                sampling=self._fresh(),
            )

        self._paint(ids, request)

    def to_desk(self, ids: Sequence[int]) -> None:
        """Put the pictures onto the mixing desk, with what the decoder was told."""

        def sources(gallery: Gallery) -> list[Source]:
            return [self._source(*_read(gallery, entry_id)) for entry_id in ids]

        if ids:
            self._keeping.ask(sources, self.wanted_on_desk.emit)

    def make_again(self, ids: Sequence[int]) -> None:
        """Paint the first again, from what it says about how it was made."""

        def request(gallery: Gallery) -> Painting:
            details = _details(gallery, ids[0])
            model = details.entry.model
            if details.entry.kind and model != self._studio.model:
                raise NotRepeatable(
                    f"This picture was made by the model “{model}”, which is not the one in use; "
                    "it is safe as it is. Choose that model and try again."
                )
            return request_in(details.notes, gallery.source)

        self._paint(ids, request)

    def reuse(self, ids: Sequence[int]) -> None:
        """Put prompt and seed of the first into the prompt bar, frame and mask onto the canvas."""

        def show(details: Details) -> None:
            notes = details.notes
            restore_frame(self._studio.document, notes)
            entry = details.entry
            self.restored.emit(Restored(entry.prompt, negative_in(notes), entry.seed))
            if sentence := caution({"model": entry.model}, self._studio.model):
                self._studio.remedies.caution(sentence)

        if ids:
            self._keeping.ask(lambda gallery: _details(gallery, ids[0]), show)

    def open_on_canvas(self, ids: Sequence[int]) -> None:
        """Put the pictures onto the canvas as layers, one a turn."""

        def place(read: list[tuple[Details, Pixels]]) -> Iterator[None]:
            for details, pixels in read:
                name = details.entry.prompt or self.tr("Picture of the gallery")
                self._studio.place_pixels(pixels, name, notes=details.notes)
                yield
            self.placed.emit()

        if ids:
            self._keeping.ask(
                lambda gallery: [_read(gallery, i) for i in ids],
                lambda read: ByTurns(place(read), self),
            )

    def save_copy(self, entry_id: int, path: Path) -> None:
        """Write the file of a picture elsewhere, with all that it says about itself."""

        def copy(gallery: Gallery) -> Path:
            details = _details(gallery, entry_id)
            write_atomically(path, content_of(gallery.pictures.path(details.entry.file)))
            return path

        self._keeping.ask(copy, self._tell_saved)

    def favour(self, ids: Sequence[int], favourite: bool) -> None:
        """Mark pictures as favourites or not."""
        self._keeping.change(lambda gallery: gallery_marks.favour(gallery, ids, favourite))

    def discard(self, ids: Sequence[int]) -> None:
        """Put pictures into the trash."""
        if ids:
            now = time.time()
            self._keeping.change(lambda gallery: gallery_marks.discard(gallery, ids, now))
            self.discarded.emit(tuple(ids))

    def bring_back(self, ids: Sequence[int]) -> None:
        """Take pictures out of the trash."""
        self._keeping.change(lambda gallery: gallery_marks.bring_back(gallery, ids))

    def empty_trash(self) -> None:
        """Delete for good what is in the trash."""
        self._keeping.change(lambda gallery: gallery_marks.empty_trash(gallery, time.time() + 1.0))

    def _idea(self, details: Details, pixels: Pixels) -> Idea:
        """Return the picture's own embedding where the model in use has made it."""
        if details.embedding is not None and details.entry.model == self._studio.model:
            return Idea(embedding=details.embedding)
        return Idea(image=pixels)

    def _source(self, details: Details, pixels: Pixels) -> Source:
        return Source(
            name=details.entry.prompt or self.tr("Picture of the gallery"),
            pixels=pixels,
            embedding=details.embedding,
            model=details.entry.model,
        )

    def _fresh(self) -> Sampling:
        settings = self._studio.settings
        return sampling_of(settings, secrets.randbelow(FRESH_SEEDS))

    def _paint(self, ids: Sequence[int], request: Callable[[Gallery], Painting]) -> None:
        if not ids:
            return

        def read(gallery: Gallery) -> Painting | str:
            try:
                return request(gallery)
            except InvalidRequest as error:
                return str(error)

        def start(made: Painting | str) -> None:
            if isinstance(made, str):
                self._studio.failed.emit(made)
                return
            self._studio.paint(made)
            self.painting.emit()

        self._keeping.ask(read, start)

    def _tell_saved(self, path: Path) -> None:
        self._studio.noticed.emit(f"Saved to {path}")


def _read(gallery: Gallery, entry_id: int) -> tuple[Details, Pixels]:
    """Read a picture and what is known of it. Raises PictureUnreadable."""
    details = _details(gallery, entry_id)
    pixels = open_picture(gallery.pictures.path(details.entry.file)).pixels
    opaque = bool((pixels[..., 3] == 255).all())
    return details, np.ascontiguousarray(pixels[..., :3]) if opaque else pixels


def _details(gallery: Gallery, entry_id: int) -> Details:
    details = gallery.details(entry_id)
    if details is None:
        raise PictureUnreadable("This picture is not in the gallery any more; choose another one.")
    return details
