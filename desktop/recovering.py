"""Unsaved work of windows that have ended: found at the start, opened, discarded, kept 30 days."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.document.reduced import reduced
from desktop.errors import DesktopError
from desktop.filing import Filing, once
from desktop.jobs import Job
from desktop.recording import Recording
from desktop.storage import recovery
from desktop.storage.images import export_area
from desktop.storage.journal_reading import Recovered
from desktop.storage.recovery import Found, Unsaved
from desktop.worker import Failed
from engine.requests import Pixels

Answer = TypeVar("Answer")

THUMBNAIL = 320
"""Pixels of its longer side, at most."""


class Recovering(QObject):
    """Looks below some folders, in the thread that records. Lives on the main thread."""

    looked = Signal(object)
    """Unsaved: what windows that have ended left."""
    thumbnail_made = Signal(object, object)
    """A Found and HxWx4 pixels of it."""
    opened = Signal(object)
    """A Found whose work is the picture now."""
    failed = Signal(str)
    noticed = Signal(str)
    bug_found = Signal(str)

    def __init__(self, recording: Recording, filing: Filing, *roots: Path) -> None:
        """Look nowhere yet; below `roots` later, of which the first is Easel's own."""
        super().__init__(recording)
        self._recording, self._filing, self._roots = recording, filing, roots
        self._adopted: dict[int, Found] = {}
        """What was opened and is not recorded yet, by the origin that it became."""
        recording.written.connect(self._put_aside)
        recording.closing.connect(self._put_all_aside)

    def look(self) -> None:
        """Find what was not saved, and remove what was discarded more than 30 days ago."""

        def work() -> Unsaved:
            now = time.time()
            looked = [recovery.unsaved(root, now) for root in self._there()]
            for root in self._there():
                recovery.sweep(root, now)
            found = sorted(chain(*(each.found for each in looked)), key=_age)
            return Unsaved(tuple(found), tuple(chain(*(each.unreadable for each in looked))))

        self._do(work, self._hear_unsaved)

    def look_for_discarded(self, hear: Callable[[list[Found]], object]) -> None:
        """Tell `hear` what was discarded and is still here."""

        def work() -> list[Found]:
            found = chain(*(recovery.discarded(root) for root in self._there()))
            return sorted(found, key=lambda each: -(each.discarded or 0.0))

        self._do(work, hear)

    def _there(self) -> Iterator[Path]:
        """Easel's own folder, and the others where their disk is there."""
        own, *others = dict.fromkeys(self._roots)
        yield own
        yield from (root for root in others if root.is_dir())

    def show(self, found: Found) -> None:
        """Make a small picture of it, unless reading it has ended Easel before."""
        if not found.troubled:
            self._do(partial(_thumbnail, found), partial(self.thumbnail_made.emit, found))

    def open(self, found: Found) -> None:
        """Put the work in the picture's place; undo brings that back.

        Only when it is recorded as this window's own work is it put aside.
        """
        self._do(partial(recovery.read, found), partial(self._adopt, found))

    def discard(self, found: Found) -> None:
        """Offer it no longer; it is kept for 30 days."""
        self._do(partial(recovery.discard, found, time.time()), _nothing)

    def _hear_unsaved(self, unsaved: Unsaved) -> None:
        for folder in unsaved.unreadable:
            self.failed.emit(
                f"A copy of unsaved work was damaged and cannot be read; it is kept in {folder} "
                f"for {recovery.DAYS_KEPT} days. Look there if you miss something."
            )
        self.looked.emit(unsaved)

    def _adopt(self, found: Found, whole: Recovered) -> None:
        home = whole.about.home
        in_place = home is not None and home.exists() and not whole.lost
        origin = self._filing.show_recovered(
            whole.project, home if in_place else None, whole.about.stamp
        )
        self._adopted[origin] = found
        if whole.lost:
            names = ", ".join(whole.lost[:5])
            self.failed.emit(
                f"Some of the unsaved work could not be read and is missing: {names}. What you "
                "see is all there is; save it under a new name."
            )
        else:
            self.noticed.emit("Your unsaved work is back; save it to keep it.")
        self.opened.emit(found)

    def _put_aside(self, origin: int) -> None:
        if (found := self._adopted.pop(origin, None)) is not None:
            self.discard(found)

    def _put_all_aside(self) -> None:
        for origin in tuple(self._adopted):
            self._put_aside(origin)

    def _do(self, work: Callable[[], Answer], hear: Callable[[Answer], object]) -> None:
        def start() -> Iterator[object]:
            for answer in once(work):
                yield (answer,)

        def listen(_job: Job, report: object) -> None:
            match report:
                case (answer,):
                    hear(answer)
                case Failed(expected=True):
                    self.failed.emit(str(report.error))
                case Failed():
                    self.bug_found.emit(report.trace)
                case _:
                    pass

        self._recording.submit(start, listen)


def _thumbnail(found: Found) -> Pixels | None:
    try:
        picture = recovery.read(found).project.picture
    except DesktopError:
        return None  # opening it says why
    area = export_area(picture)
    step = max(1, -(-max(area.width, area.height) // THUMBNAIL))
    return reduced(picture, area, step)


def _age(found: Found) -> float:
    return -found.about.at


def _nothing(_answer: object) -> None:
    pass
