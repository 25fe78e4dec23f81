"""What is got ready while nobody waits."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.controls.fields_form import FieldsForm
from desktop.controls.result_card import ResultCard
from desktop.controls.try_tile import TryTile
from desktop.hand import DEFAULTS
from desktop.paths import Paths
from desktop.tries import TRIES
from desktop.windows.beforehand import LATER, Beforehand, dressed
from desktop.windows.pages import Page
from tests.shell import PATIENCE, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")


def test_the_page_of_the_gallery_is_there_before_it_is_asked_for(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        pages = shell.workbench.pages
        beforehand = Beforehand(shell.studio, pages, shell.workbench.parts.create)
        assert pages.stack.count() == 2
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        assert pages.stack.count() == 3
        assert pages.stack.currentWidget() is not pages.gallery, "and nobody sees it"
        assert pages.gallery.isHidden()


def unstyled(window: QWidget) -> list[QWidget]:
    """What would be given its style when it is first shown."""
    styled = Qt.WidgetAttribute.WA_WState_Polished
    return [each for each in window.findChildren(QWidget) if not each.testAttribute(styled)]


def test_what_nobody_has_seen_has_its_style_by_then(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        pages = shell.workbench.pages
        beforehand = Beforehand(shell.studio, pages, shell.workbench.parts.create)
        assert pages.gallery.isHidden()
        assert len(unstyled(shell.window)) > 20, "there is something to do"
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        assert unstyled(shell.window) == []


def test_what_can_be_tried_has_its_pictures_by_then(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        pages, create = shell.workbench.pages, shell.workbench.parts.create
        tiles = create.findChildren(TryTile)
        assert len(tiles) == len(TRIES)
        assert all(tile.icon().isNull() for tile in tiles), "nobody has seen them"
        beforehand = Beforehand(shell.studio, pages, create)
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        assert not any(tile.icon().isNull() for tile in tiles)


def test_every_tool_has_its_options_by_then_and_none_of_them_shows(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        options = shell.workbench.parts.options
        forms = options.findChildren(FieldsForm)
        assert len(forms) < 2, "those of the tool in hand"
        beforehand = Beforehand(shell.studio, shell.workbench.pages, options)
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        made = options.findChildren(FieldsForm)
        assert len(made) == len(DEFAULTS)
        assert [form for form in made if form.isVisible()] == ([options.form] if forms else [])
        shell.workbench.actions_by_verb["hand.take:eraser"].trigger()
        assert [form for form in made if form.isVisible()] == [options.form]
        assert len(options.findChildren(FieldsForm)) == len(DEFAULTS)


def test_it_is_told_once_that_all_is_ready(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        pages = shell.workbench.pages
        beforehand = Beforehand(shell.studio, pages, shell.workbench.parts.create)
        told: list[bool] = []
        beforehand.finished.connect(lambda: told.append(beforehand.done))
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        qtbot.wait(20)
        assert told == [True]


def test_what_goes_in_between_is_left_out(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    parts = [QWidget(window) for _ in range(2000)]
    turns = dressed(window)
    next(turns)
    for part in parts:
        delete(part)
    assert list(turns) == []


def test_who_is_faster_makes_the_page_himself(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        pages = shell.workbench.pages
        beforehand = Beforehand(shell.studio, pages, shell.workbench.parts.create)
        made = pages.gallery
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        assert pages.gallery is made
        assert pages.stack.count() == 3


def test_the_windows_that_come_later_are_there_and_the_workbench_needs_none_of_them() -> None:
    source = (
        "import sys, desktop.windows.workbench\n"
        f"early = [name for name in {LATER!r} if name in sys.modules]\n"
        "from desktop.windows.beforehand import _read\n"
        "print(early, _read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n")[0] == f"[] {len(LATER)}"


def test_the_cards_of_a_run_are_there_before_the_page_create_is_seen(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        create, pages = shell.workbench.parts.create, shell.workbench.pages
        beforehand = Beforehand(shell.studio, pages, create)
        pages.show(Page.CANVAS)
        shell.studio.warm_up()
        qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)
        ready = create.findChildren(ResultCard)
        assert len(ready) == shell.studio.settings.count == 4
        assert all(card.isHidden() for card in ready)
        shell.paint(qtbot)
        pages.show(Page.CREATE)
        qtbot.waitUntil(lambda: create.cards == tuple(ready))  # in the order they were made in
        assert all(card.isVisible() for card in ready)


def test_a_card_that_is_not_wanted_waits_for_the_next_run_without_its_picture(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        create = shell.workbench.parts.create
        shell.workbench.pages.show(Page.CREATE)
        shell.paint(qtbot)
        qtbot.waitUntil(lambda: len(create.cards) == 4)
        before = create.cards
        shell.studio.discard(3)
        shell.studio.discard(2)
        qtbot.waitUntil(lambda: create.cards == before[:2])
        assert all(card.isHidden() and not card.tile.isEnabled() for card in before[2:])
        shell.paint(qtbot)
        qtbot.waitUntil(lambda: create.cards == before)
        assert all(card.isVisible() and card.tile.isEnabled() for card in before)
