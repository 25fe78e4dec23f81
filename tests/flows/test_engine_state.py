"""What the status line says of the engine after a run that came to no good end."""

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from engine import events as engine_events
from engine import families
from engine.errors import NotFinite, OutOfMemory, WeightsDamaged
from engine.requests import Painting
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

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
