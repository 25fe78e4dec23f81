"""Runs that wait: another order, a pause, another try; read it like a page of the manual."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop import runs
from desktop.panels.queue import QueuePanel
from desktop.paths import Paths
from desktop.studio import Studio
from engine.errors import EngineStopped
from engine.events import Event
from engine.interface import Engine
from engine.picture_file import prompt_of
from tests.desktop.held_engine import HeldEngine
from tests.fakes import FakeEngine
from tests.flows.conftest import Heard
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def held() -> HeldEngine:
    return HeldEngine()


@pytest.fixture
def queued(open_studio: Callable[[Engine], Studio], held: HeldEngine, qtbot: QtBot) -> Studio:
    """A studio in mid-run with three runs behind it."""
    studio = open_studio(held)
    studio.generate("first", 4, 10)
    assert held.reached.wait(5)
    for seed, words in enumerate(("second", "third", "fourth"), start=20):
        studio.generate(words, 1, seed)
    return studio


def waiting(studio: Studio) -> list[str]:
    return [prompt_of(each.request) for each in studio.waiting.items]


def painted(engine: FakeEngine) -> list[str]:
    return [prompt_of(each) for each in engine.requests]


def idle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)


@pytest.mark.parametrize("paused", [False, True])
def test_a_run_that_begins_at_once_is_not_seen_in_the_queue(
    studio: Studio, qtbot: QtBot, paused: bool
) -> None:
    """The control: while the queue is paused it waits there."""
    studio.waiting.pause(paused)
    changes: list[int] = []
    studio.waiting.changed.connect(lambda: changes.append(len(studio.waiting.items)))
    studio.generate("first", 1, 10)
    assert changes == ([1] if paused else [])
    studio.waiting.pause(False)
    idle(studio, qtbot)


def test_runs_change_places_and_are_painted_in_the_new_order(
    queued: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    second, _, fourth = queued.waiting.items
    queued.waiting.move(fourth, -2)
    queued.waiting.move(fourth, -9)
    queued.waiting.drop(lambda each: each is second)
    assert waiting(queued) == ["fourth", "third"]
    held.release.set()
    idle(queued, qtbot)
    assert painted(held) == ["first", "fourth", "third"]


def test_a_paused_queue_begins_nothing_until_it_goes_on(
    queued: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    queued.waiting.pause(True)
    held.release.set()
    idle(queued, qtbot)
    queued.generate("fifth", 1, 30)
    assert (queued.busy, painted(held)) == (False, ["first"])
    queued.waiting.pause(False)
    assert queued.busy
    idle(queued, qtbot)
    assert painted(held) == ["first", "second", "third", "fourth", "fifth"]


def test_cancel_stops_the_run_and_forgets_the_queue(
    queued: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    queued.cancel()
    assert (queued.busy, waiting(queued)) == (False, [])
    assert held.given_up == held.requests, "the engine is told before its step is done"
    held.release.set()
    qtbot.waitUntil(lambda: held.cancelled == 1)
    assert painted(held) == ["first"]


def test_what_failed_is_put_aside_with_what_waited_and_tried_again(
    studio: Studio, heard: Heard, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.error, engine.pause = EngineStopped("The engine stopped."), 0.01
    studio.generate("first", 1, 1)
    studio.generate("second", 1, 2)
    idle(studio, qtbot)
    assert heard.sentences == ["The engine stopped."]
    assert [prompt_of(each.request) for each in studio.waiting.failed] == ["first", "second"]
    engine.error = None
    studio.waiting.retry()
    idle(studio, qtbot)
    assert [each.seed for each in studio.candidates.items] == [1, 2]
    assert studio.waiting.failed == ()


class SlowStart(FakeEngine):
    """Loads its model for as long as nobody releases it."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def warm_up(self) -> Iterator[Event]:
        yield from super().warm_up()
        assert self.release.wait(10)

    def close(self) -> None:
        super().close()
        self.release.set()


@pytest.mark.parametrize("behind", [True, False])
def test_a_run_that_was_cancelled_before_its_turn_ends_no_engine_that_loads(
    open_studio: Callable[[Engine], Studio],
    held: HeldEngine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    behind: bool,
) -> None:
    """Loading may take longer than a cancelled step. One that was begun, the control, may not."""
    monkeypatch.setattr(runs, "SECONDS_TO_LET_GO", 0.05)
    engine = SlowStart() if behind else held
    studio = open_studio(engine)
    studio.warm_up()
    studio.generate("first", 4, 1)
    if not behind:
        assert held.reached.wait(5)
    studio.cancel()
    qtbot.wait(300)
    assert engine.interrupted == (0 if behind else 1)
    studio.generate("second", 1, 2)
    engine.release.set()
    idle(studio, qtbot)
    assert painted(engine)[-1] == "second"


@pytest.mark.parametrize("seed", range(12))
def test_paused_and_gone_on_with_at_any_moment_everything_is_painted_once_in_its_order(
    studio: Studio, engine: FakeEngine, qtbot: QtBot, seed: int
) -> None:
    """A pause that is taken back must wake whatever waits, also in the turn in which a run ends."""
    random, engine.pause = Random(seed), 0.001
    wanted = [f"run {number}" for number in range(6)]
    for number, words in enumerate(wanted):
        studio.generate(words, 1, number)
    turns = [random.choice((0, 0, 1, 2, 5, 15)) for _ in range(40)]

    def turn() -> None:
        studio.waiting.pause(not studio.waiting.paused)
        if turns:
            QTimer.singleShot(turns.pop(), turn)
        else:
            over.append(True)

    over: list[bool] = []
    seen: list[bool] = []
    studio.busy_changed.connect(seen.append)
    # In the very turn in which a run ends, before the next is taken.
    studio.painted.connect(lambda _image: studio.waiting.pause(random.random() < 0.5))
    turn()
    qtbot.waitUntil(lambda: bool(over), timeout=PATIENCE)
    studio.painted.disconnect()
    studio.waiting.pause(False)
    qtbot.waitUntil(lambda: not studio.busy and not studio.waiting.items, timeout=PATIENCE)
    assert painted(engine) == wanted
    assert seen.count(True) - seen.count(False) in (0, -1), "it was busy before anybody listened"
    assert seen[-1] is False


# In the window


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths, held: HeldEngine) -> Iterator[Shell]:
    with open_shell(qtbot, paths, held) as shell:
        yield shell


def test_enter_in_mid_run_queues_and_the_card_shows_and_changes_what_waits(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    prompt, queue = shell.window.prompt, shell.workbench.parts.queue
    prompt.count.setValue(4)
    prompt.generate()
    assert held.reached.wait(5)
    assert not queue.button.isVisible()
    for words in ("a boat", "a cat"):
        prompt.edit.setPlainText(words)
        qtbot.keyClick(prompt.edit, Qt.Key.Key_Return)
    assert (queue.button.text(), queue.isVisible()) == ("2", False)
    queue.button.click()
    assert (queue.isVisible(), queue.title.text()) == (True, "2 waiting")
    qtbot.waitUntil(lambda: "Earlier: a cat" in verbs_of(queue))
    verbs_of(queue)["Earlier: a cat"].click()
    assert waiting(shell.studio) == ["a cat", "a boat"]
    queue.pause.click()
    assert queue.title.text() == "Paused; 2 waiting"
    held.release.set()
    idle(shell.studio, qtbot)
    queue.pause.click()
    idle(shell.studio, qtbot)
    assert painted(held)[1:] == ["a cat", "a boat"]
    assert not queue.isVisible()
    assert not queue.button.isVisible()


def verbs_of(queue: QueuePanel) -> dict[str, QToolButton]:
    """The buttons of its rows, which are made by turns, by what they say."""
    buttons = queue.findChildren(QToolButton)
    return {each.accessibleName(): each for each in buttons if each.isVisible()}


def test_the_card_of_the_queue_makes_no_row_anew_that_it_shows_already(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    prompt, queue = shell.window.prompt, shell.workbench.parts.queue
    shell.studio.waiting.pause(True)
    for words in ("a boat", "a cat", "a dog"):
        prompt.edit.setPlainText(words)
        prompt.generate()
    queue.button.click()
    qtbot.waitUntil(lambda: len(verbs_of(queue)) == 9)
    before = verbs_of(queue)
    before["Later: a boat"].click()
    before["Take it out: a dog"].click()
    after = verbs_of(queue)
    assert {name: each for name, each in before.items() if "dog" not in name} == after
    qtbot.wait(50)
    assert after["Later: a cat"].mapTo(queue, after["Later: a cat"].pos()).y() < (
        after["Later: a boat"].mapTo(queue, after["Later: a boat"].pos()).y()
    )
    assert queue.height() == queue.sizeHint().height()
    shell.studio.waiting.clear()


def test_the_card_of_the_queue_has_its_height_after_a_change_of_order(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    prompt, queue = shell.window.prompt, shell.workbench.parts.queue
    prompt.generate()
    assert held.reached.wait(5)
    for words in ("a boat", "a cat"):
        prompt.edit.setPlainText(words)
        qtbot.keyClick(prompt.edit, Qt.Key.Key_Return)
    queue.button.click()
    queue.pause.click()
    qtbot.wait(50)
    shell.studio.waiting.move(shell.studio.waiting.items[1], -1)
    qtbot.wait(50)
    assert queue.height() == queue.sizeHint().height()
    held.release.set()
    queue.pause.click()
    idle(shell.studio, qtbot)


def test_after_a_failure_the_card_offers_another_try(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    held.release.set()
    held.error = EngineStopped("The engine stopped; press Try again.")
    shell.paint(qtbot)
    queue = shell.workbench.parts.queue
    assert (queue.isVisible(), queue.button.text()) == (False, "1"), "the message offers it too"
    queue.button.click()
    assert (queue.isVisible(), queue.retry.isVisible()) == (True, True)
    messages = shell.window.messages
    assert messages.text == "The engine stopped; press Try again."
    assert not messages.geometry().intersects(queue.geometry())
    held.error = None
    queue.retry.click()
    idle(shell.studio, qtbot)
    assert len(shell.studio.candidates.items) == 4
    assert not queue.isVisible()


def test_what_waits_again_after_a_failure_can_be_moved_and_taken_out(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    held.release.set()
    held.error = EngineStopped("The engine stopped; press Try again.")
    shell.window.prompt.edit.setPlainText("a cat")
    shell.paint(qtbot)
    queue = shell.workbench.parts.queue
    queue.button.click()
    qtbot.wait(50)
    assert verbs_of(queue) == {}
    shell.studio.waiting.pause(True)
    queue.retry.click()
    assert queue.title.text() == "Paused; 1 waiting"
    wanted = ["Earlier: a cat", "Later: a cat", "Take it out: a cat"]
    qtbot.waitUntil(lambda: list(verbs_of(queue)) == wanted)
    verbs_of(queue)[wanted[-1]].click()
    assert shell.studio.waiting.items == ()


def look_elsewhere(qtbot: QtBot, shell: Shell) -> QWidget:
    """Give another window what makes a window the active one."""
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not shell.window.isActiveWindow(), timeout=PATIENCE)
    return other


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is a tray")
def test_a_notice_is_handed_to_the_desktop_where_there_is_no_tray(
    qtbot: QtBot,
    shell: Shell,
    held: HeldEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = tmp_path / "told"
    program = tmp_path / "notify-send"
    program.write_text(
        f'#!/bin/sh\nfor word; do echo "$word"; done > {told}.new; mv {told}.new {told}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    held.error = EngineStopped("<b>A file</b> is in the way.")
    held.release.set()
    look_elsewhere(qtbot, shell)
    shell.window.prompt.generate()
    qtbot.waitUntil(told.exists, timeout=PATIENCE)
    *options, title, text = told.read_text().splitlines()
    assert title == "A run has failed"
    assert "<" not in text
    assert options[-1] == "--"


def test_a_person_who_looks_elsewhere_is_told_once(
    qtbot: QtBot, shell: Shell, held: HeldEngine
) -> None:
    held.release.set()
    assert shell.workbench.notifier.told == ""
    other = look_elsewhere(qtbot, shell)
    shell.paint(qtbot)
    assert shell.workbench.notifier.told == "4 pictures are ready · Easel"
    other.hide()
    QApplication.sendEvent(shell.window, QEvent(QEvent.Type.WindowActivate))
    assert shell.window.windowTitle() == "Easel"
