"""The contact sheet of the mixing desk: what lies all over the pad, and how to go there."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.source import Source
from engine.requests import Mix, Request
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine()) as shell:
        yield shell


def weights(request: Request) -> list[float]:
    assert isinstance(request, Mix)
    return [round(part.weight, 2) for part in request.ingredients]


def test_nine_mixes_fill_in_and_the_one_that_is_picked_sets_the_weights(
    qtbot: QtBot, shell: Shell
) -> None:
    verb, ideas = shell.workbench.actions_by_verb["ideas.show_sheet"], shell.workbench.parts.ideas
    for name in ("a cat", "a knight", "a boat", "a tree"):
        ideas.take(Source(name=name, text=name))
    qtbot.waitUntil(lambda: not ideas.mix.sketching.busy, timeout=PATIENCE)
    before = len(shell.engine.requests)

    # One verb of the menu, also by its key, shows the sheet; nine small mixes come, in few steps.
    verb.trigger()
    sheet = ideas.mix.sheet
    assert sheet.grid.isVisible()
    qtbot.waitUntil(lambda: not sheet.sketching.busy, timeout=PATIENCE)
    drawn = shell.engine.requests[before:]
    assert len(drawn) == len([each for each in sheet.grid.pictures if each is not None]) == 9
    assert all(each.sampling.steps == 6 and each.count == 1 for each in drawn)
    assert len({each.sampling.seed for each in drawn}) == 1
    assert weights(drawn[0]) == [1.0]
    assert weights(drawn[4]) == [0.25] * 4
    assert shell.studio.candidates.items == ()

    # The arrow keys and Enter go to the mix in the middle of the right side.
    sheet.grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(sheet.grid, key)
    assert [well.weight for well in ideas.mix.desk.wells] == [0, 50, 0, 50]

    # That paints the preview anew, and none of the nine, which only the corners decide.
    qtbot.waitUntil(lambda: not ideas.mix.sketching.busy, timeout=PATIENCE)
    assert len(shell.engine.requests) == before + 10
    assert not sheet.sketching.busy


def test_two_ideas_have_three_mixes_and_one_has_none(qtbot: QtBot, shell: Shell) -> None:
    ideas = shell.workbench.parts.ideas
    sheet = ideas.mix.sheet
    ideas.take(Source(name="a cat", text="a cat"))
    assert not sheet.switch.isEnabled()
    ideas.take(Source(name="a boat", text="a boat"))
    ideas.show_sheet()
    qtbot.waitUntil(lambda: not sheet.sketching.busy, timeout=PATIENCE)
    assert len([each for each in sheet.grid.pictures if each is not None]) == 3
    next(iter(ideas.mix.rows.values())).remove.click()
    assert not sheet.grid.isVisible()
