"""Quick pictures: the latest wish counts, a run goes first, nothing reaches the tray."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.asked import Asked
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.paths import Paths
from desktop.sketching import STEPS, Sketching, coarse, promised
from desktop.studio import Studio
from engine.errors import InvalidRequest
from engine.events import Event, Image
from engine.requests import Generate, Request, Sampling
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, open_studio


def wanted(seed: int, **values: object) -> Generate:
    return Generate(prompt="a", sampling=Sampling(seed=seed), **values)  # type: ignore[arg-type]


@dataclass
class GatedEngine(FakeEngine):
    """Waits before its first event until the gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def run(self, request: Request) -> Iterator[Event]:
        for number, event in enumerate(super().run(request)):
            if number == 1:
                assert self.gate.wait(10)
            yield event

    def close(self) -> None:
        self.gate.set()
        super().close()


Open = Callable[[FakeEngine], Studio]


@pytest.fixture
def open_one(qtbot: QtBot, paths: Paths) -> Iterator[Open]:
    opened = []

    def open_it(engine: FakeEngine) -> Studio:
        context = open_studio(paths, engine)
        opened.append(context)
        return context.__enter__()

    yield open_it
    for context in opened:
        context.__exit__(None, None, None)


def drawn_by(sketching: Sketching) -> list[tuple[int, int]]:
    """Place and seed of every sketch, as they come."""
    heard: list[tuple[int, int]] = []

    def hear(place: int, image: Image) -> None:
        heard.append((place, image.seed))

    sketching.drawn.connect(hear)
    return heard


def settle(qtbot: QtBot, sketching: Sketching) -> None:
    qtbot.waitUntil(lambda: not sketching.busy, timeout=PATIENCE)


def test_a_list_is_drawn_in_its_order_and_none_of_it_reaches_the_tray(
    qtbot: QtBot, open_one: Open
) -> None:
    studio = open_one(FakeEngine())
    sketching = studio.sketching()
    heard = drawn_by(sketching)
    sketching.wish([wanted(5), wanted(6), wanted(7)])
    settle(qtbot, sketching)
    assert heard == [(0, 5), (1, 6), (2, 7)]
    assert (studio.candidates.items, studio.busy) == ((), False)


def test_of_many_wishes_only_the_one_at_work_and_the_last_are_drawn(
    qtbot: QtBot, open_one: Open
) -> None:
    engine = GatedEngine()
    sketching = open_one(engine).sketching()
    heard = drawn_by(sketching)
    sketching.wish([wanted(1)])
    qtbot.waitUntil(lambda: len(engine.requests) == 1, timeout=PATIENCE)
    for seed in range(2, 60):
        sketching.wish([wanted(seed)])
    engine.gate.set()
    settle(qtbot, sketching)
    assert [request.sampling.seed for request in engine.requests] == [1, 59]
    assert heard == [(0, 1), (0, 59)], "what is at work is shown, or a slider would move in vain"


def test_a_run_goes_first_and_the_sketch_it_interrupted_is_drawn_afterwards(
    qtbot: QtBot, open_one: Open
) -> None:
    engine = GatedEngine()
    studio = open_one(engine)
    sketching = studio.sketching()
    heard = drawn_by(sketching)
    sketching.wish([wanted(1), wanted(2)])
    qtbot.waitUntil(lambda: len(engine.requests) == 1, timeout=PATIENCE)
    frame = Rect(0, 0, 64, 64)
    studio.ask(lambda _choices: Asked(wanted(100), Picture(frame), frame))
    engine.gate.set()
    settle(qtbot, sketching)
    assert [request.sampling.seed for request in engine.requests] == [1, 100, 1, 2]
    assert engine.cancelled == 1
    assert heard == [(0, 1), (1, 2)]
    assert [candidate.seed for candidate in studio.candidates.items] == [100]


def test_stopping_draws_nothing_any_more(qtbot: QtBot, open_one: Open) -> None:
    engine = GatedEngine()
    sketching = open_one(engine).sketching()
    heard = drawn_by(sketching)
    sketching.wish([wanted(1), wanted(2)])
    qtbot.waitUntil(lambda: len(engine.requests) == 1, timeout=PATIENCE)
    sketching.stop()
    engine.gate.set()
    qtbot.waitUntil(lambda: engine.cancelled == 1, timeout=PATIENCE)
    assert (heard, sketching.busy, len(engine.requests)) == ([], False, 1)


def test_a_refusal_is_said_once_and_the_rest_of_the_list_is_not_tried(
    qtbot: QtBot, open_one: Open
) -> None:
    engine = FakeEngine(error=InvalidRequest("That cannot be; ask for something else."))
    sketching = open_one(engine).sketching()
    sentences: list[str] = []
    sketching.failed.connect(sentences.append)
    sketching.wish([wanted(1), wanted(2)])
    settle(qtbot, sketching)
    assert sentences == ["That cannot be; ask for something else."]
    assert len(engine.requests) == 1
    engine.error = None
    heard = drawn_by(sketching)
    sketching.wish([wanted(3)])
    settle(qtbot, sketching)
    assert heard == [(0, 3)]


def test_a_sketch_has_few_steps_and_the_sampler_that_keeps_its_word() -> None:
    full = wanted(4, count=1)
    quick = coarse(full)
    assert (quick.sampling.steps, quick.sampling.sampler) == (STEPS, "ddim")
    assert quick.sampling.seed == promised(full).sampling.seed
    assert promised(full).sampling.sampler == "ddim"
    fewer = replace(full, sampling=replace(full.sampling, steps=3, sampler="ddpm"))
    assert coarse(fewer).sampling.steps == 3
    assert promised(fewer).sampling.sampler == "ddpm", "what a person chose stays"
