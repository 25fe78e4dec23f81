"""The guide: a page and a picture for every flow, the same in the window and in the docs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.guide import PAGES, as_markdown
from desktop.paths import Paths
from desktop.windows.guide import GuideWindow
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = Path(__file__).parents[3]
MOST_BYTES = 3_000_000


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def test_the_page_of_the_docs_says_what_the_window_says() -> None:
    assert (ROOT / "docs" / "guide.md").read_text(encoding="utf-8") == as_markdown(
        "../resources/help"
    )


def test_every_page_has_its_picture_and_no_picture_is_left_over() -> None:
    found = {file.stem: file.stat().st_size for file in (ROOT / "resources" / "help").iterdir()}
    assert set(found) == {page.picture for page in PAGES}
    assert sum(found.values()) < MOST_BYTES


def test_the_guide_stands_beside_the_window_and_shows_what_is_chosen(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.workbench.actions_by_verb["window.show_guide"].trigger()
    (guide,) = shell.window.findChildren(GuideWindow)
    assert not guide.isVisible(), "to make it has taken this turn"
    guide.show()
    assert guide.title.text() == "", "to show it has taken another"
    qtbot.waitUntil(lambda: guide.title.text() == PAGES[0].title)
    assert not guide.isModal()
    for row, page in enumerate(PAGES):
        guide.pages.setCurrentRow(row)
        assert guide.title.text() == page.title
        assert not guide.picture.pixmap().isNull()
        assert guide.steps.text().startswith(str(page.steps[0]))


def test_no_page_in_the_list_lies_over_the_next_one(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.actions_by_verb["window.show_guide"].trigger()
    (guide,) = shell.window.findChildren(GuideWindow)
    qtbot.waitUntil(guide.isVisible)
    first, second = (guide.pages.visualItemRect(guide.pages.item(row)) for row in (0, 1))
    assert first.height() >= guide.pages.sizeHintForRow(0)
    assert first.bottom() < second.top()


def test_the_picture_of_the_guide_is_as_wide_as_its_page_at_any_size(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.workbench.actions_by_verb["window.show_guide"].trigger()
    (guide,) = shell.window.findChildren(GuideWindow)
    qtbot.waitUntil(guide.isVisible)
    for width in (0, 800, 640, 760):
        if width:  # and before, as it is first shown
            guide.resize(width, 600)
        qtbot.wait(50)
        shown = guide.picture.pixmap()
        assert not guide.picture.visibleRegion().isEmpty()
        assert shown.width() <= guide.picture.width(), "nothing of it is cut"
