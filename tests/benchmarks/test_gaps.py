"""How long the Starter's engine works between two events, task by task: how soon Cancel answers.

`run.py bench -k gaps`. Processor time of one thread, which a busy machine hardly changes; the clock
beside it.
"""

import os
import time
from collections.abc import Iterator

import numpy as np
import pytest

from engine import open_engine
from engine.events import Event, Loading
from engine.requests import (
    Change,
    Embed,
    Generate,
    Guide,
    Idea,
    Ingredient,
    Inpaint,
    Mix,
    Request,
    Reword,
    Sampling,
    Upscale,
    Vary,
)
from tests.benchmarks import table
from tests.painting import RESOURCES, drawing

LONGEST = 0.250
SHORT = Sampling(seed=3, steps=5, prior_steps=5)
"""A step takes as long as in a run of many."""


def requests() -> dict[str, Request]:
    """One of each task; pictures are those a person has."""
    picture = drawing("house", 512)
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[200:400, 150:300] = 255
    idea = Idea(image=picture)
    return {
        "generate, 16 pictures": Generate(prompt="a red apple", count=16, sampling=SHORT),
        "vary, 4": Vary(idea=idea, composition=0.5, count=4, sampling=SHORT),
        "mix, 4": Mix(ingredients=(Ingredient(idea=idea),) * 2, count=4, sampling=SHORT),
        "reword": Reword(
            image=picture, changes=(Change(before="", after="a cat"),), sampling=SHORT
        ),
        "inpaint 512², 4": Inpaint(
            prompt="a cat", image=picture, mask=mask, count=4, sampling=SHORT
        ),
        "guide, 4": Guide(prompt="a cat", image=picture, count=4, sampling=SHORT),
        "upscale 512² to 2048²": Upscale(image=picture, scale=4),
        "embed, 4 pictures, nearest words": Embed(images=(picture,) * 4, words=5),
    }


def gaps(events: Iterator[Event]) -> Iterator[tuple[float, float]]:
    """Seconds on the clock and of the processor before each event; reading weights left out."""
    before: Event | None = None
    while True:
        wall, cpu = time.perf_counter(), time.process_time()
        event = next(events, None)
        if not isinstance(before, Loading):
            yield time.perf_counter() - wall, time.process_time() - cpu
        if event is None:
            return
        before = event


@pytest.mark.benchmark
def test_gaps_between_events_are_short_on_the_starter() -> None:
    engine = open_engine([RESOURCES])  # as the application does: few pictures in a step
    assert not [event for event in engine.warm_up() if not isinstance(event, Loading)]
    record: dict[str, dict[str, float]] = {}
    for name, request in requests().items():
        walls, cpus = zip(*gaps(iter(engine.run(request))), strict=True)
        record[name] = {"wall": max(walls), "cpu": max(cpus)}
    table.add_gaps(record, round(os.getloadavg()[0], 1))
    print("\n" + "\n".join(table.gaps(table.read()["gaps"])))
    # Others make the clock late, several threads add up; neither makes a figure too small.
    assert max(min(each.values()) for each in record.values()) <= LONGEST
