"""What keeping a copy of unsaved work costs the thread that draws, at 4096² with five layers."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.candidates import Candidates
from desktop.document.document import Document
from desktop.document.edits import Edit, place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.filing import Filing
from desktop.jobs import Jobs
from desktop.placing import Placing
from desktop.recording import Recording
from desktop.worker import Worker

pytestmark = pytest.mark.benchmark

SIDE, LAYERS, STROKES = 4096, 5, 60
MOST = 16.0
"""Milliseconds of the main thread, for one action."""


def painted() -> Document:
    """Five layers of 4096², each full of what can hardly be compressed."""
    document = Document(Picture(Rect(0, 0, SIDE, SIDE)), budget=8 * 2**30)
    rng = np.random.default_rng(0)
    for number in range(LAYERS):
        pixels = rng.integers(0, 256, (SIDE, SIDE, 4), dtype=np.uint8)
        document.do(place_image(pixels, Rect(0, 0, SIDE, SIDE), str(number)))
    return document


def dab(number: int) -> Edit:
    """A stroke of 500 pixels across the top layer."""
    pixels = np.full((40, 500, 4), number % 255, np.uint8)

    def apply(picture: Picture) -> Picture:
        top = picture.layers[-1]
        changed = top.raster.write(pixels, 31 * number % 3500, 97 * number % 4000)
        return replace(picture, layers=(*picture.layers[:-1], replace(top, raster=changed)))

    return Edit("Stroke", apply)


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    worker = Worker("file worker")
    yield worker
    worker.shutdown(10)


def spent(document: Document, first: int) -> list[float]:
    """Milliseconds of the main thread for each of many strokes, its event loop included."""
    found: list[float] = []
    for number in range(first, first + STROKES):
        begun = time.thread_time()
        document.do(dab(number))
        QCoreApplication.processEvents()
        found.append(1000 * (time.thread_time() - begun))
        time.sleep(0.02)
    return found


def test_an_action_costs_the_main_thread_next_to_nothing(
    qtbot: QtBot, tmp_path: Path, worker: Worker
) -> None:
    document, tray = painted(), Candidates()
    without = spent(document, 0)
    filing = Filing(document, tray, Placing(document), Jobs(worker))
    recording = Recording(document, tray, filing, tmp_path)
    begun = time.monotonic()
    document.do(dab(1000))
    during = spent(document, STROKES)  # the first state, of 320 MiB, is being written meanwhile
    recording.flush()
    whole = time.monotonic() - begun
    size = sum(path.stat().st_size for path in tmp_path.rglob("*"))
    after = spent(document, 2 * STROKES)
    recording.flush()
    grown = sum(path.stat().st_size for path in tmp_path.rglob("*")) - size
    recording.close(discard=False)
    for name, times in (("without", without), ("during", during), ("after", after)):
        print(f"{name}: median {statistics.median(times):.2f} ms, longest {max(times):.2f} ms")
    print(f"first state {size / 2**20:.0f} MiB in {whole:.1f} s; {STROKES} strokes added ", end="")
    print(f"{grown / 2**20:.1f} MiB")
    assert statistics.median(after) - statistics.median(without) < MOST / 4
    assert max(during + after) < MOST + max(without)
    assert grown < size / 4
