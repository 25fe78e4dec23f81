"""The gallery of one thread: opened when it is first needed, renewed when its list is damaged."""

import time
from calendar import timegm
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from desktop.errors import GalleryDamaged, GalleryUnavailable, NotWritable, PictureUnreadable
from desktop.storage import gallery_marks
from desktop.storage.gallery import LIST, Gallery
from desktop.storage.gallery_entry import NewEntry
from desktop.storage.gallery_meaning import Meaning
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.storage.gallery_record import of_file
from desktop.storage.gallery_schema import set_aside
from engine.picture_file import digest

Answer = TypeVar("Answer")
SECONDS_A_DAY = 86_400


class GalleryDesk:
    """Does what it is asked with the gallery in `folder`; every method belongs to one thread."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Nothing is opened or made yet; `cache` may be deleted at any time."""
        self.folder, self._cache = folder, cache
        self._gallery: Gallery | None = None
        self._unavailable: GalleryUnavailable | None = None
        self._meanings: dict[tuple[str, int], Meaning] = {}
        self._sentences: list[str] = []

    def do(self, work: Callable[[Gallery], Answer]) -> Answer:
        """Return what `work` returns; where it meets a damaged list it is done on a new one.

        Raises GalleryUnavailable, GalleryDamaged where that happens twice, and what `work` does.
        """
        try:
            return work(self._open())
        except GalleryDamaged as error:
            self._renew(error)
            return work(self._open())

    def keep(self, new: NewEntry) -> int | None:
        """Add a picture and return its id; None where only its file could be kept.

        Raises NotWritable.
        """
        if new.unsaid:
            self._sentences.append(
                "The picture is kept in the gallery, but how it was made could not be written "
                "down. Accept or export it as usual."
            )
        try:
            return self.do(lambda gallery: gallery.add(new))
        except GalleryUnavailable:
            if self._gallery is None:  # else `add` has written the file
                pictures = GalleryPictures(self.folder)
                pictures.write(new.content, digest(new.pixels), new.made_at)
            raise

    def sentences(self) -> list[str]:
        """Take what is to be told to the person."""
        told, self._sentences = self._sentences, []
        return told

    def tidy(self, now: float) -> Iterator[int]:
        """Empty the trash of what is old and list what is not; yields the ids that were added."""
        before = now - gallery_marks.DAYS_IN_TRASH * SECONDS_A_DAY
        self.do(lambda gallery: gallery_marks.empty_trash(gallery, before))
        for name in self.do(lambda gallery: list(gallery.unlisted())):
            try:
                new = of_file(self.do(lambda g, name=name: g.pictures.path(name)), _made_at(name))
            except PictureUnreadable:
                continue  # cut short by a crash: it stays where it is, and is not shown
            yield self.do(lambda gallery, name=name, new=new: gallery.list_file(name, new))

    def meaning(self, model: str, dimensions: int) -> Meaning:
        """Return the embeddings of one model, brought up to date."""

        def made(gallery: Gallery) -> Meaning:
            if (model, dimensions) not in self._meanings:
                meaning = Meaning(gallery, self._cache, model, dimensions)
                self._meanings[model, dimensions] = meaning
            return self._meanings[model, dimensions]

        found = self.do(made)
        try:
            for _ in found.catch_up():
                pass
        except OSError as error:
            raise NotWritable(
                f"The gallery cannot search by meaning: nothing can be written into {self._cache}. "
                "Your pictures are safe; make room there and search again."
            ) from error
        return found

    def close(self) -> None:
        """Let go of the files."""
        if self._gallery is not None:
            self._gallery.close()
            self._gallery = None

    def _open(self) -> Gallery:
        if self._unavailable is not None:
            raise self._unavailable.with_traceback(None)
        if self._gallery is None:
            try:
                self._gallery = Gallery(self.folder)
            except GalleryUnavailable as error:
                self._unavailable = error
                raise
        return self._gallery

    def _renew(self, error: GalleryDamaged) -> None:
        self.close()
        self._meanings.clear()
        kept = set_aside(self.folder / LIST)
        self._sentences.append(f"{error} The damaged one is kept as “{kept.name}”.")
        for _ in self.tidy(0.0):
            pass


def _made_at(name: str) -> float | None:
    """Read the time out of the name that a picture was given."""
    stamp = name.split("/")[1][:15]
    try:
        return float(timegm(time.strptime(stamp, "%Y%m%d-%H%M%S")))
    except ValueError:
        return None
