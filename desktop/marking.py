"""What a person says of pictures in the gallery, known in the tray too: favourites and the trash.

The gallery is the one owner of it (decision 46); the tray looks again after every change.
"""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject

from desktop.candidates import Candidate, Candidates
from desktop.jobs import Job
from desktop.keeping import Keeping
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import Entry
from desktop.storage.gallery_pictures import GalleryPictures
from engine.picture_file import digest
from engine.requests import Pixels

Found = list[tuple[Pixels, Entry | None]]


class Marking(QObject):
    """Keeps the marks of the candidates in step with the gallery."""

    def __init__(self, keeping: Keeping, candidates: Candidates, parent: QObject) -> None:
        """Follow both."""
        super().__init__(parent)
        self._keeping, self._candidates = keeping, candidates
        self._looked_for: set[int] = set()
        self._job: Job | None = None
        keeping.changed.connect(self._look)
        candidates.changed.connect(self._look_for_restored)

    def _look(self) -> None:
        """Ask for the marks of everything in the tray that the gallery has."""
        listed = tuple(each for each in self._candidates.items if each.entry is not None)
        if listed:
            self._ask(listed)

    def _look_for_restored(self) -> None:
        """Find what came out of a project file among the pictures of the gallery."""
        items = self._candidates.items
        fresh = tuple(
            each for each in items if each.asked is None and id(each.pixels) not in self._looked_for
        )
        self._looked_for = {id(each.pixels) for each in items if each.asked is None}
        if fresh:
            self._ask(items)

    def _ask(self, wanted: tuple[Candidate, ...]) -> None:
        if self._job is not None:
            self._job.cancel()  # what it would tell is older
        self._job = self._keeping.ask(partial(_entries_of, wanted), self._hear)

    def _hear(self, found: Found) -> None:
        self._job = None
        self._candidates.mark([(pixels, self._known(entry)) for pixels, entry in found])

    def _known(self, entry: Entry | None) -> dict[str, object]:
        if entry is None:
            return {"entry": None, "file": None, "favourite": False, "trashed": False}
        return {
            "entry": entry.id,
            "file": GalleryPictures(self._keeping.folder).path(entry.file),
            "favourite": entry.favourite,
            "trashed": entry.trashed_at is not None,
        }


def _entries_of(wanted: tuple[Candidate, ...], gallery: Gallery) -> Found:
    """Find each by its id, or by its pixels where it has none."""
    found: Found = []
    for each in wanted:
        if each.entry is None and each.asked is not None:
            continue  # it is on its way into the gallery
        ids = [each.entry] if each.entry is not None else gallery.ids_of_content(_content(each))
        entries = gallery.entries(ids[:1])
        found.append((each.pixels, entries[0] if entries else None))
    return found


def _content(candidate: Candidate) -> str:
    return digest(np.ascontiguousarray(candidate.pixels))
