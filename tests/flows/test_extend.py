"""Extending a picture frame by frame, and asking for more; read it like a page of the manual."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.composite import composite
from desktop.document.edits import move_frame, place_image
from desktop.document.frame import Side, extended
from desktop.document.geometry import Rect
from desktop.questions import more, vary_candidate
from desktop.studio import Studio
from engine.errors import InvalidRequest
from engine.interface import Engine
from engine.picture_file import prompt_of
from engine.requests import Inpaint
from tests.desktop.held_engine import HeldEngine
from tests.fakes import FakeEngine, square
from tests.flows.conftest import FRAME, Heard

PATIENCE = 10_000
PLAN = [FRAME.translated(128 * step, 0) for step in (1, 2, 3)]


@pytest.fixture
def picture(studio: Studio) -> Studio:
    """A picture that fills the frame."""
    studio.document.do(place_image(square(60, 256, 256), FRAME, "original"))
    return studio


def wait(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)


def layers(studio: Studio) -> list[Rect]:
    return [layer.bounds() for layer in studio.document.picture.layers]


def test_every_frame_is_shown_what_the_ones_before_have_made(
    picture: Studio, engine: FakeEngine, heard: Heard, qtbot: QtBot
) -> None:
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    assert picture.document.picture.content() == Rect(0, 0, 640, 256)
    assert picture.document.picture.frame == PLAN[-1]
    assert picture.candidates.items == ()
    for request in engine.requests:
        assert isinstance(request, Inpaint)
        assert request.prompt == "a long wall"
        assert request.image[:, :128, 3].min() == 255
        assert request.image[:, 128:, 3].max() == 0
    seeds = [request.sampling.seed for request in engine.requests]
    assert seeds == [seeds[0], seeds[0] + 1, seeds[0] + 2], "the same seed would repeat the same"
    assert heard.busy[-1] is False
    assert (heard.sentences, heard.bugs) == ([], [])


def test_each_frame_is_one_step_that_undo_takes_back(picture: Studio, qtbot: QtBot) -> None:
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    assert picture.document.history[-3:] == ("Extend picture",) * 3
    picture.undo()
    assert picture.document.picture.content() == Rect(0, 0, 512, 256)
    assert picture.document.picture.frame == PLAN[1]


def test_the_old_pixels_stay_bit_for_bit_outside_of_the_feather(
    picture: Studio, qtbot: QtBot
) -> None:
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    old = composite(picture.document.picture, Rect(0, 0, 256 - picture.settings.feather, 256))
    assert np.array_equal(old[..., :3], square(60, old.shape[1], 256))


def test_frames_in_which_nothing_is_missing_are_left_out(
    picture: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    picture.extend([FRAME, PLAN[0], FRAME], "a long wall")
    wait(picture, qtbot)
    assert len(engine.requests) == 1


def test_a_plan_for_every_side_runs_to_its_corners(
    picture: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    by = {Side.LEFT: 128, Side.TOP: 128}
    plan = extended(FRAME, by, FRAME, 128)
    picture.extend(plan, "a wide field")
    wait(picture, qtbot)
    assert picture.document.picture.content() == Rect(-128, -128, 384, 384)
    whole = composite(picture.document.picture, picture.document.picture.content())
    assert whole[..., 3].min() == 255
    assert len(engine.requests) == len(plan)


def test_cancel_stops_the_plan_and_keeps_what_was_painted(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot
) -> None:
    engine = FakeEngine(pause=0.02)
    studio = open_studio(engine)
    studio.document.do(place_image(square(60, 256, 256), FRAME, "original"))
    waiting: list[int] = []
    studio.queue_changed.connect(waiting.append)
    studio.extend(PLAN, "a long wall")
    assert waiting[-1] == 2
    qtbot.waitUntil(lambda: len(studio.document.picture.layers) == 2, timeout=PATIENCE)
    studio.cancel()
    assert not studio.busy
    assert waiting[-1] == 0
    qtbot.wait(200)
    assert len(layers(studio)) == 2


def test_a_failure_stops_the_plan_with_one_sentence(
    picture: Studio, engine: FakeEngine, heard: Heard, qtbot: QtBot
) -> None:
    engine.error, engine.error_after = InvalidRequest("That cannot be; ask otherwise."), 2
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    assert (len(layers(picture)), heard.sentences) == (1, ["That cannot be; ask otherwise."])
    engine.error = None
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    assert len(layers(picture)) == 4


def test_trying_again_after_a_failure_goes_on_with_the_rest_of_the_plan(
    picture: Studio, engine: FakeEngine, heard: Heard, qtbot: QtBot
) -> None:
    picture.extend(PLAN, "a long wall")
    # Not sooner: a run ends a moment after its picture, and could still fail.
    qtbot.waitUntil(lambda: len(layers(picture)) == 2 and engine.finished > 0, timeout=PATIENCE)
    engine.error, engine.error_after = InvalidRequest("That cannot be; ask otherwise."), 2
    wait(picture, qtbot)
    assert len(heard.sentences) == 1
    (failed,) = picture.waiting.failed
    assert (failed.frame, failed.frames_to_come) in ((PLAN[1], 1), (PLAN[2], 0))
    engine.error = None
    picture.waiting.retry()
    wait(picture, qtbot)
    assert picture.document.picture.content() == Rect(0, 0, 640, 256)
    assert len(layers(picture)) == 4


def test_forgetting_what_failed_forgets_the_rest_of_its_plan(
    picture: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.error, engine.error_after = InvalidRequest("That cannot be; ask otherwise."), 2
    picture.extend(PLAN, "a long wall")
    wait(picture, qtbot)
    engine.error = None
    picture.waiting.forget()
    picture.generate("a red apple", 1, 3)
    wait(picture, qtbot)
    assert (len(layers(picture)), len(picture.candidates.items)) == (1, 1)


def test_a_plan_waits_behind_a_run_and_is_shown_what_that_has_made(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot
) -> None:
    engine = HeldEngine()
    studio = open_studio(engine)
    heard = Heard(studio)
    waiting: list[int] = []
    studio.queue_changed.connect(waiting.append)
    studio.document.do(place_image(square(60, 256, 256), FRAME, "original"))
    studio.generate("a red apple", 2, 40)
    assert engine.reached.wait(5)
    studio.extend(PLAN[:2], "a long wall")
    studio.extend(PLAN[2:], "and its end")
    assert heard.sentences == []
    assert heard.news == ["This is painted after what is being painted now."] * 2
    assert waiting[-1] == 3
    engine.release.set()
    wait(studio, qtbot)
    assert studio.document.picture.content() == Rect(0, 0, 640, 256)
    assert [prompt_of(each) for each in engine.requests] == [
        "a red apple",
        "a long wall",
        "a long wall",
        "and its end",
    ]
    for request in engine.requests[1:]:
        assert isinstance(request, Inpaint)
        assert request.image[:, :128, 3].min() == 255, "what was painted before is shown"
    assert waiting[-1] == 0


def test_a_pause_holds_up_the_next_frame_of_a_plan(picture: Studio, qtbot: QtBot) -> None:
    picture.extend(PLAN, "a long wall")
    picture.waiting.pause(True)
    wait(picture, qtbot)
    assert (len(layers(picture)), len(picture.waiting.items)) == (2, 1)
    assert picture.waiting.items[0].frames_to_come == 1
    picture.waiting.pause(False)
    wait(picture, qtbot)
    assert len(layers(picture)) == 4


def test_a_plan_with_nothing_to_do_says_so(
    picture: Studio, engine: FakeEngine, heard: Heard
) -> None:
    picture.extend([FRAME], "a long wall")
    assert (picture.busy, engine.requests, len(heard.sentences)) == (False, [], 1)
    assert "Nothing is empty or marked" in heard.sentences[0]


def test_a_plan_without_a_prompt_goes_on_with_what_is_there(
    picture: Studio, engine: FakeEngine, heard: Heard, qtbot: QtBot
) -> None:
    picture.extend(PLAN, "  ")
    wait(picture, qtbot)
    assert heard.sentences == []
    assert picture.document.picture.content() == Rect(0, 0, 640, 256)
    for request in engine.requests:
        assert isinstance(request, Inpaint)
        assert request.like is not None
        assert request.like.share == 1.0


# Runs that wait behind each other


def test_accepting_drops_what_runs_and_waits_for_the_same_frame_and_nothing_else(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot
) -> None:
    engine = HeldEngine()
    studio = open_studio(engine)
    studio.generate("a red apple", 4, 40)
    qtbot.waitUntil(engine.reached.is_set, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(studio.candidates.items) == 1, timeout=PATIENCE)
    first = studio.candidates.items[0]
    studio.ask(lambda choices: more(first, studio.document.picture, choices))
    studio.document.do(move_frame(FRAME.translated(512, 0)))
    elsewhere = studio.document.picture
    other = replace(first, frame=elsewhere.frame)
    studio.ask(lambda choices: vary_candidate(other, choices), 1)
    studio.accept(0)
    engine.release.set()
    wait(studio, qtbot)
    assert layers(studio) == [FRAME]
    assert [each.frame for each in studio.candidates.items] == [elsewhere.frame]
    assert len(engine.requests) == 2


def test_more_stands_beside_what_is_in_the_tray(studio: Studio, qtbot: QtBot) -> None:
    studio.generate("a red apple", 2, 40)
    wait(studio, qtbot)
    first = studio.candidates.items[0]
    studio.ask(lambda choices: more(first, studio.document.picture, choices), 4)
    wait(studio, qtbot)
    assert len(studio.candidates.items) == 6
    assert studio.candidates.items[0].pixels is first.pixels
