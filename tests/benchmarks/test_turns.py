"""How long each flow holds the thread of the window up: none so long that a person notices."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.paths import Paths
from desktop.source import Source
from desktop.windows.beforehand import Beforehand
from tests.benchmarks.turns import Turns, as_event
from tests.fakes import FakeEngine, square
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")

FRAME_TIME = 16.0
"""Milliseconds that one event should take at most; a turn may hold several."""
NOTICED = 100.0
"""Milliseconds from which a person feels that a click was late (Miller 1968)."""
PATIENCE = 120_000
FRAME = Rect(0, 0, 512, 512)


def burn(milliseconds: float) -> None:
    """Use the processor for so long."""
    until = time.thread_time() + milliseconds / 1000
    while time.thread_time() < until:
        pass


def test_a_long_event_is_found_and_a_short_one_is_none(qtbot: QtBot) -> None:
    """The control."""
    done: list[int] = []
    with Turns() as turns:
        for length in (1, 40, 2):
            as_event(lambda length=length: (burn(length), done.append(length)))
            qtbot.waitUntil(lambda: len(done) > 0 and done[-1] == length)  # noqa: B023
            qtbot.wait(20)
    assert turns.longest >= 40
    assert sum(1 for each in turns.milliseconds if each >= 20) == 1


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine(side=512)) as shell:
        shell.studio.document.do(move_frame(FRAME))
        beforehand = Beforehand(shell.studio, shell.workbench.pages)
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        yield shell


def flows(shell: Shell) -> dict[str, Callable[[], object]]:
    """By name what a person does; each ends when nothing is busy any more."""
    verbs, studio, ideas = (
        shell.workbench.actions_by_verb,
        shell.studio,
        shell.workbench.parts.ideas,
    )
    grey = np.full((512, 512, 3), 200, np.uint8)
    hole = select(Channel.of_rect(Rect(128, 128, 256, 256)))
    return {
        "create": shell.window.prompt.generate,
        "accept": lambda: studio.accept(0),
        "place a picture": lambda: studio.document.do(place_image(grey, FRAME, "grey")),
        "select": lambda: studio.document.do(hole),
        "fill": shell.window.prompt.generate,
        "undo": studio.undo,
        "mixing desk": lambda: ideas.take_all(
            [Source(name="a", pixels=square(3, 512, 512)), Source(name="b", text="b")]
        ),
        "reword": verbs["ideas.show_reword"].trigger,
        "gallery": verbs["window.show_gallery"].trigger,
        "create page": verbs["window.show_create"].trigger,
        "canvas page": verbs["window.show_canvas"].trigger,
        "settings": verbs["settings.show"].trigger,
        "keys and gestures": verbs["window.show_keys"].trigger,
        "guide": verbs["window.show_guide"].trigger,
    }


@pytest.mark.benchmark
def test_the_longest_turn_of_each_flow_the_second_time(qtbot: QtBot, shell: Shell) -> None:
    """The first time makes what is made lazily; that is printed too."""
    found: dict[str, list[float]] = {}
    shell.window.prompt.edit.setPlainText("a red apple")
    for _ in range(2):
        for name, work in flows(shell).items():
            with Turns() as turns:
                as_event(work)
                qtbot.wait(100)
                qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
                qtbot.wait(300)
            found.setdefault(name, []).append(turns.longest)
    lines = [f"| {name} | {first:.1f} | {second:.1f} |" for name, (first, second) in found.items()]
    print("\n| flow | first ms | again ms |\n| --- | ---: | ---: |\n" + "\n".join(lines))
    assert shell.failures == []
    over = sorted(name for name, (_, second) in found.items() if second > FRAME_TIME)
    print(f"over {FRAME_TIME:.0f} ms: {', '.join(over) or 'none'}")
    assert {name for name, (_, second) in found.items() if second > NOTICED} == set()
