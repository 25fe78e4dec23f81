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
    """A job handed to a worker; `cancelled` may be set from any thread.

    gives_way: when it pauses, by yielding None, whoever waits goes first.
    """

    job_id: int
    start: Start
    gives_way: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)
    begun: list[Iterator[object]] = field(default_factory=list)
    """The iterator, once it is begun: what gives way goes on with it later."""


class Worker(QThread):
    """Runs tasks in the order given until `shutdown`. Every task ends in exactly one Ending."""

    reported = Signal(int, object)
    """Job id, and an event of the iterator or its Ending."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._waiting: SimpleQueue[Task | None] = SimpleQueue()
        self._tasks: list[Task] = []

    def submit(self, job_id: int, start: Start, *, gives_way: bool = False) -> Task:
        """Queue a job; the thread starts with the first one."""
        task = Task(job_id, start, gives_way)
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
        ends = False
        while not (ends and self._waiting.empty()):
            task = self._waiting.get()
            if task is None:
                ends = True  # what has given way comes after this
            elif (ending := self._drain(task)) is None:
                self._waiting.put(task)
            else:
                self._tasks.remove(task)
                self.reported.emit(task.job_id, ending)

    def _drain(self, task: Task) -> Ending | None:
        """How the task ended; None where it has given way to another."""
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

    def _iterate(self, task: Task) -> Ending | None:
        if not task.begun:
            if task.cancelled.is_set():
                return Cancelled()
            task.begun.append(task.start())
        (stream,) = task.begun
        ending: Ending | None = Cancelled()
        try:
            ending = self._go_on(task, stream)
        finally:
            close = getattr(stream, "close", None)
            if close is not None and ending is not None:
                close()
        return ending

    def _go_on(self, task: Task, stream: Iterator[object]) -> Ending | None:
        if task.cancelled.is_set():
            return Cancelled()
        for event in stream:
            if task.cancelled.is_set():
                return Cancelled()
            if event is not None or not task.gives_way:
                self.reported.emit(task.job_id, event)
            elif not self._waiting.empty():
                return None
        return Done()


def _failed(error: Exception, *, expected: bool) -> Failed:
    trace = "".join(traceback.format_exception(error))
    # The frames of a traceback keep every array of the failed run alive.
    return Failed(error.with_traceback(None), expected, trace)
