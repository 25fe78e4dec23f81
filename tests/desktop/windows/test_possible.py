"""Verbs are grey where they would do nothing, and each changes at most once when the page does."""

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

import pytest
from pytestqt.qtbot import QtBot

from desktop.document.edits import rename_layer
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.windows.pages import OF_CREATE, OF_THE_CANVAS, Page
from tests.fakes import FakeEngine, square
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    """A window with one edit to undo and two candidates, none of them chosen."""
    with open_shell(qtbot, paths, FakeEngine(), Settings(count=2)) as shell:
        shell.studio.place_pixels(square(1, 20, 20), "pasted")
        shell.paint(qtbot)
        yield shell


def of_the_studio(shell: Shell) -> dict[str, bool]:
    """What now and then does nothing, by the studio as it is."""
    studio = shell.studio
    chosen, some = studio.candidates.chosen is not None, bool(studio.candidates.items)
    return {
        "studio.undo": studio.document.can_undo,
        "studio.redo": studio.document.can_redo,
        "studio.cancel": studio.busy,
        **dict.fromkeys(("tray.accept", "tray.keep", "tray.discard"), chosen),
        **dict.fromkeys(("tray.reject", "candidates.next", "candidates.previous"), some),
    }


def wanted(shell: Shell) -> dict[str, bool]:
    """Which verbs should be enabled on the page in view."""
    kept = {Page.CANVAS: OF_THE_CANVAS, Page.CREATE: OF_CREATE, Page.GALLERY: ("\0",)}
    shown, studio = shell.workbench.pages.shown, of_the_studio(shell)
    return {
        verb: studio.get(verb, True)
        and (not verb.startswith(OF_THE_CANVAS) or verb.startswith(kept[shown]))
        for verb in shell.workbench.actions_by_verb
    }


def enabled(shell: Shell) -> dict[str, bool]:
    return {verb: each.isEnabled() for verb, each in shell.workbench.actions_by_verb.items()}


@pytest.mark.parametrize("chosen", [False, True])
@pytest.mark.parametrize("undone", [False, True])
def test_every_verb_is_as_page_and_studio_say_and_changes_once_at_most(
    qtbot: QtBot, shell: Shell, chosen: bool, undone: bool
) -> None:
    if chosen:
        shell.studio.candidates.choose(0)
    if undone:
        shell.studio.undo()
    changes: Counter[str] = Counter()
    for verb, action in shell.workbench.actions_by_verb.items():
        action.enabledChanged.connect(lambda _on, verb=verb: changes.update([verb]))
    pages = shell.workbench.pages
    for first, second in permutations(Page, 2):
        pages.show(first)
        before = enabled(shell)
        changes.clear()
        pages.show(second)
        qtbot.wait(1)
        after = enabled(shell)
        assert after == wanted(shell), (first, second)
        assert changes == Counter(verb for verb in after if after[verb] != before[verb])


def test_what_happens_while_the_gallery_is_seen_greys_nothing_out_nor_in(shell: Shell) -> None:
    pages = shell.workbench.pages
    pages.show(Page.GALLERY)
    changes: Counter[str] = Counter()
    for verb, action in shell.workbench.actions_by_verb.items():
        action.enabledChanged.connect(lambda _on, verb=verb: changes.update([verb]))
    shell.studio.candidates.choose(1)
    shell.studio.document.do(rename_layer(shell.studio.document.picture.layers[0].id, "x"))
    assert enabled(shell) == wanted(shell)
    assert changes == Counter()


def test_the_page_greys_verbs_while_something_is_only_shown_too(shell: Shell) -> None:
    """A window for an adjustment may be open, whose effect is a preview, while the page changes."""
    document, pages = shell.studio.document, shell.workbench.pages
    document.preview(rename_layer(document.picture.layers[0].id, "x"))
    assert document.previewing
    for page in (Page.GALLERY, Page.CREATE, Page.CANVAS):
        pages.show(page)
        assert enabled(shell) == wanted(shell)
