"""What the status line says of the engine after runs that ended badly, and of questions."""

from collections.abc import Iterator
from threading import Event

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.jobs import Job
from desktop.paths import Paths
from desktop.runs import NOTICED
from engine import events as engine_events
from engine import families
from engine.errors import DeviceFailed, NotFinite, OutOfMemory, WeightsDamaged
from engine.requests import Generate, Painting
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


FULL = OutOfMemory("There is not enough memory for this picture; your work is safe.")


@pytest.mark.parametrize(
    ("error", "events", "state"),
    [
        (FULL, 1, "stopped"),
        (FULL, 3, "stopped"),
        (WeightsDamaged("The model file x is cut off."), 1, "stopped"),
        (NotFinite("The model's arithmetic went out of range; nothing is lost."), 3, "ready"),
    ],
    ids=["full while it reads", "full while it paints", "damaged", "out of range"],
)
def test_a_run_that_failed_leaves_no_engine_that_seems_to_start(
    qtbot: QtBot, paths: Paths, error: Exception, events: int, state: str
) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.engine.error, shell.engine.error_after = error, events
        shell.paint(qtbot)
        assert shell.studio.engine_state == state
        shell.engine.error = None
        shell.paint(qtbot)
        assert shell.studio.engine_state == "ready"


class Reading(FakeEngine):
    """Reads a part of its model until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Event()

    def _script(self, request: Painting) -> Iterator[engine_events.Event]:
        yield engine_events.Loading("decoder")
        assert self.read.wait(PATIENCE / 1000)
        yield from super()._script(request)


def test_a_run_cancelled_while_the_first_part_is_read_leaves_no_engine_that_seems_ready(
    qtbot: QtBot, paths: Paths
) -> None:
    engine = Reading()
    with open_shell(qtbot, paths, engine) as shell:
        shell.window.prompt.generate()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "starting…", timeout=PATIENCE)
        shell.studio.cancel()
        engine.read.set()
        qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
        assert shell.studio.engine_state == "stopped"


def test_another_model_taken_while_a_part_is_read_never_seems_ready_before_it_is(
    qtbot: QtBot, paths: Paths
) -> None:
    engine, states = Reading(), list[str]()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "ready", timeout=PATIENCE)
        shell.window.prompt.generate()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "starting…", timeout=PATIENCE)
        shell.studio.engine_state_changed.connect(states.append)
        shell.studio.use_model(FakeEngine(), families.find("starter"))
        engine.read.set()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "ready", timeout=PATIENCE)
        assert states == ["stopped", "starting…", "ready"]


def test_a_run_cancelled_while_a_part_is_read_leaves_no_engine_that_seems_to_start(
    qtbot: QtBot, paths: Paths
) -> None:
    engine = Reading()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "ready", timeout=PATIENCE)
        shell.window.prompt.generate()
        qtbot.waitUntil(lambda: shell.studio.engine_state == "starting…", timeout=PATIENCE)
        shell.studio.cancel()
        qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
        assert shell.studio.engine_state == "ready"
        engine.read.set()


# Questions: a preview, a test of the device


def asked(shell: Shell) -> Job:
    """A question to the engine, as a preview is one."""
    question = Generate(prompt="a red apple")
    return shell.studio.remedies.runs.ask(question, lambda _job, _report: None)


def becomes(qtbot: QtBot, shell: Shell, state: str) -> None:
    qtbot.waitUntil(lambda: shell.studio.engine_state == state, timeout=PATIENCE)


def line(shell: Shell) -> str:
    return shell.workbench.parts.status.engine.text()


def test_a_question_for_which_a_part_is_read_says_that_it_takes_its_time(
    qtbot: QtBot, paths: Paths
) -> None:
    engine = Reading()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        becomes(qtbot, shell, "ready")
        job = asked(shell)
        becomes(qtbot, shell, "starting…")
        assert line(shell) == "CPU · offline · starting…"
        assert not shell.studio.busy, "a run may be asked for, and comes next"
        engine.read.set()
        becomes(qtbot, shell, "ready")
        qtbot.waitUntil(lambda: not job.active, timeout=PATIENCE)
        assert line(shell) == "CPU · offline · ready"


def test_previews_that_find_all_they_need_at_once_leave_the_line_in_peace(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.studio.warm_up()
    becomes(qtbot, shell, "ready")
    states: list[str] = []
    shell.studio.engine_state_changed.connect(states.append)
    for _ in range(30):
        job = asked(shell)
        qtbot.waitUntil(lambda job=job: not job.active, timeout=PATIENCE)
    qtbot.wait(2 * NOTICED)
    assert (states, shell.engine.finished) == ([], 30)


def test_a_question_after_the_engine_had_stopped_is_seen_to_start_it(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.engine.error = FULL
    shell.paint(qtbot)
    shell.engine.error, shell.engine.pause = None, 0.5  # before its first word, too
    states: list[str] = []
    shell.studio.engine_state_changed.connect(states.append)
    assert shell.studio.engine_state == "stopped"
    asked(shell)
    becomes(qtbot, shell, "ready")
    assert states == ["starting…", "ready"]


def test_a_question_that_ends_the_engine_leaves_none_that_seems_ready(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.studio.warm_up()
    becomes(qtbot, shell, "ready")
    shell.engine.error = FULL
    asked(shell)
    becomes(qtbot, shell, "stopped")
    assert not shell.failures, "whoever asked says it"


def test_a_question_that_fails_or_is_given_up_while_it_reads_leaves_all_as_it_was(
    qtbot: QtBot, paths: Paths
) -> None:
    engine = Reading()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        becomes(qtbot, shell, "ready")
        first, second = asked(shell), asked(shell)
        becomes(qtbot, shell, "starting…")
        second.cancel()
        assert shell.studio.engine_state == "starting…", "it only waited"
        first.cancel()
        assert shell.studio.engine_state == "ready"
        assert [each for each in engine.given_up if each is engine.requests[0]], "told at once"
        engine.error, engine.error_after = WeightsDamaged("The model file x is cut off."), 1
        third = asked(shell)
        engine.read.set()
        qtbot.waitUntil(lambda: not third.active, timeout=PATIENCE)
        assert shell.studio.engine_state == "ready", "what was loaded before still is"


def test_a_run_cancelled_while_it_waits_for_a_question_that_reads_leaves_its_state_alone(
    qtbot: QtBot, paths: Paths
) -> None:
    engine = Reading()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        becomes(qtbot, shell, "ready")
        question = asked(shell)
        becomes(qtbot, shell, "starting…")
        shell.window.prompt.generate()
        assert shell.studio.busy
        shell.studio.cancel()
        assert shell.studio.engine_state == "starting…", "it still reads for the question"
        question.cancel()
        assert shell.studio.engine_state == "ready"
        engine.read.set()


def test_another_model_taken_while_a_question_reads_never_seems_ready_before_it_is(
    qtbot: QtBot, paths: Paths
) -> None:
    engine, states = Reading(), list[str]()
    with open_shell(qtbot, paths, engine) as shell:
        shell.studio.warm_up()
        becomes(qtbot, shell, "ready")
        asked(shell)
        becomes(qtbot, shell, "starting…")
        shell.studio.engine_state_changed.connect(states.append)
        shell.studio.use_model(FakeEngine(), families.find("starter"))
        engine.read.set()
        becomes(qtbot, shell, "ready")
        assert states == ["stopped", "starting…", "ready"]


def test_a_test_of_the_device_says_that_it_goes_on_and_can_be_given_up(
    qtbot: QtBot, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, lost = Reading(), DeviceFailed("The card or its driver failed; nothing is lost.")
    with open_shell(qtbot, paths, engine) as shell:
        engine.read.set()
        monkeypatch.setattr(type(shell.studio.remedies.runs), "device", "cuda")
        engine.error, engine.error_after = lost, 4
        shell.paint(qtbot)
        engine.error = None
        engine.read.clear()
        messages = shell.window.messages

        def press(text: str) -> None:
            (button,) = [each for each in messages.ways_out if each.text() == text]
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

        press("Test device")
        assert messages.text.startswith("A small picture is being painted to test the device")
        assert [each.text() for each in messages.ways_out] == ["Cancel"]
        becomes(qtbot, shell, "starting…")
        press("Cancel")
        assert messages.text.startswith("The test of the device was given up")
        assert messages.property("kind") == "hint"
        ways = [each.text() for each in messages.ways_out]
        assert ways == ["Paint on the processor", "Test device", "Try again"]
        assert shell.studio.engine_state == "ready"
        engine.read.set()
        press("Test device")
        qtbot.waitUntil(lambda: messages.text.startswith("It works"), timeout=PATIENCE)
