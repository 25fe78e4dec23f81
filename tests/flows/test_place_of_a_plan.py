"""While frames are painted one after the other, the canvas shows where; read it like the manual."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.paths import Paths
from engine.errors import InvalidRequest
from engine.events import Event, Image
from engine.requests import Request
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints")]
FRAME = Rect(0, 0, 256, 256)
PLAN = [FRAME.translated(128 * step, 0) for step in (1, 2)]


@dataclass
class Halting(FakeEngine):
    """A fake engine that waits before each picture until it is let on."""

    on: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    free: bool = False

    def _script(self, request: Request) -> Iterator[Event]:
        for event in super()._script(request):
            if isinstance(event, Image) and not self.free:
                assert self.on.acquire(timeout=PATIENCE / 1000)
            yield event

    def interrupt(self) -> None:
        super().interrupt()
        self.free = True
        self.on.release()


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    """A picture that fills its frame."""
    with open_shell(qtbot, paths, Halting()) as shell:
        shell.window.resize(1200, 780)
        shell.workbench.show_canvas()
        document = shell.studio.document
        document.do(move_frame(FRAME))
        document.do(place_image(square(60, 256, 256), FRAME, "original"))
        at_rest(qtbot, shell)
        yield shell
        shell.studio.cancel()
        shell.engine.interrupt()
        qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)


def at_rest(qtbot: QtBot, shell: Shell) -> None:
    """Wait until the canvas keeps its size, and fit the picture into it."""
    canvas, sizes = shell.window.canvas, list[QSize]()
    while len(sizes) < 3 or len(set(map(QSize.toTuple, sizes[-3:]))) > 1:
        qtbot.wait(60)
        sizes.append(canvas.size())
    canvas.fit()


def let_on(shell: Shell) -> None:
    """Let the engine finish a picture."""
    engine = shell.engine
    assert isinstance(engine, Halting)
    engine.on.release()


def marked(shell: Shell, place: Rect) -> bool:
    """Whether the sides of a place are drawn in the colour of what goes on, and are in view."""
    canvas = shell.window.canvas
    QTest.qWait(50)
    seen: QImage = canvas.grab().toImage()
    wanted = canvas.palette().color(QPalette.ColorRole.Highlight)
    view = canvas.viewport
    down = place.top + place.height * 0.3
    sides = [(place.left, down), (place.right, down)]  # over the others the frame's own lie
    places = [QPoint(*map(round, view.place(*each))) for each in sides]
    return all(canvas.rect().contains(at) and _near(seen, at, wanted) for at in places)


def _near(seen: QImage, at: QPoint, wanted: QColor) -> bool:
    around = [QPoint(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return any(seen.pixelColor(at + each).rgb() == wanted.rgb() for each in around)


def painting(qtbot: QtBot, shell: Shell, layers: int) -> None:
    """Wait until so many layers are there and the next one is being painted."""
    studio = shell.studio
    qtbot.waitUntil(lambda: len(studio.document.picture.layers) == layers, timeout=PATIENCE)
    qtbot.waitUntil(lambda: studio.candidates.frame is not None, timeout=PATIENCE)


def test_the_place_being_painted_is_marked_and_the_frame_goes_there_when_it_is_done(
    qtbot: QtBot, shell: Shell
) -> None:
    document = shell.studio.document
    frames, steps = [document.picture.frame], len(document.history)
    document.listeners.append(lambda _dirty: frames.append(document.picture.frame))
    shell.studio.extend(PLAN, "a long wall")
    painting(qtbot, shell, 1)
    assert marked(shell, PLAN[0])
    assert document.picture.frame == FRAME
    let_on(shell)
    painting(qtbot, shell, 2)
    assert marked(shell, PLAN[1])
    assert not marked(shell, PLAN[0])
    let_on(shell)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert not marked(shell, PLAN[1]), "the frame is there, and nothing goes on"
    assert list(dict.fromkeys(frames)) == [FRAME, *PLAN]
    assert document.history[steps:] == ("Extend picture",) * 2, "a step for each frame, as ever"


def test_nothing_is_marked_any_more_after_a_cancel_and_the_view_is_as_it_was(
    qtbot: QtBot, shell: Shell
) -> None:
    document, canvas = shell.studio.document, shell.window.canvas
    before, view = document.picture, canvas.viewport
    shell.studio.extend(PLAN, "a long wall")
    painting(qtbot, shell, 1)
    assert marked(shell, PLAN[0])
    QTest.keyClick(shell.window.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert not marked(shell, PLAN[0])
    assert document.picture is before
    assert canvas.viewport == view


def test_nothing_is_marked_any_more_after_a_failure(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.extend(PLAN, "a long wall")
    painting(qtbot, shell, 1)
    shell.engine.error, shell.engine.error_after = InvalidRequest("That cannot be."), 0
    let_on(shell)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert len(shell.failures) == 1
    assert not any(marked(shell, place) for place in PLAN)


def test_a_view_that_somebody_has_chosen_stays(qtbot: QtBot, shell: Shell) -> None:
    canvas = shell.window.canvas
    canvas.zoom_to(1.0)
    view = canvas.viewport
    shell.studio.extend(PLAN, "a long wall")
    painting(qtbot, shell, 1)
    assert canvas.viewport == view
    let_on(shell)
    painting(qtbot, shell, 2)
    assert canvas.viewport == view


def test_a_stroke_that_goes_on_is_not_zoomed_away_under_the_hand(
    qtbot: QtBot, shell: Shell
) -> None:
    canvas, document = shell.window.canvas, shell.studio.document
    shell.workbench.actions_by_verb["hand.take:brush"].trigger()
    view, middle = canvas.viewport, canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(20, 10))
    assert document.previewing
    shell.studio.extend(PLAN, "a long wall")
    painting(qtbot, shell, 1)
    assert canvas.viewport == view
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(20, 10))


def test_a_run_for_the_tray_marks_no_place(qtbot: QtBot, shell: Shell) -> None:
    """It belongs to the frame that was there when it was asked for, as its tray does."""
    shell.studio.generate("a red apple", 1, 3)
    qtbot.waitUntil(lambda: shell.studio.candidates.frame == FRAME, timeout=PATIENCE)
    shell.studio.document.do(move_frame(PLAN[0]))
    assert not marked(shell, FRAME)
    assert not marked(shell, PLAN[0])
