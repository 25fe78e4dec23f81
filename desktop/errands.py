"""Slow work that a press asks for: done in a thread, one piece at a time, given up by Escape."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, Jobs
from desktop.worker import Cancelled, Done, Failed

Work: TypeAlias = Callable[[], Iterator[object]]
"""Begins work, in any thread: it yields 0.0 to 1.0 as it gets on, and last what it found."""


class Errands(QObject):
    """At most one piece of work at a time; another one takes its place, or waits for its end."""

    progressed = Signal(float)
    """How much is done, 0..1; 1 when it is over, whichever way."""
    failed = Signal(object)
    """Failed: nothing was found, and the document is as it was."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        """`jobs` are done in a thread that others may use as well."""
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._found: object = None
        self._then: Callable[[object], None] = _ignore
        self._about = ""
        self._next = deque[tuple[Work, Callable[[object], None], str]]()

    @property
    def active(self) -> bool:
        """Whether something is being worked on."""
        return self._job is not None

    def begin(
        self,
        work: Work,
        then: Callable[[object], None],
        *,
        after: bool = False,
        about: str = "",
    ) -> None:
        """Have `work` done in place of what goes on, and call `then` here with what it found.

        after: have it done after that instead. about: a name by which it can be given up alone.
        """
        if after and self._job is not None:
            self._next.append((work, then, about))
            return
        self.cancel()
        self._found, self._then, self._about = None, then, about
        self._job = self._jobs.submit(work, self._hear)
        self.progressed.emit(0.0)

    def cancel(self, about: str | None = None) -> None:
        """Give up what goes on, if anything does, and what was to come after it.

        about: only what was begun under that name; the rest goes on in its order.
        """
        if about is None:
            self._next.clear()
        else:
            self._next = deque(each for each in self._next if each[2] != about)
        if self._job is not None and about in (None, self._about):
            self._job.cancel()

    def _hear(self, job: Job, report: object) -> None:
        if job is not self._job and self._job is not None:
            return
        match report:
            case float():
                self.progressed.emit(report)
            case Done() | Cancelled() | Failed():
                self._end(report)
            case _:
                self._found = report

    def _end(self, ending: Done | Cancelled | Failed) -> None:
        found, then = self._found, self._then
        self._job, self._found, self._then = None, None, _ignore
        self.progressed.emit(1.0)
        if isinstance(ending, Done):
            then(found)
        elif isinstance(ending, Failed):
            self.failed.emit(ending)
        if self._next and self._job is None:
            work, then, about = self._next.popleft()
            self.begin(work, then, after=True, about=about)


def done_at_once(work: Work) -> object:
    """Do work here and now; return what it found."""
    found: object = None
    for each in work():
        found = each
    return found


def _ignore(_found: object) -> None:
    """Nobody asked."""
