"""From … to …, with the way there in view: a page of the manual."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.controls.difference_row import DifferenceRow
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.panels.reword import RewordPanel
from desktop.paths import Paths
from engine.requests import Change, Reword
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FRAME = Rect(0, 0, 64, 64)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine()) as shell:
        shell.studio.document.do(place_image(square(3, 64, 64), FRAME, "my layer"))
        shell.workbench.actions_by_verb["ideas.show_reword"].trigger()
        yield shell


def panel_in(shell: Shell) -> RewordPanel:
    return shell.workbench.parts.ideas.reword


def drawn(qtbot: QtBot, panel: RewordPanel) -> None:
    """Wait for all five pictures of the strip."""
    qtbot.waitUntil(lambda: all(p is not None for p in panel.strip.pictures), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not panel.sketching.busy, timeout=PATIENCE)


def write(qtbot: QtBot, row: DifferenceRow, before: str, after: str) -> None:
    for edit, text in ((row.before, before), (row.after, after)):
        edit.setFocus()
        qtbot.keyClicks(edit, text)


def test_a_picture_is_turned_from_one_description_to_another(qtbot: QtBot, shell: Shell) -> None:
    panel, engine, studio = panel_in(shell), shell.engine, shell.studio
    assert "no picture to reword" in panel.about.text()

    # The picture is what the frame shows; the menu of the well offers it.
    panel.well.menu.actions()[0].trigger()
    assert panel.state.source is not None
    assert "what the picture should become" in panel.about.text()

    # From may stay empty; to is written, and five steps of the way appear.
    (row,) = panel.rows.values()
    write(qtbot, row, "", "a pear")
    drawn(qtbot, panel)
    last = [request for request in engine.requests if isinstance(request, Reword)][-5:]
    assert [request.changes[0].amount for request in last] == [0, 0.25, 0.5, 0.75, 1]
    assert {request.changes[0].after for request in last} == {"a pear"}
    assert {request.keep_composition for request in last} == {True}

    # A click on the fourth picture sets the slider to exactly that.
    side = panel.strip.width() // 5
    where = QPoint(3 * side + side // 2, side // 2)
    qtbot.mouseClick(panel.strip, Qt.MouseButton.LeftButton, pos=where)
    assert row.amount.value == 75
    assert panel.strip.marked == {3}

    # Another change is stacked on it; the strip now goes through that one.
    panel.more.click()
    second = panel.rows[2]
    write(qtbot, second, "day", "night")
    drawn(qtbot, panel)
    last = [request for request in engine.requests if isinstance(request, Reword)][-5:]
    assert [request.changes[1].amount for request in last] == [0, 0.25, 0.5, 0.75, 1]
    assert {request.changes[0].amount for request in last} == {0.75}

    # The first can be switched off and on like a layer; composition may go.
    row.on.click()
    panel.keep.click()
    drawn(qtbot, panel)
    panel.run.click()
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    asked = studio.candidates.items[0].asked
    assert asked is not None
    assert isinstance(asked.request, Reword)
    assert asked.request.changes == (Change(before="day", after="night", amount=0.5),)
    assert not asked.request.keep_composition
    assert asked.request.sampling.steps is None
    assert {candidate.frame for candidate in studio.candidates.items} == {FRAME}
    assert shell.failures == []


def test_the_two_lines_of_a_change_that_cannot_be_removed_are_as_wide(
    qtbot: QtBot, shell: Shell
) -> None:
    (row,) = panel_in(shell).rows.values()
    qtbot.waitUntil(row.isVisible, timeout=PATIENCE)
    assert not row.remove.isVisible()
    qtbot.waitUntil(lambda: row.before.width() == row.after.width() > 100, timeout=1000)


def test_a_strip_that_nobody_sees_is_not_drawn(qtbot: QtBot, shell: Shell) -> None:
    panel = panel_in(shell)
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    shell.workbench.parts.ideas.sources.frame(panel.take)
    panel.rows[1].after.setText("a pear")
    assert not panel.sketching.busy
    shell.workbench.actions_by_verb["ideas.show_reword"].trigger()
    drawn(qtbot, panel)
    assert len(shell.engine.requests) == 5


def test_pressing_paint_without_a_picture_says_what_is_missing(shell: Shell) -> None:
    panel_in(shell).run.click()
    assert "no picture to reword" in shell.window.messages.text
