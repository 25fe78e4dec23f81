"""A page that comes into view from the canvas has the room of the docks, which come back so."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.windows.pages import Page
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.window.resize(1280, 800)
        yield shell


@pytest.mark.parametrize("page", [Page.GALLERY, Page.CREATE])
def test_a_page_fills_what_the_docks_leave_and_gives_it_back(
    qtbot: QtBot, shell: Shell, page: Page
) -> None:
    """The layout of the window is off while docks and page change places, and on afterwards."""
    pages, window = shell.workbench.pages, shell.window
    for each in (page, Page.CANVAS):  # the first time, for what is made then
        pages.show(each)
        qtbot.wait(100)
    docks = {dock: dock.geometry() for dock in window.findChildren(QDockWidget)}
    narrow = pages.stack.geometry()
    layout = window.layout()
    assert layout is not None
    for _ in range(2):
        pages.show(page)
        # At once, in the turn of the click: nothing is seen to jump.
        assert layout.isEnabled()
        assert pages.stack.mapTo(window, QPoint(pages.stack.width(), 0)).x() == window.width()
        shown = pages.gallery if page is Page.GALLERY else shell.workbench.parts.create
        assert shown.size() == pages.stack.size()
        pages.show(Page.CANVAS)
        qtbot.wait(50)
        assert pages.stack.geometry() == narrow
        assert {dock: dock.geometry() for dock in docks} == docks
