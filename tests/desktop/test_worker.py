"""The worker drains what it is given, ends every job exactly once, and survives all of them."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Slot
from pytestqt.qtbot import QtBot

from desktop.errors import NotWritable
from desktop.worker import Cancelled, Done, Failed, Start, Worker
from engine.errors import EngineStopped


class Listener(QObject):
    """Collects what a worker reports, and in which thread it hears it."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.heard: list[tuple[int, object]] = []
        self.threads: set[threading.Thread] = set()
        worker.reported.connect(self.hear)

    @Slot(int, object)
    def hear(self, job_id: int, report: object) -> None:
        self.heard.append((job_id, report))
        self.threads.add(threading.current_thread())

    def endings(self) -> list[tuple[int, str]]:
        return [
            (job_id, type(report).__name__)
            for job_id, report in self.heard
            if isinstance(report, Done | Cancelled | Failed)
        ]


@pytest.fixture
def worker(qapp: QCoreApplication) -> Iterator[Worker]:
    worker = Worker("worker of a test")
    yield worker
    assert worker.shutdown(5.0)


@pytest.fixture
def listener(worker: Worker) -> Listener:
    return Listener(worker)


class Held:
    """A stream that waits before every event until told to go on, and knows if it was closed."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.go_on = threading.Semaphore(0)
        self.closed = False

    def events(self) -> Iterator[object]:
        try:
            for number in range(1000):
                self.started.set()
                assert self.go_on.acquire(timeout=10)
                yield number
        finally:
            self.closed = True


def raising(error: Exception) -> Start:
    def start() -> Iterator[object]:
        yield "before"
        raise error

    return start


def counting(*numbers: int) -> Callable[[], Iterator[object]]:
    return lambda: iter(numbers)


def test_events_arrive_in_order_in_the_main_thread_and_end_in_done(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    worker.submit(5, counting(1, 2, 3))
    qtbot.waitUntil(lambda: len(listener.heard) == 4)
    assert listener.heard == [(5, 1), (5, 2), (5, 3), (5, Done())]
    assert listener.threads == {threading.main_thread()}


def test_the_work_itself_is_done_in_another_thread(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    worker.submit(1, lambda: iter([threading.current_thread()]))
    qtbot.waitUntil(lambda: bool(listener.endings()))
    assert listener.heard[0][1] is not threading.main_thread()


@pytest.mark.parametrize("error", [EngineStopped("It stopped; go on."), NotWritable("Full; free.")])
def test_a_known_error_is_told_apart_and_is_no_warning(
    worker: Worker,
    listener: Listener,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    worker.submit(1, raising(error))
    qtbot.waitUntil(lambda: bool(listener.endings()))
    failed = listener.heard[-1][1]
    assert isinstance(failed, Failed)
    assert (failed.error, failed.expected) == (error, True)
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_bug_is_logged_with_its_traceback_and_the_next_job_runs(
    worker: Worker, listener: Listener, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    worker.submit(1, raising(ZeroDivisionError("a bug")))
    worker.submit(2, counting(7))
    qtbot.waitUntil(lambda: len(listener.endings()) == 2)
    failed = listener.heard[1][1]
    assert isinstance(failed, Failed)
    assert not failed.expected
    assert "in start" in failed.trace
    assert "ZeroDivisionError: a bug" in failed.trace
    assert listener.heard[2:] == [(2, 7), (2, Done())]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert caplog.records[0].exc_info is not None


def test_a_failure_keeps_no_frame_of_the_run_alive(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    worker.submit(1, raising(EngineStopped("It stopped.")))
    qtbot.waitUntil(lambda: bool(listener.endings()))
    failed = listener.heard[-1][1]
    assert isinstance(failed, Failed)
    assert failed.error.__traceback__ is None


def test_a_job_that_cannot_even_start_has_failed(
    worker: Worker, listener: Listener, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def start() -> Iterator[object]:
        raise RuntimeError("no iterator")

    worker.submit(1, start)
    qtbot.waitUntil(lambda: listener.endings() == [(1, "Failed")])
    assert "no iterator" in caplog.text


def test_cancelling_closes_the_stream_at_the_next_event_and_reports_no_more(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    held = Held()
    task = worker.submit(1, held.events)
    held.go_on.release()
    qtbot.waitUntil(lambda: listener.heard == [(1, 0)])
    task.cancelled.set()
    held.go_on.release()
    qtbot.waitUntil(lambda: listener.endings() == [(1, "Cancelled")])
    assert held.closed
    assert listener.heard == [(1, 0), (1, Cancelled())]


def test_a_job_cancelled_while_it_waits_never_starts(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    held, begun = Held(), threading.Event()

    def second() -> Iterator[object]:
        begun.set()
        yield 1

    first_task = worker.submit(1, held.events)
    second_task = worker.submit(2, second)
    assert held.started.wait(5)
    second_task.cancelled.set()
    first_task.cancelled.set()
    held.go_on.release()
    qtbot.waitUntil(lambda: len(listener.endings()) == 2)
    assert listener.endings() == [(1, "Cancelled"), (2, "Cancelled")]
    assert not begun.is_set()


def test_a_known_error_of_a_run_that_was_stopped_is_no_failure(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    held = Held()

    def complaining() -> Iterator[object]:
        held.started.set()
        assert held.go_on.acquire(timeout=10)
        raise EngineStopped("It stopped.")
        yield

    task = worker.submit(1, complaining)
    assert held.started.wait(5)
    task.cancelled.set()
    held.go_on.release()
    qtbot.waitUntil(lambda: listener.endings() == [(1, "Cancelled")])


def test_shutdown_cancels_what_runs_and_what_waits(qapp: QCoreApplication) -> None:
    worker, held = Worker("short-lived"), Held()
    worker.submit(1, held.events)
    waiting = worker.submit(2, held.events)
    assert held.started.wait(5)
    held.go_on.release()
    assert worker.shutdown(5.0)
    assert held.closed
    assert waiting.cancelled.is_set()
    assert worker.isFinished()


def test_shutdown_says_when_a_job_does_not_let_go(qapp: QCoreApplication) -> None:
    worker, held = Worker("stuck"), Held()
    worker.submit(1, held.events)
    assert held.started.wait(5)
    assert not worker.shutdown(0.05)
    held.go_on.release()
    assert worker.wait(5000)


def test_shutdown_can_let_everything_be_finished_first(qapp: QCoreApplication) -> None:
    worker, done = Worker("files"), []

    def save(name: str) -> Iterator[object]:
        yield done.append(name)

    worker.submit(1, lambda: save("first"))
    worker.submit(2, lambda: save("second"))
    assert worker.shutdown(5.0, finish=True)
    assert done == ["first", "second"]


def test_a_worker_that_never_had_work_shuts_down(qapp: QCoreApplication) -> None:
    assert Worker("idle").shutdown(1.0)


def test_a_thousand_jobs_each_end_once(worker: Worker, listener: Listener, qtbot: QtBot) -> None:
    for job_id in range(1000):
        task = worker.submit(job_id, counting(1))
        if job_id % 3 == 0:
            task.cancelled.set()
    qtbot.waitUntil(lambda: len(listener.endings()) >= 1000, timeout=20_000)
    assert [job_id for job_id, _ in listener.endings()] == list(range(1000))


@pytest.mark.parametrize("gives_way", [True, False])
def test_whoever_comes_meanwhile_goes_before_what_gives_way(
    worker: Worker, listener: Listener, qtbot: QtBot, gives_way: bool
) -> None:
    """Without giving way, the control, it waits."""
    begun, go_on = threading.Event(), threading.Event()

    def long() -> Iterator[object]:
        begun.set()
        assert go_on.wait(10)
        yield None
        yield "found"

    worker.submit(1, long, gives_way=gives_way)
    assert begun.wait(10)
    worker.submit(2, counting(7))
    go_on.set()
    qtbot.waitUntil(lambda: len(listener.endings()) == 2)
    order = [1, 2] if not gives_way else [2, 1]
    assert [job_id for job_id, _ in listener.endings()] == order
    assert (1, "found") in listener.heard
    assert ((1, None) in listener.heard) is not gives_way, "a pause is told to nobody"


def test_what_has_given_way_is_ended_once_when_it_is_cancelled_and_its_stream_closed(
    worker: Worker, listener: Listener, qtbot: QtBot
) -> None:
    closed, begun, go_on = threading.Event(), threading.Event(), threading.Event()

    def long() -> Iterator[object]:
        try:
            begun.set()
            assert go_on.wait(10)
            while True:
                yield None
        finally:
            closed.set()

    task = worker.submit(1, long, gives_way=True)
    assert begun.wait(10)
    held = Held()
    worker.submit(2, held.events)
    go_on.set()
    assert held.started.wait(10)
    assert not closed.is_set()
    task.cancelled.set()
    held.go_on.release(1000)
    qtbot.waitUntil(lambda: len(listener.endings()) == 2)
    assert listener.endings() == [(2, "Done"), (1, "Cancelled")]
    assert closed.is_set()


def test_what_gives_way_is_finished_before_the_thread_ends_where_that_is_wanted(
    qapp: QCoreApplication,
) -> None:
    worker = Worker("worker of a test")
    listener = Listener(worker)

    def long() -> Iterator[object]:
        for _ in range(50):
            yield None
        yield "found"

    for number in range(1, 4):
        worker.submit(number, long, gives_way=True)
    assert worker.shutdown(10.0, finish=True)
    qapp.processEvents()
    assert sorted(listener.endings()) == [(1, "Done"), (2, "Done"), (3, "Done")]
