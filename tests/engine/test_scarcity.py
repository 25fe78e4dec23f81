"""What counts as a lack of memory: known words, and unknown ones where little is left."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from engine import scarcity
from engine.scarcity import ran_out_of_memory

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried …"),
        RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
        RuntimeError("could not create a primitive"),
        RuntimeError("std::bad_alloc"),
        ImportError("libgomp.so: cannot allocate memory in static TLS block"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
    ids=str,
)
def test_what_says_that_memory_ran_out_counts_whatever_is_left(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scarcity, "there_is_room", lambda _: True)
    assert ran_out_of_memory(error)


@pytest.mark.parametrize("room", [True, False], ids=["room", "no room"])
def test_unknown_words_of_a_library_are_judged_by_what_is_left(
    room: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scarcity, "there_is_room", lambda _: room)
    assert ran_out_of_memory(RuntimeError("could not create a memory object")) is not room
    assert ran_out_of_memory(RuntimeError("can't start new thread")) is not room


@pytest.mark.parametrize(
    "error",
    [ValueError("memory"), NotImplementedError(), RecursionError(), OSError(errno.ENOSPC, "full")],
    ids=repr,
)
def test_faults_of_another_kind_never_count(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scarcity, "there_is_room", lambda _: False)
    assert not ran_out_of_memory(error)


LIMITED = """
import resource
from engine import machine
from engine.scarcity import LITTLE, ran_out_of_memory, there_is_room
unknown = RuntimeError("no words that anybody knows")
assert there_is_room(LITTLE) and not ran_out_of_memory(unknown)
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (64 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
assert there_is_room(16 << 20) and not there_is_room(LITTLE) and ran_out_of_memory(unknown)
assert 0 < machine.free_memory() <= 64 << 20
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_real_limit_is_noticed_and_without_it_nothing_is() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
