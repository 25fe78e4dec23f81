"""Keeps a copy of unsaved work on the disk, after every action and beside everything else.

The thread here does nothing but that, so that a save to a slow disk holds nothing up. While a state
is being written others may come about; only the latest of them is written next.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.candidates import Candidate, Candidates
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.filing import PROMPT, Filing
from desktop.jobs import Job, Jobs, Listener
from desktop.storage.project import Project
from desktop.storage.recovery import Session
from desktop.storage.stamp import Stamp
from desktop.worker import Done, Failed, Start, Worker

FIRST_PAUSE, LONGEST_PAUSE = 10_000, 300_000
"""Milliseconds until what has failed is tried again: twice as long each time."""
SECONDS_TO_FINISH = 60.0
"""That closing the window waits for a state that is being written."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What is to be written: values only, so that any thread may read them."""

    picture: Picture
    candidates: tuple[Candidate, ...]
    prompt: str
    home: Path | None
    stamp: Stamp | None
    saved: bool
    origin: int

    def same(self, other: "_State | None") -> bool:
        """Whether nothing would be written that is not written already."""
        return (
            other is not None
            and self.picture is other.picture
            and self.candidates is other.candidates
            and (self.home, self.saved) == (other.home, other.saved)
        )

    @property
    def empty(self) -> bool:
        return not self.picture.layers


class Recording(QObject):
    """Records one document. Lives on the main thread; `close` it before it goes."""

    failed = Signal(str)
    """One sentence, once until it works again."""
    noticed = Signal(str)
    bug_found = Signal(str)
    written = Signal(int)
    """The disk holds what this origin of the document is now."""
    closing = Signal()
    """The last state is being written; what is submitted now comes after it."""

    def __init__(
        self, document: Document, candidates: Candidates, filing: Filing, root: Path
    ) -> None:
        """Write nothing before the first change; folders are made below `root`."""
        super().__init__()
        self.prompt: Callable[[], str] = str
        """The text of the prompt bar."""
        self._document, self._candidates, self._filing = document, candidates, filing
        self._worker = Worker("recovery worker", self)
        self._jobs = Jobs(self._worker, self)
        self._sessions = _Sessions(root)
        self._job: Job | None = None
        self._written: _State | None = None
        self.is_open = True
        self._failing = False
        self._pause = FIRST_PAUSE
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._begin)
        document.listeners.append(self._hear_document)
        candidates.changed.connect(self._note)
        filing.kept_changed.connect(self._note)

    @property
    def is_caught_up(self) -> bool:
        """Whether the disk holds the work as it is."""
        return self._state().same(self._written)

    def move(self, root: Path) -> None:
        """Keep the copy below another folder from now on, and what was kept of this picture."""
        self._jobs.submit(lambda: self._sessions.move(root), _nothing)
        self._written = None
        self._write_now()

    def submit(self, start: Start, listener: Listener) -> None:
        """Have other work below `root` done, behind what is being written, unless it is closed."""

        def listen(job: Job, report: object) -> None:
            if self.is_open:
                listener(job, report)

        if self.is_open:
            self._jobs.submit(start, listen)

    def flush(self) -> None:
        """Have the present state on the disk before this returns."""
        if not self.is_caught_up:
            self._write_now()
        done = threading.Event()
        self._jobs.submit(lambda: iter((done.set(),)), _nothing)
        done.wait(SECONDS_TO_FINISH)

    def close(self, *, discard: bool) -> None:
        """Write what is left to write and let go of the files.

        discard: the person closes the window, so that unsaved work is kept for 30 days and not
        offered at the next start; otherwise it is.
        """
        self._document.listeners.remove(self._hear_document)
        self._candidates.changed.disconnect(self._note)
        self._filing.kept_changed.disconnect(self._note)
        self._write_now()
        self.closing.emit()
        self.is_open = False
        in_a_file = discard and self._document.recorded is self._filing.kept
        kept = self._document.origin if in_a_file else None
        self._jobs.submit(lambda: self._sessions.end(discard=discard, kept=kept), _nothing)
        self._worker.shutdown(SECONDS_TO_FINISH, finish=True)

    def _hear_document(self, _dirty: Rect) -> None:
        if not self._document.previewing:
            self._note()

    def _note(self) -> None:
        """Write the present state, unless one is being written or failed a short while ago."""
        busy = self._job is not None and self._job.active
        if not busy and not self._again.isActive():
            self._begin()

    def _write_now(self) -> None:
        """Write the present state behind what is being written: nobody will ask again."""
        self._again.stop()
        self._pause = FIRST_PAUSE
        self._begin()

    def _begin(self) -> None:
        state = self._state()
        untouched = self._written is None or self._written.origin != state.origin
        nothing_new = state.same(self._written) or (untouched and (state.empty or state.saved))
        if not nothing_new:
            self._submit(state)

    def _submit(self, state: _State) -> None:
        self._job = self._jobs.submit(
            lambda: self._sessions.write(state), lambda _job, report: self._hear(state, report)
        )

    def _state(self) -> _State:
        document, filing = self._document, self._filing
        return _State(
            document.recorded,
            self._candidates.items,
            self.prompt(),
            filing.home,
            filing.stamp,
            filing.is_in_project,
            document.origin,
        )

    def _hear(self, state: _State, report: object) -> None:
        match report:
            case _ if not self.is_open:
                pass  # who would be told is gone
            case Done():
                self._written, self._pause = state, FIRST_PAUSE
                if self._failing:
                    self._failing = False
                    self.noticed.emit("A copy of unsaved work is being kept again.")
                self.written.emit(state.origin)
                self._note()
            case Failed():
                self._retry(report)
            case _:
                pass

    def _retry(self, failure: Failed) -> None:
        self._again.start(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if not self._failing:
            self._failing = True
            if failure.expected:
                self.failed.emit(str(failure.error))
            else:
                self.bug_found.emit(failure.trace)


class _Sessions:
    """A folder for each picture that was worked on. Belongs to the thread of the worker."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_origin: dict[int, Session] = {}
        self._saved: dict[int, bool] = {}
        self._now: int | None = None
        self._left: list[Session] = []
        """Copies elsewhere of what is about to be written."""

    def move(self, root: Path) -> Iterator[object]:
        self._root = root
        if self._now is not None and self._now in self._by_origin:
            self._left.append(self._by_origin.pop(self._now))
            del self._saved[self._now]
        yield from ()

    def write(self, state: _State) -> Iterator[object]:
        if self._now is not None and self._now != state.origin:
            self._put_by(self._now)
        self._now = state.origin
        kept = tuple(each.as_kept() for each in state.candidates)
        project = Project(state.picture, {PROMPT: state.prompt}, kept)
        session = self._by_origin.get(state.origin)
        if session is None:
            session = self._by_origin[state.origin] = Session(self._root, time.time())
            self._saved[state.origin] = True  # nothing is in it yet
        session.write(project, _about(state))
        while self._left:
            self._left.pop().remove()  # what is written now has all of it
        self._saved[state.origin] = state.saved or state.empty
        yield from ()

    def _put_by(self, origin: int) -> None:
        """Hold nothing of a picture that another took the place of; if it is safe, keep no folder.

        Should undo bring it back, the first change to it begins another one.
        """
        session = self._by_origin.get(origin)
        if session is not None and self._saved[origin]:
            del self._by_origin[origin], self._saved[origin]
            session.remove()
        elif session is not None:
            session.rest()

    def end(self, *, discard: bool, kept: int | None) -> Iterator[object]:
        """Let go of every folder. kept: the picture that is in a file of the user's."""
        for session in self._left:
            session.leave()
        for origin, session in self._by_origin.items():
            if origin == kept or self._saved[origin]:
                session.remove()
            elif discard:
                session.discard(time.time())
            else:
                session.leave()
        yield from ()


def _about(state: _State) -> Mapping[str, object]:
    home = None if state.home is None else str(state.home.absolute())
    stamp = None if state.stamp is None else [state.stamp.modified, state.stamp.size]
    return {"at": time.time(), "home": home, "stamp": stamp, "saved": state.saved}


def _nothing(_job: Job, _report: object) -> None:
    pass
