"""The jobs of one worker, seen from the main thread: their states, and whose report is whose."""

import itertools
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from PySide6.QtCore import QObject, Slot

from desktop.worker import Cancelled, Done, Failed, Start, Task, Worker

Listener: TypeAlias = Callable[["Job", object], None]
"""Told, in the main thread, every event of a job and then its one Ending."""


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One piece of slow work and who hears about it."""

    def __init__(self, task: Task, listener: Listener) -> None:
        self.id = task.job_id
        self.state = JobState.WAITING
        self._task = task
        self._listener = listener

    @property
    def active(self) -> bool:
        """Whether an Ending is still to come."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def begun(self) -> bool:
        """Whether the worker has begun it."""
        return bool(self._task.begun)

    def hear(self, report: object) -> None:
        """Take a report of the worker; what comes after the end is dropped."""
        if not self.active:
            return
        self.state = _state_after(report)
        self._listener(self, report)

    def cancel(self) -> None:
        """End the job at once for its listener; the worker lets go of it at the next event."""
        self._task.cancelled.set()
        self.hear(Cancelled())


class Jobs(QObject):
    """Hands work to a worker and routes what comes back by job id. Lives on the main thread."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._jobs: dict[int, Job] = {}
        self._ids = itertools.count(1)
        worker.reported.connect(self._route)

    @property
    def active(self) -> tuple[Job, ...]:
        """The jobs that wait or run, oldest first."""
        return tuple(job for job in self._jobs.values() if job.active)

    def holds(self, job: Job) -> bool:
        """Whether the worker has begun `job`, which may be over for everybody else, and not ended.

        What was cancelled while it waited is never begun.
        """
        return job.id in self._jobs and job.begun

    def submit(self, start: Start, listener: Listener, *, gives_way: bool = False) -> Job:
        """Queue the work that `start` begins.

        gives_way: whenever it yields None, whatever else is queued goes first.
        """
        task = self._worker.submit(next(self._ids), start, gives_way=gives_way)
        job = Job(task, listener)
        self._jobs[job.id] = job
        return job

    def cancel_all(self) -> None:
        """Cancel every job that has not ended."""
        for job in self.active:
            job.cancel()

    @Slot(int, object)
    def _route(self, job_id: int, report: object) -> None:
        job = self._jobs[job_id]
        if isinstance(report, Done | Cancelled | Failed):
            del self._jobs[job_id]
        job.hear(report)


def _state_after(report: object) -> JobState:
    match report:
        case Done():
            return JobState.DONE
        case Failed():
            return JobState.FAILED
        case Cancelled():
            return JobState.CANCELLED
        case _:
            return JobState.RUNNING
