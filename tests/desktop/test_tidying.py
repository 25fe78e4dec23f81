"""While nobody draws, old pictures become small; while somebody does, nothing is begun."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop import tidying
from desktop.document.document import Document
from desktop.document.edits import place_image, set_opacity
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.pixel_edits import paint_layer
from desktop.jobs import Jobs
from desktop.tidying import Tidying
from desktop.worker import Worker

AREA = Rect(0, 0, 256, 256)


@pytest.fixture
def jobs(qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(tidying, "REST", 10)
    worker = Worker("worker of a test")
    yield Jobs(worker)
    assert worker.shutdown(5.0)


def repaint(document: Document, times: int) -> None:
    """Replace all pixels of the one layer, again and again."""
    for value in range(times):
        layer = document.picture.layers[0]
        pixels = np.full((256, 256, 3), value, np.uint8)
        document.do(paint_layer(layer.id, layer.raster.write(pixels, 0, 0), "paint"))


def painted() -> Document:
    """A picture of one layer."""
    document = Document(Picture(AREA))
    document.do(place_image(np.full((256, 256, 3), 99, np.uint8), AREA, "a"))
    return document


def test_old_pictures_become_small_when_the_document_rests(jobs: Jobs, qtbot: QtBot) -> None:
    document = painted()
    keeper = Tidying(document, jobs)
    repaint(document, 20)
    before = document.nbytes
    qtbot.waitUntil(lambda: document.nbytes < before / 2)
    document.go_to(1)
    assert document.picture.layers[0].raster.read(AREA)[0, 0].tolist() == [99, 99, 99, 255]
    keeper.close()


def test_nothing_is_begun_during_a_drag_nor_after_the_end(jobs: Jobs, qtbot: QtBot) -> None:
    document = painted()
    keeper = Tidying(document, jobs)
    repaint(document, 20)
    before = document.nbytes
    document.preview(set_opacity(1, 0.5))
    qtbot.wait(80)
    assert document.nbytes == before
    document.preview(None)
    keeper.close()
    qtbot.wait(80)
    assert document.nbytes == before
