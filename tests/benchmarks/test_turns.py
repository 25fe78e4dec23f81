"""How long each flow holds the thread of the window up: none so long that a person notices."""

import gc
import time
from collections.abc import Callable, Iterator
from shutil import copytree
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QDialog, QTabBar
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.model_keeper import ModelKeeper
from desktop.paths import Paths
from desktop.source import Source
from desktop.studio import Studio
from desktop.windows.beforehand import Beforehand
from desktop.windows.model_pages import ModelPages
from desktop.windows.pages import Page
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
    """The window as it is a moment after its start, with three pictures that were not saved."""
    earlier = Paths.under(paths.data.parent / "earlier")
    with open_shell(qtbot, earlier) as before:
        before.studio.place_pixels(square(1, 512, 512), "unsaved")
        before.recording.close(discard=False)
    with open_shell(qtbot, paths, FakeEngine(side=512, pause=0.02)) as shell:
        qtbot.wait(300)  # until it has been looked for unsaved work, of which there is none yet
        for name in ("one", "two", "three"):
            (left,) = (each for each in earlier.recovery.iterdir() if each.is_dir())
            copytree(left, paths.recovery / name)
        keeper = ModelKeeper(paths, Mock(), parent=shell.window)
        ModelPages(shell.window, shell.studio, keeper, Mock()).serve(shell.workbench)
        shell.studio.document.do(move_frame(FRAME))
        workbench = shell.workbench
        parts = workbench.parts
        beforehand = Beforehand(shell.studio, workbench.pages, parts.create, parts.options)
        beforehand.finished.connect(gc.freeze)
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        yield shell
        keeper.close()
    gc.unfreeze()


def flows(shell: Shell) -> dict[str, Callable[[], object]]:
    """By name what a person does; each ends when nothing is busy any more."""
    parts, studio = shell.workbench.parts, shell.studio
    ideas, pages = parts.ideas, shell.workbench.pages
    grey = np.full((512, 512, 3), 200, np.uint8)
    both = [Source(name="a", pixels=square(3, 512, 512)), Source(name="b", text="b")]
    hole = select(Channel.of_rect(Rect(128, 128, 256, 256)))
    canvas: dict[str, Callable[[], object]] = {
        "create": shell.window.prompt.generate,
        "choose": lambda: studio.candidates.choose(0),
        "accept": studio.accept,
        "place a picture": lambda: studio.document.do(place_image(grey, FRAME, "grey")),
        "select": lambda: studio.document.do(hole),
        "fill": shell.window.prompt.generate,
        "choose a filling": lambda: studio.candidates.choose(0),
        "accept a filling": studio.accept,
        "undo": studio.undo,
        "mixing desk": lambda: ideas.take_all(both),
        "history of edits": lambda: choose_tab(shell, "History"),
    }
    others: dict[str, Callable[[], object]] = {
        "queue": lambda: queue_up(shell),
        "gallery": lambda: pages.show(Page.GALLERY),
        "a picture in the gallery": lambda: pages.gallery.grid.select([1]),
    }
    verbs = shell.workbench.actions_by_verb
    ways = {name: verbs[f"ideas.show_{name}"].trigger for name in WAYS}
    windows = {name: verbs[verb].trigger for name, verb in VERBS}
    return canvas | ways | others | windows


WAYS = ("reword", "film", "looks", "path")
VERBS = (
    ("create page", "window.show_create"),
    ("canvas page", "window.show_canvas"),
    ("settings", "settings.show"),
    ("keys and gestures", "window.show_keys"),
    ("change keys", "window.change_keys"),
    ("guide", "window.show_guide"),
    ("about", "window.about"),
    ("models", "window.models"),
    ("recover", "window.recover"),
    ("export", "exchange.export"),
    ("extend", "window.extend"),
    ("saved selections", "window.selections"),
)


def choose_tab(shell: Shell, title: str) -> None:
    """Bring a panel at the right to the front, as a click on its tab does."""
    for bar in shell.window.findChildren(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index) == title:
                bar.setCurrentIndex(index)


def rests(studio: Studio) -> bool:
    """Whether neither the engine is at work nor a thread that gets ready what comes next."""
    return not studio.busy and not studio.adjusting.jobs.active


def queue_up(shell: Shell, count: int = 4) -> None:
    """Let so many runs wait, each asked for by a press of its own, and look at them."""
    shell.studio.waiting.pause(True)
    if count == 0:
        shell.workbench.parts.queue.button.click()
    else:
        shell.window.prompt.generate()
        as_event(lambda: queue_up(shell, count - 1))


def put_away(shell: Shell) -> None:
    """Close what a flow has opened, as it was before."""
    shell.studio.waiting.clear()
    shell.studio.waiting.pause(False)
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible():
            window.close()


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
                qtbot.waitUntil(lambda: rests(shell.studio), timeout=PATIENCE)
                qtbot.wait(300)
            put_away(shell)
            qtbot.wait(50)  # what has been closed goes in a turn of its own, not in the next flow's
            found.setdefault(name, []).append(turns.longest)
    lines = [f"| {name} | {first:.1f} | {second:.1f} |" for name, (first, second) in found.items()]
    print("\n| flow | first ms | again ms |\n| --- | ---: | ---: |\n" + "\n".join(lines))
    assert shell.failures == []
    over = sorted(name for name, (_, second) in found.items() if second > FRAME_TIME)
    print(f"over {FRAME_TIME:.0f} ms: {', '.join(over) or 'none'}")
    assert {name for name, (_, second) in found.items() if second > NOTICED} == set()
