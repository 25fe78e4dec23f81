"""Erase and describe with nothing made up: the window, the brush, the Starter in its own process.

Read it like a page of the manual.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.ask import Meaning
from desktop.document.composite import composite
from desktop.document.edits import move_frame, place_image
from desktop.document.geometry import Rect
from desktop.paths import Paths
from engine.process import ProcessEngine, open_process
from tests.desktop.pointing import Mouse
from tests.fakes import square
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = Path(__file__).parents[2]
PATIENCE = 120_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""
FRAME = Rect(0, 0, 256, 256)
PICTURE = square(60, 256, 256)
"""Plain, so that a test sees every pixel that was touched."""


class Lent(ProcessEngine):
    """Stays when the window that borrowed it closes."""

    def close(self) -> None:
        """Keep the child for the next window."""


@pytest.fixture(scope="module")
def starter() -> Iterator[ProcessEngine]:
    """The Starter in a process of its own, one for all tests of this page."""
    engine = open_process([ROOT / "resources"], "starter")
    engine.__class__ = Lent
    yield engine
    ProcessEngine.close(engine)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths, starter: ProcessEngine) -> Iterator[Shell]:
    with open_shell(qtbot, paths, starter) as shell:
        document = shell.studio.document
        document.do(move_frame(FRAME))
        document.do(place_image(PICTURE, FRAME, "original"))
        yield shell


def in_frame(shell: Shell) -> np.ndarray:
    return composite(shell.studio.document.picture, shell.studio.document.picture.frame)[..., :3]


def run(qtbot: QtBot, shell: Shell, words: str) -> None:
    """Write a prompt and press Enter; wait for the pictures."""
    prompt = shell.window.prompt
    prompt.write()
    qtbot.keyClicks(prompt.edit, words)
    qtbot.keyClick(prompt.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert shell.failures == []


@pytest.mark.slow
def test_mask_with_the_brush_describe_choose_accept(qtbot: QtBot, shell: Shell) -> None:
    window, studio, hand = shell.window, shell.studio, shell.window.canvas.hand
    prompt, tray = window.prompt, studio.candidates

    # The frame is full and nothing is masked: the button says that all of it would be painted over.
    qtbot.waitUntil(lambda: prompt.run.text() == "Paint over")
    assert prompt.strength.isVisible()

    # Q, then a stroke over the middle: now the button says that only the hole would be filled.
    shell.workbench.actions_by_verb["hand.toggle_mask"].trigger()
    hand.change("brush", size=80.0, hardness=100.0)
    Mouse(window.canvas).drag((110, 128), (128, 128), (146, 128))
    qtbot.waitUntil(lambda: prompt.run.text() == "Fill")
    assert not prompt.strength.isVisible()
    mask = studio.document.picture.mask.read(FRAME)
    assert mask[128, 128] == 255
    assert mask[128, 20] == 0

    # Two candidates come into the tray; each shows the whole frame, changed in the hole alone.
    prompt.count.setValue(2)
    prompt.seed.setText("8")  # after few steps some seeds hardly leave the colour that was there
    prompt.lock.setChecked(True)
    run(qtbot, shell, "a red apple")
    prompt.lock.setChecked(False)
    assert len(tray.items) == 2
    far = reach_of(mask, feather=studio.settings.feather) == 0
    for candidate in tray.items:
        assert candidate.frame == FRAME
        assert np.array_equal(candidate.pixels[far], PICTURE[far])
        assert np.abs(candidate.pixels[mask == 255].astype(int) - PICTURE[0, 0]).max() > 20, (
            "nothing was painted there"
        )

    # The second one is chosen: it is seen in place, and the picture is still untouched.
    tray.next()
    tray.next()
    assert np.array_equal(in_frame(shell), PICTURE)

    # Accept: a result layer; outside of mask and feather every pixel is what it was.
    chosen = tray.items[1]
    window.tray.accept()
    top = studio.document.picture.layers[-1]
    assert (top.name, tray.items) == ("a red apple", ())
    assert top.result is not None
    shown = in_frame(shell)
    assert np.array_equal(shown[far], PICTURE[far])
    assert np.abs(shown.astype(int) - chosen.pixels).max() <= 1
    assert studio.intent.meaning is Meaning.OVER, "the mask has done its work"

    # Ctrl+Z brings back picture and mask, as they were before.
    shell.workbench.actions_by_verb["studio.undo"].trigger()
    assert np.array_equal(in_frame(shell), PICTURE)
    assert studio.intent.meaning is Meaning.FILL


@pytest.mark.slow
def test_a_frame_over_the_edge_extends_the_picture(qtbot: QtBot, shell: Shell) -> None:
    window, studio = shell.window, shell.studio
    frame = FRAME.translated(128, 0)
    studio.document.do(move_frame(frame))
    qtbot.waitUntil(lambda: window.prompt.run.text() == "Extend")

    window.prompt.count.setValue(1)
    run(qtbot, shell, "a red apple")
    studio.accept(0)
    assert studio.document.picture.content() == Rect(0, 0, 384, 256)
    shown = in_frame(shell)
    reach = 128 - studio.settings.feather
    assert np.array_equal(shown[:, :reach], PICTURE[:, 128 : 128 + reach])
    assert shown[:, 128:].std() > 1


def reach_of(mask: np.ndarray, feather: int) -> np.ndarray:
    """What lies within `feather` pixels of the mask, counted in squares: 255, elsewhere 0."""
    out = mask.copy()
    for axis in (0, 1):
        for by in range(1, feather + 1):
            for shift in (by, -by):
                np.maximum(out, np.roll(mask, shift, axis), out=out)
        mask = out.copy()
    return out
