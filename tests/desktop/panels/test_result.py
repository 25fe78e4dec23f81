"""The seam of a large result is computed aside: the sliders never wait for it."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import remove_layer
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.raster import Pixels, Raster
from desktop.document.result import Result, Seam
from desktop.errands import Errands
from desktop.hand import Hand
from desktop.jobs import Jobs
from desktop.joining import join
from desktop.panels import result as panel_module
from desktop.panels.result import ResultPanel
from desktop.worker import Worker
from tests.desktop.results import place_result

AREA = Rect(0, 0, 40, 40)


class Slow:
    """Joins as ever, but not before it may; notes in which thread."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.threads: list[str] = []

    def __call__(self, result: Result) -> Pixels:
        self.threads.append(threading.current_thread().name)
        assert self.may.wait(5)
        return join(result)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(panel_module, "join", made)
    monkeypatch.setattr(panel_module, "AT_ONCE", 0)
    return made


@pytest.fixture
def panel(qtbot: QtBot, slow: Slow) -> Iterator[ResultPanel]:
    """A red result over blue."""
    mask = np.zeros((40, 40), np.uint8)
    mask[10:30, 10:30] = 255
    sheet = [np.full((40, 40, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255))]
    raw, below = (Raster.from_array(pixels, 0, 0) for pixels in sheet)
    result = Result(AREA, raw, Channel.from_array(mask, 0, 0), below, Seam(4, 0, 0.0), AREA)
    document = Document(Picture(AREA))
    document.do(place_result(result, "filled", join, {}))
    hand, worker = Hand(), Worker("worker of a test")
    hand.choose_layer(1)
    made = ResultPanel(document, hand)
    made.errands = Errands(Jobs(worker))
    qtbot.addWidget(made)
    yield made
    slow.may.set()
    assert worker.shutdown(5.0)


def seam(panel: ResultPanel) -> Seam:
    """That of the picture that is shown."""
    result = panel._document.picture.layer(1).result  # noqa: SLF001
    assert result is not None
    return result.seam


def test_a_large_result_is_joined_in_a_thread_and_is_one_step(
    panel: ResultPanel, slow: Slow, qtbot: QtBot
) -> None:
    panel.feather.box.setValue(9)
    assert seam(panel).feather == 4  # the panel did not wait
    slow.may.set()
    qtbot.waitUntil(lambda: seam(panel).feather == 9)
    assert panel._document.history == ("Accept picture", "Change seam")  # noqa: SLF001
    assert threading.main_thread().name not in slow.threads


def test_of_many_places_of_a_slider_the_last_is_kept(
    panel: ResultPanel, slow: Slow, qtbot: QtBot
) -> None:
    for feather in (5, 6, 7):
        panel.feather.box.setValue(feather)
    slow.may.set()
    qtbot.waitUntil(lambda: seam(panel).feather == 7)
    assert len(panel._document.history) == 2  # noqa: SLF001


def test_a_result_that_was_removed_meanwhile_stays_removed(
    panel: ResultPanel, slow: Slow, qtbot: QtBot
) -> None:
    panel.feather.box.setValue(9)
    panel._document.do(remove_layer(1))  # noqa: SLF001
    after = panel._document.picture  # noqa: SLF001
    slow.may.set()
    errands = panel.errands
    assert errands is not None
    qtbot.waitUntil(lambda: not errands.active)
    assert panel._document.picture is after  # noqa: SLF001
