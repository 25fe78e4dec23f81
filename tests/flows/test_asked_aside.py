"""What a run is shown is looked at in its own thread: the window's would be held up."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop import ask, questions
from desktop.document import composite
from desktop.document.channel import Channel
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.questions import enlarge_picture, vary_layer, vary_picture
from desktop.studio import Studio
from engine.requests import Pixels
from tests.fakes import FakeEngine

GREY = np.full((256, 256, 3), 200, np.uint8)
HOLE = Rect(48, 48, 160, 160)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each look at layers, whether it was in the thread of the window."""
    found: list[bool] = []

    def heard(look: Callable[..., Pixels]) -> Callable[..., Pixels]:
        def listen(*asked: object) -> Pixels:
            found.append(threading.current_thread() is threading.main_thread())
            return look(*asked)

        return listen

    monkeypatch.setattr(ask, "composite", heard(composite.composite))
    monkeypatch.setattr(questions, "composite", heard(composite.composite))
    monkeypatch.setattr(questions, "composite_layers", heard(composite.composite_layers))
    return found


def vary_the_layer(studio: Studio) -> None:
    now = studio.document.picture
    studio.ask(lambda choices: vary_layer(now.layers[0], now, choices))


ASKED: dict[str, Callable[[Studio], object]] = {
    "paint over": lambda studio: studio.generate("a red apple", 1, 7),
    "vary a layer": vary_the_layer,
    "vary all": lambda studio: studio.ask(lambda c: vary_picture(studio.document.picture, c)),
    "enlarge": lambda studio: studio.ask(lambda c: enlarge_picture(studio.document.picture, 2, c)),
}


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED.keys())
def test_no_layer_is_looked_at_in_the_thread_of_the_window(
    qtbot: QtBot,
    studio: Studio,
    engine: FakeEngine,
    looks: list[bool],
    question: Callable[[Studio], object],
) -> None:
    studio.document.do(place_image(GREY, Rect(0, 0, 256, 256), "grey"))
    question(studio)
    qtbot.waitUntil(lambda: not studio.busy)
    assert looks == [False]
    assert len(engine.requests) == 1


def test_a_frame_is_shown_as_it_was_when_it_was_asked_about(
    qtbot: QtBot, studio: Studio, engine: FakeEngine
) -> None:
    """The run waits behind another one, and the picture goes on to change."""
    studio.document.do(place_image(GREY, Rect(0, 0, 256, 256), "grey"))
    studio.document.do(select(Channel.of_rect(HOLE)))
    studio.generate("first", 1, 7)
    studio.generate("second", 1, 8)
    studio.document.do(place_image(GREY // 2, Rect(0, 0, 256, 256), "dark"))
    qtbot.waitUntil(lambda: not studio.busy)
    assert [getattr(each, "prompt", "") for each in engine.requests] == ["first", "second"]
    for request in engine.requests:
        assert np.array_equal(request.image[..., :3], GREY)  # type: ignore[union-attr]


def test_the_engine_is_told_to_give_up_the_very_request_that_it_runs(
    qtbot: QtBot, studio: Studio, engine: FakeEngine
) -> None:
    engine.pause = 0.05
    studio.document.do(place_image(GREY, Rect(0, 0, 256, 256), "grey"))
    studio.generate("a red apple", 1, 7)
    end = time.monotonic() + 5
    while not engine.requests and time.monotonic() < end:
        time.sleep(0.001)  # the window has not heard yet that the run was looked at
    studio.cancel()
    assert len(engine.given_up) == 1
    assert engine.given_up[0] is engine.requests[0]
    qtbot.waitUntil(lambda: not studio.busy)
