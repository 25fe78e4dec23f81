"""Result layers, variations and enlarging by the window's own controls: a page of the manual."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.edits import Edit, place_image
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.paths import Paths
from engine.requests import Inpaint, Upscale, Vary
from tests.fakes import square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FRAME = Rect(0, 0, 64, 64)
OLD = square(60, 64, 64)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.studio.document.do(place_image(OLD, FRAME, "original"))
        yield shell


@pytest.fixture
def filled(qtbot: QtBot, shell: Shell) -> Shell:
    """A hole in the middle was masked, filled and accepted."""
    hole = Channel.of_rect(Rect(24, 24, 16, 16))
    shell.studio.document.do(Edit("Mask", lambda old: Picture(old.frame, old.layers, hole)))
    prompt = shell.window.prompt
    prompt.edit.setPlainText("a red apple")
    prompt.seed.setText("11")  # one seed in 256 has the colour of what was there
    prompt.lock.setChecked(True)
    shell.paint(qtbot)
    prompt.lock.setChecked(False)
    shell.studio.accept(0)
    return shell


def top(shell: Shell) -> Layer:
    return shell.studio.document.picture.layers[-1]


def seen(shell: Shell) -> np.ndarray:
    return composite(shell.studio.document.picture, FRAME)[..., :3]


def wait(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert shell.failures == []


def touched(shell: Shell) -> int:
    """How many pixels differ from the old picture."""
    return int((seen(shell) != OLD).any(axis=2).sum())


def test_feather_and_growth_change_the_accepted_result_and_are_remembered(filled: Shell) -> None:
    panel = filled.workbench.parts.result
    assert "seam can still be changed" in panel.about.text()
    panel.feather.box.setValue(0)
    assert touched(filled) == 16 * 16
    panel.grow.box.setValue(4)
    assert touched(filled) > 20 * 20
    result = top(filled).result
    assert result is not None
    assert (result.seam.feather, result.seam.grow) == (0, 4)
    assert filled.studio.settings.feather == 0
    filled.studio.undo()
    assert touched(filled) == 16 * 16
    assert panel.grow.value == 0, "the panel follows undo"


def test_while_a_slider_is_dragged_the_picture_follows_and_it_is_one_step(
    qtbot: QtBot, filled: Shell
) -> None:
    panel, document = filled.workbench.parts.result, filled.studio.document
    steps = document.position
    panel.feather.slider.setSliderDown(True)
    panel.feather.slider.setValue(0)
    qtbot.waitUntil(lambda: document.previewing, timeout=PATIENCE)
    assert touched(filled) == 16 * 16
    assert document.position == steps
    panel.feather.slider.setSliderDown(False)
    assert (document.position, document.previewing) == (steps + 1, False)
    assert document.undo_name == "Change seam"


def test_again_takes_the_place_of_the_layer_when_it_is_accepted(
    qtbot: QtBot, filled: Shell
) -> None:
    filled.workbench.parts.result.feather.box.setValue(3)
    before = top(filled).id
    qtbot.mouseClick(filled.workbench.parts.result.again, LEFT)
    wait(qtbot, filled)
    request = filled.engine.requests[-1]
    assert isinstance(request, Inpaint)
    assert (request.prompt, request.seam.feather) == ("a red apple", 3)
    assert np.array_equal(request.image[..., :3], OLD)
    filled.studio.accept(1)
    assert len(filled.studio.document.picture.layers) == 2
    assert top(filled).id != before
    assert top(filled).result is not None


def test_made_ordinary_a_result_has_no_seam_any_more(qtbot: QtBot, filled: Shell) -> None:
    panel, before = filled.workbench.parts.result, seen(filled)
    qtbot.mouseClick(panel.fix, LEFT)
    assert top(filled).result is None
    assert np.array_equal(seen(filled), before)
    assert not panel.feather.isEnabled()


def test_merge_down_leaves_one_layer_that_looks_the_same(qtbot: QtBot, filled: Shell) -> None:
    before = seen(filled)
    qtbot.mouseClick(filled.workbench.parts.result.merge, LEFT)
    assert len(filled.studio.document.picture.layers) == 1
    assert np.abs(seen(filled).astype(int) - before).max() <= 1


def test_a_layer_that_nobody_asked_for_offers_no_seam(shell: Shell) -> None:
    panel = shell.workbench.parts.result
    assert "not made by the engine" in panel.about.text()
    assert not panel.feather.isEnabled()
    assert not panel.again.isEnabled()


def test_one_click_varies_what_is_chosen_in_the_tray(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    shell.studio.candidates.choose(1)
    qtbot.mouseClick(shell.window.tray.vary_button, LEFT)
    wait(qtbot, shell)
    request = shell.engine.requests[-1]
    assert isinstance(request, Vary)
    assert (request.meaning, request.composition) == (0.0, 1.0)
    assert len(shell.studio.candidates.items) == 8, "variations join the tray"
    assert shell.studio.candidates.chosen == 1


@pytest.mark.slow
def test_one_click_varies_the_layer_in_use(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.parts.variations.meaning.box.setValue(30)
    qtbot.mouseClick(shell.workbench.parts.variations.vary_layer, LEFT)
    wait(qtbot, shell)
    request = shell.engine.requests[-1]
    assert isinstance(request, Vary)
    assert (request.meaning, request.composition) == (0.3, 1.0)
    assert request.idea.image is not None
    assert np.array_equal(request.idea.image[..., :3], OLD)
    shell.studio.accept(0)
    assert [layer.bounds() for layer in shell.studio.document.picture.layers] == [FRAME, FRAME]


def test_two_locks_keep_meaning_or_composition_and_never_both(shell: Shell) -> None:
    panel = shell.workbench.parts.variations
    panel.meaning_lock.click()
    assert (panel.meaning.value, panel.composition.value) == (0, 100)
    assert (panel.meaning.isEnabled(), panel.composition.isEnabled()) == (False, True)
    panel.composition_lock.click()
    assert (panel.meaning.value, panel.composition.value) == (50, 0)
    assert not panel.meaning_lock.isChecked()
    assert (panel.meaning.isEnabled(), panel.composition.isEnabled()) == (True, False)
    assert (shell.studio.settings.meaning, shell.studio.settings.composition) == (50, 0)


def test_an_enlarged_picture_is_compared_with_the_small_one_and_takes_its_place(
    qtbot: QtBot, shell: Shell
) -> None:
    button = shell.workbench.parts.variations.findChild(QPushButton, "enlarge_picture_2")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, LEFT)
    wait(qtbot, shell)
    assert isinstance(shell.engine.requests[-1], Upscale)
    with qtbot.waitSignal(shell.window.tray.overlay_changed) as shown:
        shell.studio.candidates.choose(0)
    overlay = shown.args[0]
    assert overlay.frame == Rect(0, 0, 128, 128)
    assert np.array_equal(overlay.before, OLD)
    with qtbot.waitSignal(shell.window.tray.overlay_changed) as shown:
        shell.window.tray.compare.setValue(40)
    assert shown.args[0].share == 0.4
    shell.studio.accept(0)
    assert shell.studio.document.picture.content() == Rect(0, 0, 128, 128)
    assert shell.studio.document.picture.frame == Rect(0, 0, 128, 128)
    assert shell.window.tray.compare.value() == 0


def test_the_first_tile_is_the_original(qtbot: QtBot, shell: Shell) -> None:
    tray = shell.window.tray
    assert not tray.original.isVisible()
    shell.paint(qtbot)
    assert tray.original.isChecked()
    shell.studio.candidates.choose(2)
    assert not tray.original.isChecked()
    with qtbot.waitSignal(tray.overlay_changed) as shown:
        qtbot.mouseClick(tray.original, LEFT)
    assert shown.args == [None]
    assert shell.studio.candidates.chosen is None
    assert tray.original.isChecked()
