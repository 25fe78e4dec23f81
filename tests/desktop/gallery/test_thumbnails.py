"""Thumbnails are kept up to a budget, and none is read twice for being asked for twice."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.gallery import thumbnails as module
from desktop.gallery.thumbnails import Thumbnails
from desktop.jobs import Jobs
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.worker import Worker
from tests.shell import PATIENCE

SIZE = 16 * 16 * 4


def name(number: int) -> str:
    return f"2026-11/20261125-143301-{number:032x}.png"


@pytest.fixture
def thumbnails(qtbot: QtBot, tmp_path: Path) -> Iterator[Thumbnails]:
    """Of thirty pictures of 16 x 16."""
    pictures = GalleryPictures(tmp_path)
    for number in range(30):
        pictures.write_thumbnail(name(number), np.full((16, 16, 3), number, np.uint8))
    worker = Worker("thumbnail worker")
    jobs = Jobs(worker)
    yield Thumbnails(pictures, jobs, jobs)
    assert worker.shutdown(10)


def ask_until_there(qtbot: QtBot, thumbnails: Thumbnails, numbers: range) -> None:
    """Ask again and again, as a view does that is painted meanwhile."""

    def there() -> bool:
        found = [thumbnails.pixmap(name(number)) for number in numbers]  # all are asked for
        return None not in found

    qtbot.waitUntil(there, timeout=PATIENCE)


def test_what_is_asked_for_while_it_is_read_is_read_and_counted_once(
    qtbot: QtBot, thumbnails: Thumbnails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUDGET", 20 * SIZE)
    for _ in range(4):
        for first in (0, 10, 20):
            ask_until_there(qtbot, thumbnails, range(first, first + 10))
    assert thumbnails.nbytes == 20 * SIZE
    assert [number for number in range(30) if thumbnails.pixmap(name(number))] == [*range(10, 30)]
