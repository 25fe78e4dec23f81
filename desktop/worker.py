"""The thread for slow work: drains iterators of events, one by one, and reports what they yield.

It does not know what the work is: engine runs and files go through the same loop. One of the two
places that catch everything, so that a bug in a job never ends the thread.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

from desktop.errors import DesktopError
from engine.errors import EngineError

logger = logging.getLogger(__name__)

Start: TypeAlias = Callable[[], Iterator[object]]
"""Begins a job; called in the worker's thread."""


@dataclass(frozen=True, slots=True)
class Done:
    """The iterator came to its end."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was told to stop before its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """The job raised. expected: known error, its text is for the user. trace: for a report."""

    error: Exception
    expected: bool
    trace: str


Ending: TypeAlias = Done | Cancelled | Failed


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A job handed to a worker; `cancelled` may be set from any thread."""

    job_id: int
    start: Start
    cancelled: threading.Event = field(default_factory=threading.Event)


class Worker(QThread):
    """Runs tasks in the order given until `shutdown`. Every task ends in exactly one Ending."""

    reported = Signal(int, object)
    """Job id, and an event of the iterator or its Ending."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._waiting: SimpleQueue[Task | None] = SimpleQueue()
        self._tasks: list[Task] = []

    def submit(self, job_id: int, start: Start) -> Task:
        """Queue a job; the thread starts with the first one."""
        task = Task(job_id, start)
        self._tasks.append(task)
        self._waiting.put(task)
        if not self.isRunning():
            self.start()
        return task

    def shutdown(self, timeout: float, *, finish: bool = False) -> bool:
        """Stop the thread within `timeout` seconds and say whether it has stopped.

        Cancels what runs and waits, unless `finish`: then all of it is done first.
        """
        for task in [] if finish else list(self._tasks):
            task.cancelled.set()
        self._waiting.put(None)
        return self.wait(int(timeout * 1000))

    def run(self) -> None:
        """Qt calls this in the new thread; nobody else does."""
        while (task := self._waiting.get()) is not None:
            ending = self._drain(task)
            self._tasks.remove(task)
            self.reported.emit(task.job_id, ending)

    def _drain(self, task: Task) -> Ending:
        try:
            return self._iterate(task)
        except (EngineError, DesktopError) as error:
            # A run that was stopped may well complain about it; nobody asked.
            if task.cancelled.is_set():
                return Cancelled()
            # Its sentence is for the person, whose files and words may be in it.
            logger.info("job %d: %s", task.job_id, type(error).__name__)
            return _failed(error, expected=True)
        except Exception as error:
            logger.exception("job %d of the %s failed", task.job_id, self.objectName())
            return _failed(error, expected=False)

    def _iterate(self, task: Task) -> Ending:
        if task.cancelled.is_set():
            return Cancelled()
        stream = task.start()
        try:
            for event in stream:
                if task.cancelled.is_set():
                    return Cancelled()
                self.reported.emit(task.job_id, event)
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
        return Done()


def _failed(error: Exception, *, expected: bool) -> Failed:
    trace = "".join(traceback.format_exception(error))
    # The frames of a traceback keep every array of the failed run alive.
    return Failed(error.with_traceback(None), expected, trace)
