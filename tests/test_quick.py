"""What takes too long is told from what does not, and the collector is as before afterwards."""

import gc
import threading
import time

import pytest

from tests.quick import quick


def work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def work_elsewhere(seconds: float) -> None:
    other = threading.Thread(target=work, args=(seconds,))
    other.start()
    other.join()


def test_work_within_its_time_passes() -> None:
    with quick(1.0):
        work(0.01)
        assert not gc.isenabled()
    assert gc.isenabled()


def test_work_that_takes_longer_fails() -> None:
    with pytest.raises(AssertionError, match="of the processor"), quick(0.02):
        work(0.05)
    assert gc.isenabled()


def test_work_in_another_thread_counts() -> None:
    with pytest.raises(AssertionError, match="of the processor"), quick(0.02):
        work_elsewhere(0.05)


def test_within_another_one_nothing_is_collected_either() -> None:
    with quick(1.0):
        with quick(1.0):
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_waiting_is_no_work() -> None:
    with quick(0.02):
        time.sleep(0.05)
