"""Has tiles packed in the background that need not be at hand, while nobody is drawing."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.freed_memory import give_back
from desktop.jobs import Job, Jobs

REST = 2_000
"""Milliseconds without a change before work begins."""

SOON = 20
"""Milliseconds between two pieces of it."""


class Tidying(QObject):
    """Asks the document for work when it rests, and hands it to the worker of `jobs`."""

    def __init__(self, document: Document, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._job: Job | None = None
        self._untidy, self._goes_on = True, False
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._begin)
        document.listeners.append(self._changed)
        self.put_off()

    def close(self) -> None:
        """Ask for nothing more."""
        self._document.listeners.remove(self._changed)
        self._timer.stop()

    @property
    def rests(self) -> bool:
        """Whether nothing is left to be done before the next change."""
        return not self._timer.isActive() and (self._job is None or not self._job.active)

    def put_off(self) -> None:
        """Begin once this has not been asked for a while: somebody looks at the picture."""
        self._untidy, self._goes_on = True, False
        self._timer.start(REST)

    def _changed(self, _dirty: Rect) -> None:
        if not (self._document.previewing and self._untidy and self._timer.isActive()):
            self.put_off()  # in a stroke it puts itself off

    def _begin(self) -> None:
        if self._document.previewing or (self._job is not None and self._job.active):
            self.put_off()
            return
        self._goes_on = True
        work = self._document.packing()
        if work is not None:
            self._job = self._jobs.submit(partial(_once, work), self._hear)
        elif self._untidy:
            self._job = self._jobs.submit(partial(_once, give_back), self._hear)
            self._untidy = False

    def _hear(self, _job: Job, report: object) -> None:
        if isinstance(report, list):
            self._document.take_packed(report)
            # There may be more, but not while somebody has begun to do something.
            self._timer.start(SOON if self._goes_on else REST)


def _once(work: Callable[[], object]) -> Iterator[object]:
    yield work()
