"""How long the verbs that change a picture hold the thread of the window up, with large layers."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.edits import place_raster
from desktop.document.geometry import Rect
from desktop.document.raster import Raster
from desktop.document.selection_edits import select
from desktop.windows.pages import Page
from tests.benchmarks.test_turns import (
    FRAME_TIME,
    NOTICED,
    PATIENCE,
    put_away,
    shell,
)
from tests.benchmarks.test_turns_of_verbs import settle
from tests.benchmarks.turns import Turns, as_event
from tests.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")
__all__ = ["shell"]

SIDE = 4096
BLOCK = 8
"""Pixels of one colour beside each other: as noisy as a photograph, not as noise."""
VERBS = (
    "adjust.",
    "canvas.",
    "clipboard.",
    "frame.",
    "hand.take:transform",
    "layer.",
    "reshape.",
    "select.",
)


def large_raster() -> Raster:
    """Blocks of random colours, opaque."""
    random = np.random.default_rng(0)
    few = random.integers(0, 256, (SIDE // BLOCK, SIDE // BLOCK, 3), np.uint8)
    return Raster.from_array(few.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1), 0, 0)


def rest(qtbot: QtBot, shell: Shell) -> None:
    """Wait until nothing is at work, and all that is in view has been drawn."""
    settle(qtbot, shell)
    qtbot.waitUntil(lambda: shell.window.canvas.complete, timeout=PATIENCE)
    qtbot.wait(300)


@pytest.mark.benchmark
def test_the_longest_turn_of_each_verb_with_large_layers(qtbot: QtBot, shell: Shell) -> None:
    """Two layers, the middle of them selected; each verb once, and undone."""
    document, canvas, raster = shell.studio.document, shell.window.canvas, large_raster()
    found: dict[str, tuple[float, float]] = {}
    for verb, action in shell.workbench.actions_by_verb.items():
        if not verb.startswith(VERBS):
            continue
        put_away(shell)
        shell.workbench.pages.show(Page.CANVAS)
        while document.can_undo:
            document.undo()
        for name in ("below", "above"):
            document.do(place_raster(raster, name))
        document.do(select(Channel.of_rect(Rect(SIDE // 4, SIDE // 4, SIDE // 2, SIDE // 2))))
        rest(qtbot, shell)
        if not action.isEnabled():
            continue
        with Turns() as there:
            as_event(action.trigger)
            rest(qtbot, shell)
        canvas.abandon()
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window is not shell.window:
                window.close()
        with Turns() as back:
            as_event(shell.studio.undo)
            rest(qtbot, shell)
        found[verb] = there.longest, back.longest
    print("\n| verb | ms | undo ms |\n| --- | ---: | ---: |")
    for verb, (once, undone) in sorted(found.items(), key=lambda row: -max(row[1])):
        print(f"| {verb} | {once:.1f} | {undone:.1f} |")
    over = [verb for verb, times in found.items() if max(times) > FRAME_TIME]
    print(f"over {FRAME_TIME:.0f} ms: {', '.join(over) or 'none'}")
    assert shell.failures == []
    assert {verb for verb, times in found.items() if max(times) > NOTICED} == set()
    assert len(found) > 30
