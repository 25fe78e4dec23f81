"""Has old pictures of the history compressed in the background, while nobody is drawing."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.packing import Compressed
from desktop.jobs import Job, Jobs

REST = 2_000
"""Milliseconds without a change before work begins."""


class Tidying(QObject):
    """Asks the document for work when it rests, and hands it to the worker of `jobs`."""

    def __init__(self, document: Document, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._begin)
        document.listeners.append(self._changed)

    def close(self) -> None:
        """Ask for nothing more."""
        self._document.listeners.remove(self._changed)
        self._timer.stop()

    def _changed(self, _dirty: Rect) -> None:
        self._timer.start()

    def _begin(self) -> None:
        if self._document.previewing or (self._job is not None and self._job.active):
            self._timer.start()
            return
        work = self._document.packing()
        if work is not None:
            self._job = self._jobs.submit(partial(_once, work), self._hear)

    def _hear(self, _job: Job, report: object) -> None:
        if isinstance(report, list):
            self._document.take_packed(report)
            self._timer.start()  # there may be more


def _once(work: Callable[[], Compressed]) -> Iterator[Compressed]:
    yield work()
