"""Files of the picture: opening and exporting pictures, saving and opening projects.

Verbs return at once; files are read and written in the thread for them, one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.candidates import Candidate, Candidates
from desktop.document.document import Document
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import ChangedOutside, NotWritable, ProjectDamaged
from desktop.jobs import Job, Jobs
from desktop.placing import Placing
from desktop.storage.exports import ExportOptions, export, exported
from desktop.storage.images import OpenedLayer, open_layer
from desktop.storage.project import Project
from desktop.storage.project_reading import OpenedProject, open_project
from desktop.storage.project_writing import save_project
from desktop.storage.stamp import Stamp, check_unchanged, stamp_of
from desktop.worker import Failed

Result = TypeVar("Result")
NEW, OPEN, RECOVER = "New picture", "Open project", "Recover unsaved work"
PROMPT = "prompt"
"""Name of the prompt bar's text in a project."""


@dataclass(frozen=True, slots=True)
class _Home:
    """The project file of the picture with this origin, and how it looked when it was its own."""

    path: Path
    origin: int
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class _Saved:
    """A project that was written."""

    path: Path
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A project that was read."""

    path: Path
    stamp: Stamp | None
    opened: OpenedProject


class Filing(QObject):
    """What the studio reads and writes for one document and its tray."""

    failed = Signal(object)
    """A Failed of the thread for files."""
    noticed = Signal(str)
    """Short good news."""
    warned = Signal(str)
    """What could not be taken over, a sentence in each line; it stays until it is closed."""
    place_wanted = Signal(str)
    """Right behind `failed`: "export" or "save" needs another place for its file."""
    prompt_restored = Signal(str)
    """The prompt that an opened project was left with."""
    kept_changed = Signal()
    """`kept` is another picture, or lies in another file."""
    rescue_offered = Signal(object, str)
    """Path of a damaged project of which something can be opened, and the sentence that says so."""
    changed_outside = Signal(object)
    """ChangedOutside: a project was not saved, because another program has changed its file."""

    def __init__(
        self,
        document: Document,
        candidates: Candidates,
        placing: Placing,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        """`jobs` are done in the thread for files; `placing` puts what was opened in its place."""
        super().__init__(parent)
        self.kept: Picture | None = None
        """The picture as it was written to a file last."""
        self._home: _Home | None = None
        self._in_project: Picture | None = None
        self._left: dict[Path, Stamp] = {}
        """How the last save of ours left a file; for the thread for files alone."""
        self._document, self._candidates = document, candidates
        self._placing, self._jobs = placing, jobs

    def new_picture(self) -> None:
        """Begin with an empty picture; undo brings the old one back."""
        self._document.do(Edit(NEW, _emptied, begins=True))
        self._candidates.clear()

    def open_picture(self, path: Path) -> None:
        """Read a picture file and put it on the middle of the frame as a layer."""
        read = partial(open_layer, path, self._document.picture.frame)
        self._jobs.submit(partial(once, read), self._hear_opened)

    def export(self, path: Path, options: ExportOptions) -> None:
        """Write everything visible to a file, which says how its results were made."""
        picture = self._document.picture
        lost: list[None] = []
        lose = partial(lost.append, None)
        write = partial(export, picture, path, options, self._placing.texts(picture), lose)
        self._jobs.submit(partial(once, write), partial(self._hear_exported, picture, lost))

    def measure_export(self, options: ExportOptions, hear: Callable[[object], None]) -> Job:
        """Tell `hear` the bytes that a file would have, an int, or Failed; cancel it at will."""
        picture = self._document.picture
        measure = partial(_size_of, picture, options, self._placing.texts(picture))
        return self._jobs.submit(partial(once, measure), lambda _job, report: hear(report))

    @property
    def home(self) -> Path | None:
        """The project file that the picture belongs to, if it was opened from or saved to one.

        A picture that undo, or New, has taken out of the project has none, so that saving never
        overwrites one picture with another.
        """
        home = self._own_home
        return None if home is None else home.path

    @property
    def stamp(self) -> Stamp | None:
        """How `home` looked when it was read or written here; None where nobody knows."""
        home = self._own_home
        return None if home is None else home.stamp

    @property
    def _own_home(self) -> _Home | None:
        home = self._home
        return home if home is not None and home.origin == self._document.origin else None

    @property
    def is_in_project(self) -> bool:
        """Whether `home` holds the picture as it is now."""
        return self.home is not None and self._document.recorded is self._in_project

    def save_project(
        self, path: Path, prompt: str, *, by_itself: bool = False, over: bool = False
    ) -> None:
        """Write the picture with its layers, and the words in the prompt bar, as a project.

        by_itself: nobody asked, so that no earlier version steps back, and only a fault is told.
        over: also where another program has changed `home` meanwhile.
        """
        picture = self._document.picture
        kept = tuple(each.as_kept() for each in self._candidates.items)
        known = self.stamp if path == self.home and not over else None
        project = Project(picture, {PROMPT: prompt}, kept)
        save = partial(self._save, project, path, known, not by_itself)
        here = partial(self._hear_saved, picture, self._document.origin, by_itself)
        self._jobs.submit(partial(once, save), here)

    def open_project(self, path: Path, rescue: bool = False) -> None:
        """Read a project; it takes the picture's place, and undo brings that back.

        rescue: open what is left of a damaged one.
        """
        read = partial(self._read, path, rescue)
        hear = partial(self._hear_project, path, rescue)
        self._jobs.submit(partial(once, read), hear)

    def _save(self, project: Project, path: Path, known: Stamp | None, steps_back: bool) -> _Saved:
        """In the thread for files. What a save just before left there is no stranger's."""
        left = self._left.get(path)
        if left is None or left != stamp_of(path):
            check_unchanged(path, known)
        save_project(project, path, steps_back=steps_back)
        stamp = stamp_of(path)
        if stamp is not None:
            self._left[path] = stamp
        return _Saved(path, stamp)

    def _read(self, path: Path, rescue: bool) -> _Opened:
        """In the thread for files."""
        self._left.pop(path, None)
        stamp = stamp_of(path)  # before it is read: what is changed meanwhile was not read
        return _Opened(path, stamp, open_project(path, rescue))

    def _hear_opened(self, _job: Job, report: object) -> None:
        if isinstance(report, OpenedLayer):
            self._placing.opened(report, "Open picture")
            if report.note:
                self.noticed.emit(report.note)
        elif isinstance(report, Failed):
            self.failed.emit(report)

    def _hear_exported(self, picture: Picture, lost: list[None], _job: Job, report: object) -> None:
        if isinstance(report, Path) and lost:
            self._keep(picture)
            self.noticed.emit(
                f"Exported to {report}, but how it was made could not be written into the file."
            )
        elif isinstance(report, Path):
            self._keep(picture)
            self.noticed.emit(f"Exported to {report}")
        elif isinstance(report, Failed):
            self._fail_to_write(report, "export")

    def _hear_saved(
        self, picture: Picture, origin: int, by_itself: bool, _job: Job, report: object
    ) -> None:
        if isinstance(report, _Saved):
            self._home, self._in_project = _Home(report.path, origin, report.stamp), picture
            self._keep(picture)
            if not by_itself:
                self.noticed.emit(f"Saved to {report.path}")
        elif isinstance(report, Failed):
            self._fail_to_write(report, "save")

    def _fail_to_write(self, failure: Failed, what: str) -> None:
        self.failed.emit(failure)
        if isinstance(failure.error, NotWritable):
            self.place_wanted.emit(what)
        elif isinstance(failure.error, ChangedOutside):
            self.changed_outside.emit(failure.error)

    def _hear_project(self, path: Path, rescue: bool, _job: Job, report: object) -> None:
        if isinstance(report, _Opened):
            self._show_project(report, whole=not (rescue or report.opened.note))
        elif isinstance(report, Failed):
            if isinstance(report.error, ProjectDamaged) and report.error.rescuable:
                self.rescue_offered.emit(path, str(report.error))
            else:
                self.failed.emit(report)

    def show_recovered(self, project: Project, home: Path | None, stamp: Stamp | None) -> int:
        """Put recovered work in the picture's place, and return its origin; undo brings that back.

        home: the project file that it goes to when it is saved. stamp: how that looked then.
        """
        self._show(project, RECOVER)
        if home is not None:
            self._home = _Home(home, self._document.origin, stamp)
            self.kept_changed.emit()
        return self._document.origin

    def _show_project(self, found: _Opened, *, whole: bool) -> None:
        path, opened = found.path, found.opened
        self._show(opened.project, f"{OPEN} {path.name}")
        if opened.note:
            self.warned.emit(opened.note)
        if whole:
            # What was opened in part or from another program is saved under a new name only.
            self._home = _Home(path, self._document.origin, found.stamp)
            self._in_project = self._document.picture
            self._keep(self._document.picture)

    def _show(self, project: Project, name: str) -> None:
        picture = project.picture
        self._document.do(Edit(name, lambda _: picture, begins=True))
        kept = project.candidates
        self._candidates.restore(tuple(Candidate.restored(each, picture.frame) for each in kept))
        self.prompt_restored.emit(project.prompts.get(PROMPT, ""))

    def _keep(self, picture: Picture) -> None:
        self.kept = picture
        self.kept_changed.emit()


def _size_of(picture: Picture, options: ExportOptions, texts: dict[str, str]) -> int:
    return len(exported(picture, options, texts))


def once(call: Callable[[], Result]) -> Iterator[Result]:
    """A job of a single step."""
    yield call()


def _emptied(picture: Picture) -> Picture:
    fresh = Picture(Rect(0, 0, picture.frame.width, picture.frame.height))
    return fresh if picture.layers or picture.frame != fresh.frame else picture
