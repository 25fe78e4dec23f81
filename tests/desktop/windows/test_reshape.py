"""Growing, shrinking and softening a selection by a number that is typed, in the real window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.selection_edits import deselect, select
from desktop.paths import Paths
from desktop.windows.reshape import CHANGED, NOTHING, VANISHES, ReshapeWindow
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BOX = Rect(20, 20, 60, 40)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.show_canvas()
        shell.studio.document.do(select(Channel.of_rect(BOX)))
        yield shell


def begin(qtbot: QtBot, shell: Shell, word: str) -> ReshapeWindow:
    """Choose the verb and wait for its window."""
    shell.workbench.actions_by_verb[f"reshape.begin:{word}"].trigger()
    window = shell.window.findChildren(ReshapeWindow)[-1]
    qtbot.waitUntil(window.isVisible, timeout=PATIENCE)
    return window


def type_in(qtbot: QtBot, window: ReshapeWindow, number: int) -> None:
    """Type in place of what stands there, and press Enter."""
    qtbot.keyClicks(window.row.box, str(number))
    qtbot.keyClick(window.row.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE)


def selected(shell: Shell) -> Channel:
    """What is selected."""
    selection = shell.studio.document.picture.selection
    assert selection is not None
    return selection


@pytest.mark.parametrize(
    ("word", "name", "by"),
    [("grow", "Grow selection", 17), ("shrink", "Shrink selection", -17)],
)
def test_a_typed_number_and_enter_reshape_the_selection_in_one_step(
    qtbot: QtBot, shell: Shell, word: str, name: str, by: int
) -> None:
    window = begin(qtbot, shell, word)
    assert not window.isModal()
    canvas, selection = shell.window.canvas, BOX.grown(20)
    corner = canvas.viewport.place(selection.right, selection.top)
    assert window.geometry().left() > canvas.mapToGlobal(QPoint(round(corner[0]), 0)).x()
    type_in(qtbot, window, 17)
    document = shell.studio.document
    qtbot.waitUntil(lambda: document.undo_name == name, timeout=PATIENCE)
    assert selected(shell).bounds() == BOX.grown(by)
    shell.studio.undo()
    assert selected(shell).bounds() == BOX
    assert begin(qtbot, shell, word).row.value == 17, "the number is remembered"


def test_a_soft_rim_is_as_wide_as_the_number(qtbot: QtBot, shell: Shell) -> None:
    type_in(qtbot, begin(qtbot, shell, "feather"), 20)
    document = shell.studio.document
    qtbot.waitUntil(lambda: document.undo_name == "Feather selection", timeout=PATIENCE)
    row = selected(shell).read(Rect(0, 40, 60, 1))[0]
    assert row[20] == pytest.approx(255 * 0.52 * 0.954, abs=4)  # the box is two deviations high
    assert row[10] == pytest.approx(255 * 0.17 * 0.954, abs=4)


def test_the_wheel_changes_no_number_that_is_not_focused(qtbot: QtBot, shell: Shell) -> None:
    window = begin(qtbot, shell, "grow")
    window.row.slider.clearFocus()
    for control in (window.row.slider, window.row.box):
        other = window.row.box if control is window.row.slider else window.row.slider
        other.setFocus()
        turned = QWheelEvent(
            QPointF(4, 4),
            QPointF(control.mapToGlobal(QPoint(4, 4))),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(control, turned)
        assert window.row.value == 8


def test_escape_changes_nothing(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    window = begin(qtbot, shell, "grow")
    qtbot.keyClick(window.row.box, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert shell.studio.document.picture is before


def test_without_a_selection_it_is_said(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.document.do(deselect())
    shell.workbench.actions_by_verb["reshape.begin:grow"].trigger()
    assert shell.window.findChildren(ReshapeWindow) == []
    assert shell.window.messages.text == NOTHING


def test_what_would_vanish_stays(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    type_in(qtbot, begin(qtbot, shell, "shrink"), 300)
    qtbot.waitUntil(lambda: shell.window.messages.text == VANISHES, timeout=PATIENCE)
    assert shell.studio.document.picture is before


def test_a_selection_that_is_changed_meanwhile_is_kept(qtbot: QtBot, shell: Shell) -> None:
    type_in(qtbot, begin(qtbot, shell, "grow"), 5)
    other = Rect(0, 0, 4, 4)
    shell.studio.document.do(select(Channel.of_rect(other)))  # before the thread is heard
    qtbot.waitUntil(lambda: shell.window.messages.text == CHANGED, timeout=PATIENCE)
    assert selected(shell).bounds() == other
