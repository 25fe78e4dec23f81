"""Adjustments in the real window: chosen in the menu, moved by sliders, applied or abandoned."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.controls.number_row import NumberRow
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.windows.adjustment import AdjustmentWindow
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
GREY = Rect(0, 0, 64, 64)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(np.full((64, 64, 3), 100, np.uint8), "grey")
        yield shell


def begin(shell: Shell, name: str) -> AdjustmentWindow:
    shell.workbench.actions_by_verb[f"adjust.begin:{name}"].trigger()
    (window,) = shell.window.findChildren(AdjustmentWindow)
    return window


def settle(qtbot: QtBot, shell: Shell, window: AdjustmentWindow, name: str, value: float) -> None:
    """Type a value and wait until the picture shows it."""
    row = window.form.rows[name]
    assert isinstance(row, NumberRow)
    qtbot.waitUntil(lambda: shell.studio.adjusting.complete, timeout=PATIENCE)
    with qtbot.waitSignal(shell.studio.adjusting.computed, check_params_cb=bool, timeout=PATIENCE):
        row.box.setValue(value)


def level(shell: Shell) -> int:
    return int(composite(shell.studio.document.seen, GREY)[30, 30, 0])


def test_a_slider_shows_in_the_picture_and_apply_makes_one_step(qtbot: QtBot, shell: Shell) -> None:
    window = begin(shell, "levels")
    settle(qtbot, shell, window, "white", 150)
    settle(qtbot, shell, window, "white", 200)
    assert level(shell) == 128
    window.apply()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)
    assert shell.studio.document.history == ("Paste picture", "Levels")
    shell.studio.undo()
    assert level(shell) == 100


@pytest.mark.parametrize("name", ["levels", "hue", "sharpen"])
def test_sliders_and_boxes_end_in_one_line(qtbot: QtBot, shell: Shell, name: str) -> None:
    window = begin(shell, name)
    rows = [row for row in window.form.rows.values() if isinstance(row, NumberRow)]
    assert len(rows) > 1
    qtbot.waitUntil(lambda: len({row.box.x() for row in rows}) == 1 and rows[0].box.x() > 0)


def test_escape_leaves_the_picture_as_it_was(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    window = begin(shell, "hue")
    settle(qtbot, shell, window, "lightness", 50)
    assert level(shell) == 178
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert shell.studio.document.picture is before


def test_the_picture_can_be_compared_with_what_it_was(qtbot: QtBot, shell: Shell) -> None:
    window = begin(shell, "hue")
    settle(qtbot, shell, window, "lightness", 50)
    window.preview.click()
    assert level(shell) == 100
    window.preview.click()
    assert level(shell) == 178


def test_without_a_layer_a_sentence_says_why(shell: Shell) -> None:
    shell.studio.undo()
    shell.workbench.actions_by_verb["adjust.begin:blur"].trigger()
    assert shell.window.findChildren(AdjustmentWindow) == []
    assert "is empty" in shell.window.messages.text


def test_it_is_not_modal_and_another_one_takes_its_place(qtbot: QtBot, shell: Shell) -> None:
    first = begin(shell, "levels")
    settle(qtbot, shell, first, "white", 150)
    assert not first.isModal()
    shell.workbench.actions_by_verb["adjust.begin:hue"].trigger()
    assert not first.isVisible()
    (second,) = (w for w in shell.window.findChildren(AdjustmentWindow) if w is not first)
    qtbot.waitUntil(second.isVisible, timeout=PATIENCE)
    settle(qtbot, shell, second, "lightness", 50)
    assert level(shell) == 178


def test_a_layer_that_is_gone_closes_the_window(qtbot: QtBot, shell: Shell) -> None:
    window = begin(shell, "levels")
    shell.studio.undo()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)
    assert shell.failures == []
