"""What waits for a process that is held, or computes for long, is noticed."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.held_process import done_without

ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


@pytest.fixture
def echo() -> Iterator[subprocess.Popen[str]]:
    """A process that says what it is told."""
    pipe = subprocess.PIPE
    with subprocess.Popen((sys.executable, "-c", ECHO), stdin=pipe, stdout=pipe, text=True) as it:
        yield it
        it.kill()


def ask(echo: subprocess.Popen[str]) -> str:
    assert echo.stdin is not None
    assert echo.stdout is not None
    echo.stdin.write("x\n")
    echo.stdin.flush()
    return echo.stdout.readline()


def busy() -> None:
    end = time.thread_time() + 0.15
    while time.thread_time() < end:
        pass


def test_what_asks_nobody_is_done(echo: subprocess.Popen[str]) -> None:
    assert done_without(echo.pid, lambda: None)
    assert ask(echo) == "x\n"


def test_what_waits_for_the_process_is_noticed(echo: subprocess.Popen[str]) -> None:
    assert not done_without(echo.pid, lambda: ask(echo), held=0.3)


def test_what_computes_for_long_is_noticed(echo: subprocess.Popen[str]) -> None:
    assert not done_without(echo.pid, busy)
