"""What can be done with a result, with nothing made up: the window and the Starter."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop.candidates import Candidate
from desktop.document.composite import composite
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.keeping import cosine
from desktop.paths import Paths
from engine.process import open_process
from engine.requests import Pixels
from tests.held_process import done_without
from tests.shell import Shell, open_shell

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints")]

ROOT = Path(__file__).parents[2]
PATIENCE = 240_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""
FRAME = Rect(0, 0, 256, 256)
FEW = 6
"""Steps: what is tested is the way, not the beauty."""


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    engine = open_process([ROOT / "resources"], "starter")
    with open_shell(qtbot, paths, engine) as shell:  # type: ignore[arg-type]
        shell.studio.settings = replace(shell.studio.settings, count=1, steps=FEW, prior_steps=FEW)
        shell.studio.document.do(move_frame(FRAME))
        yield shell


@pytest.mark.slow
def test_vary_lock_enlarge_extend_and_cancel(qtbot: QtBot, shell: Shell) -> None:
    apple = an_apple(qtbot, shell)
    a_locked_meaning_gives_another_picture_of_the_same_idea(qtbot, shell, apple)
    a_locked_composition_gives_another_idea_in_the_same_places(qtbot, shell, apple)
    enlarging_keeps_what_is_seen_and_shows_it_beside_what_was(qtbot, shell)
    a_plan_of_frames_is_painted_and_can_be_stopped(qtbot, shell)


def an_apple(qtbot: QtBot, shell: Shell) -> Candidate:
    shell.studio.generate("a red apple", 1, 7)
    painted(qtbot, shell)
    (apple,) = shell.studio.candidates.items
    shell.studio.candidates.choose(0)
    return apple


def a_locked_meaning_gives_another_picture_of_the_same_idea(
    qtbot: QtBot, shell: Shell, apple: Candidate
) -> None:
    shell.workbench.parts.variations.meaning_lock.click()
    other = varied(qtbot, shell)
    assert likeness(apple, other) > 0.99
    assert not alike(apple.pixels, other.pixels)


def a_locked_composition_gives_another_idea_in_the_same_places(
    qtbot: QtBot, shell: Shell, apple: Candidate
) -> None:
    shell.workbench.parts.variations.composition_lock.click()
    other = varied(qtbot, shell)
    assert likeness(apple, other) < 0.95
    assert shape(apple.pixels, other.pixels) > 0.5


def enlarging_keeps_what_is_seen_and_shows_it_beside_what_was(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.candidates.choose(0)
    shell.studio.accept()
    before = composite(shell.studio.document.picture, FRAME)[..., :3]
    shell.workbench.actions_by_verb["paint.enlarge_picture:2"].trigger()
    painted(qtbot, shell)
    (large,) = shell.studio.candidates.items
    assert large.pixels.shape[:2] == (512, 512)
    small = np.asarray(Image.fromarray(large.pixels[..., :3]).resize((256, 256)), int)
    assert np.abs(small - before).mean() < 8
    shell.studio.candidates.choose(0)
    tray = shell.window.tray
    with qtbot.waitSignal(tray.overlay_changed) as shown:
        tray.compare.setValue(50)
    (overlay,) = shown.args or ()
    assert (overlay.share, overlay.before is large.before) == (0.5, True)
    shell.studio.reject()


def a_plan_of_frames_is_painted_and_can_be_stopped(qtbot: QtBot, shell: Shell) -> None:
    studio = shell.studio
    studio.extend([FRAME.translated(128 * step, 0) for step in (1, 2, 3)], "a red apple")
    layers = studio.document.picture.layers
    qtbot.waitUntil(
        lambda: len(studio.document.picture.layers) == len(layers) + 1, timeout=PATIENCE
    )
    old = Rect(0, 0, 256 - studio.settings.feather, 256)
    assert np.array_equal(composite(studio.document.picture, old), composite_of(layers, shell, old))
    qtbot.waitUntil(lambda: studio.busy, timeout=PATIENCE)
    child = shell.engine.process_id  # type: ignore[attr-defined]
    assert done_without(child, studio.cancel)
    assert not studio.busy
    assert studio.document.picture.content() == Rect(0, 0, 384, 256)
    studio.generate("a blue boat", 1, 1)
    painted(qtbot, shell)
    assert len(studio.candidates.items) == 1


def composite_of(layers: tuple[Layer, ...], shell: Shell, area: Rect) -> Pixels:
    picture = replace(shell.studio.document.picture, layers=layers)
    return composite(picture, area)


def painted(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert shell.failures == []


def varied(qtbot: QtBot, shell: Shell) -> Candidate:
    """One variation of the first picture."""
    shell.studio.candidates.choose(0)
    shell.workbench.actions_by_verb["paint.vary"].trigger()
    painted(qtbot, shell)
    return shell.studio.candidates.items[-1]


def likeness(one: Candidate, other: Candidate) -> float:
    """Of the ideas that the decoder was told."""
    return cosine(one.embedding.astype(np.float32), other.embedding.astype(np.float32))


def alike(one: Pixels, other: Pixels) -> bool:
    return bool(np.abs(one.astype(int) - other).mean() < 4)


def shape(one: Pixels, other: Pixels) -> float:
    """How far light and dark lie in the same places: the correlation of 16 x 16 grey pixels."""
    first, second = (
        np.asarray(Image.fromarray(each).convert("L").resize((16, 16)), float).ravel()
        for each in (one, other)
    )
    return float(np.corrcoef(first, second)[0, 1])
