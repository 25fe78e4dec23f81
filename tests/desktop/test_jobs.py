"""Jobs know their own reports, their state, and that what is cancelled is over at once."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.jobs import Job, Jobs, JobState
from desktop.worker import Cancelled, Done, Worker


@pytest.fixture
def jobs(qapp: QCoreApplication) -> Iterator[Jobs]:
    worker = Worker("worker of a test")
    yield Jobs(worker)
    assert worker.shutdown(5.0)


class Record:
    """Hears a job: every report with the state the job was in by then."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, JobState]] = []

    def __call__(self, job: Job, report: object) -> None:
        self.heard.append((report, job.state))


def test_each_job_hears_its_own_reports_and_its_end(jobs: Jobs, qtbot: QtBot) -> None:
    first, second = Record(), Record()
    jobs.submit(lambda: iter("ab"), first)
    job = jobs.submit(lambda: iter("c"), second)
    assert job.state is JobState.WAITING
    qtbot.waitUntil(lambda: not jobs.active)
    running, done = JobState.RUNNING, JobState.DONE
    assert first.heard == [("a", running), ("b", running), (Done(), done)]
    assert second.heard == [("c", running), (Done(), done)]


def test_a_cancelled_job_is_over_at_once_and_stays_silent(jobs: Jobs, qtbot: QtBot) -> None:
    record, begun, go_on = Record(), threading.Event(), threading.Event()

    def slow() -> Iterator[str]:
        begun.set()
        assert go_on.wait(10)
        yield "too late"

    job = jobs.submit(slow, record)
    assert begun.wait(5)
    job.cancel()
    assert record.heard == [(Cancelled(), JobState.CANCELLED)]
    assert jobs.active == ()
    go_on.set()
    after = Record()
    jobs.submit(lambda: iter("x"), after)
    qtbot.waitUntil(lambda: len(after.heard) == 2)
    assert record.heard == [(Cancelled(), JobState.CANCELLED)]


def test_cancelling_twice_or_after_the_end_says_nothing_new(jobs: Jobs, qtbot: QtBot) -> None:
    record = Record()
    job = jobs.submit(lambda: iter("a"), record)
    qtbot.waitUntil(lambda: not jobs.active)
    job.cancel()
    job.cancel()
    assert job.state is JobState.DONE
    assert len(record.heard) == 2


def test_a_failure_is_a_state_of_its_own(
    jobs: Jobs, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Iterator[str]:
        raise ValueError("a bug")

    job = jobs.submit(broken, Record())
    qtbot.waitUntil(lambda: not jobs.active)
    assert job.state is JobState.FAILED
    assert "a bug" in caplog.text
