"""How long each verb of the menus holds the thread of the window up, with something to act on."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.windows.pages import Page
from tests.benchmarks.test_turns import (
    FRAME,
    FRAME_TIME,
    NOTICED,
    PATIENCE,
    put_away,
    rests,
    shell,
)
from tests.benchmarks.turns import Turns, as_event
from tests.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")
__all__ = ["shell"]

ELSEWHERE = ("window.close",)


def settle(qtbot: QtBot, shell: Shell) -> None:
    """Wait until nothing is at work, and a little longer."""
    qtbot.wait(60)
    qtbot.waitUntil(lambda: rests(shell.studio), timeout=PATIENCE)
    qtbot.wait(150)


def lay_out(qtbot: QtBot, shell: Shell, verb: str) -> None:
    """Have a layer, a selection and a chosen picture in view, or one chosen in the gallery."""
    put_away(shell)
    studio, pages = shell.studio, shell.workbench.pages
    pages.show(Page.CANVAS)
    while studio.document.can_undo:
        studio.document.undo()
    grey = np.full((512, 512, 3), 200, np.uint8)
    studio.document.do(move_frame(FRAME))
    studio.document.do(place_image(grey, FRAME, "grey"))
    studio.document.do(select(Channel.of_rect(Rect(128, 128, 256, 256))))
    if not studio.candidates.items:
        shell.window.prompt.generate()
    settle(qtbot, shell)
    if studio.candidates.chosen is None:
        studio.candidates.choose(0)
    if verb.startswith("gallery.choose"):
        pages.show(Page.GALLERY)
        settle(qtbot, shell)
        pages.gallery.grid.select([1])
    settle(qtbot, shell)


@pytest.mark.benchmark
def test_the_longest_turn_of_each_verb(qtbot: QtBot, shell: Shell) -> None:
    """The longest first; a verb that has nothing to act on is named apart.

    The colours of the second time are those that are in view already.
    """
    shell.window.prompt.edit.setPlainText("a red apple")
    found: dict[str, list[float]] = {}
    impossible: list[str] = []
    for verb, action in shell.workbench.actions_by_verb.items():
        for _ in range(0 if verb.startswith(ELSEWHERE) else 2):
            lay_out(qtbot, shell, verb)
            if not action.isEnabled():
                impossible.append(verb)
                break
            with Turns() as turns:
                as_event(action.trigger)
                settle(qtbot, shell)
            found.setdefault(verb, []).append(turns.longest)
            for window in QApplication.topLevelWidgets():
                if window.isVisible() and window is not shell.window:
                    window.close()
    print("\n| verb | first ms | again ms |\n| --- | ---: | ---: |")
    for verb, (first, again) in sorted(found.items(), key=lambda row: -max(row[1])):
        print(f"| {verb} | {first:.1f} | {again:.1f} |")
    over = [verb for verb, times in found.items() if max(times) > FRAME_TIME]
    print(f"over {FRAME_TIME:.0f} ms: {', '.join(over) or 'none'}")
    print(f"impossible: {', '.join(impossible)}")
    assert {verb for verb, (_, again) in found.items() if again > NOTICED} == set()
    assert len(found) > 80
