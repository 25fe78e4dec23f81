"""A click on a tool is the way to the canvas: its keys do not go into the prompt."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from tests.fakes import square
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.show_canvas()
        shell.studio.place_pixels(square(3, 40, 40), "painted")
        qtbot.waitUntil(shell.window.edit.hasFocus)
        yield shell


def button_of(shell: Shell, verb: str) -> QToolButton:
    action = shell.workbench.actions_by_verb[verb]
    bar = shell.window.findChild(QToolBar, "tools")
    return next(each for each in bar.findChildren(QToolButton) if each.defaultAction() is action)


def test_a_clicked_tool_hears_the_keys_that_follow(qtbot: QtBot, shell: Shell) -> None:
    words = shell.window.edit.toPlainText()
    qtbot.mouseClick(button_of(shell, "hand.take:brush"), LEFT)
    assert shell.window.canvas.hasFocus()
    size = shell.workbench.parts.hand.options_of("brush").size
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_BracketRight)
    assert shell.workbench.parts.hand.options_of("brush").size > size
    assert shell.window.edit.toPlainText() == words


def test_a_tool_that_is_in_the_hand_already_leads_there_too(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.parts.hand.take("brush")
    assert shell.window.edit.hasFocus()
    qtbot.mouseClick(button_of(shell, "hand.take:brush"), LEFT)
    assert shell.window.canvas.hasFocus()


def test_a_second_click_on_the_eraser_leaves_it_in_the_hand(qtbot: QtBot, shell: Shell) -> None:
    for _ in range(2):
        qtbot.mouseClick(button_of(shell, "hand.take:eraser"), LEFT)
        assert shell.workbench.parts.hand.tool == "eraser"
        assert button_of(shell, "hand.take:eraser").isChecked()


@pytest.mark.parametrize(
    ("scheme", "then"), [("easel", "brush"), ("krita", "brush"), ("photoshop", "eraser")]
)
def test_e_again_gives_the_brush_back_where_the_scheme_says_so(
    qtbot: QtBot, shell: Shell, scheme: str, then: str
) -> None:
    shell.workbench.keymap.choose(scheme)
    shell.window.canvas.setFocus()
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_E)
    assert shell.workbench.parts.hand.tool == "eraser"
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_E)
    assert shell.workbench.parts.hand.tool == then
    assert button_of(shell, f"hand.take:{then}").isChecked()


def test_a_key_that_is_held_down_turns_nothing_on_and_off(shell: Shell) -> None:
    actions = shell.workbench.actions_by_verb
    assert not actions["hand.take:eraser"].autoRepeat()
    assert not actions["hand.toggle_mask"].autoRepeat()
    assert actions["hand.larger"].autoRepeat()


def test_who_goes_by_tab_stays_in_the_bar(qtbot: QtBot, shell: Shell) -> None:
    button = button_of(shell, "hand.take:brush")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert shell.workbench.parts.hand.tool == "brush"
    assert button.hasFocus()
