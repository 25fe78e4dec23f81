"""What every test gets: no screen, no network, few threads, and a look for any left behind."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # over what their parent, which reads this too, has set
else:
    os.environ.setdefault("OMP_NUM_THREADS", "2")

from desktop import reference_reserve
from desktop.paths import Paths
from engine import torchvision_operators

reference_reserve.lay_in()
torchvision_operators.ensure()  # transformers imports torchvision; and on Windows torch precedes Qt

ALLOWED_THREADS = {"TMonitor"}
"""tqdm, which diffusers uses, keeps one thread for the life of the process."""

SECONDS_TO_END = 2.0

settings.register_profile("easel", deadline=None)  # a busy machine is not a fault
settings.load_profile("easel")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Every folder of the application, below a folder of this test alone."""
    return Paths.under(tmp_path)


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fail a test that ends while a Python thread it has started still runs.

    Threads of C++ are not seen here; a QThread that is destroyed while it runs aborts by itself.
    """
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + SECONDS_TO_END
    while (left := still_running(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"still running: {', '.join(thread.name for thread in left)}"


def pytest_sessionfinish() -> None:
    """Empty the clipboard: without a screen, Qt deletes what Python put there after Python's end.

    That ends in a segmentation fault when all tests have passed. On a real screen the clipboard
    goes with the application, while Python is there.
    """
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


def still_running(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads begun by Python since `before`; "Dummy-" is its name for a thread of Qt."""
    return [
        thread
        for thread in set(threading.enumerate()) - before
        if not thread.name.startswith("Dummy-") and type(thread).__name__ not in ALLOWED_THREADS
    ]
