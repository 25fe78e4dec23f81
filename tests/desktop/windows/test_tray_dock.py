"""The tray keeps to the frame, whatever is done with the view."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from pytestqt.qtbot import QtBot

from desktop.controls.tile import SIDE
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.document.selection_edits import invert_mask
from desktop.panels.candidates import LEAST_SIDE
from desktop.paths import Paths
from desktop.windows.pages import Page
from desktop.windows.tray_dock import place_at
from tests.shell import Shell, open_shell
from tests.told import Told

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOM = QRect(0, 0, 900, 640)
HEIGHT = 112


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


@pytest.mark.parametrize(
    ("frame", "top"),
    [
        (QRect(300, 60, 300, 400), 459 + 16),
        (QRect(300, 300, 300, 300), 300 - 30 - 8 - HEIGHT),
        (QRect(-400, -400, 2000, 2000), 640 - 8 - HEIGHT),
        (QRect(300, 900, 300, 300), 640 - 8 - HEIGHT),
        (QRect(300, -900, 300, 300), 8),
    ],
    ids=["below", "above", "frame larger than the view", "frame below it", "frame above it"],
)
def test_it_lies_at_the_frame_and_within_the_view(frame: QRect, top: int) -> None:
    placed = place_at(frame, ROOM, HEIGHT)
    assert ROOM.contains(placed)
    assert placed.top() == top


def test_it_is_there_while_there_is_something_in_it(qtbot: QtBot, shell: Shell) -> None:
    tray = shell.window.tray
    assert not tray.isVisible()
    shell.paint(qtbot)
    assert tray.isVisible()
    tray.reject()
    assert not tray.isVisible()


def test_it_is_painted_in_a_turn_after_the_canvas_around_it(qtbot: QtBot, shell: Shell) -> None:
    tray, candidates = shell.window.tray, shell.studio.candidates
    candidates.expect(2)
    assert tray.isVisible()
    assert not tray.updatesEnabled()
    qtbot.waitUntil(tray.updatesEnabled)
    candidates.expect(3)  # it is in view: what is new in it is painted at once
    assert tray.updatesEnabled()
    candidates.end_run()
    candidates.expect(1)  # and away again before anything was painted
    candidates.end_run()
    qtbot.waitUntil(tray.updatesEnabled)


def test_where_all_around_it_changes_it_is_painted_in_a_turn_of_its_own(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.paint(qtbot)
    tray = shell.window.tray
    qtbot.waitUntil(tray.updatesEnabled)
    shell.workbench.show_create()
    shell.workbench.show_canvas()
    assert not tray.updatesEnabled()
    qtbot.waitUntil(tray.updatesEnabled)
    shell.window.prompt.generate()
    assert not tray.updatesEnabled()
    qtbot.waitUntil(tray.updatesEnabled)


def test_the_canvas_is_painted_without_it_and_it_without_the_canvas(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.paint(qtbot)
    tray, canvas = shell.window.tray, shell.window.canvas
    qtbot.waitUntil(lambda: canvas.complete)
    qtbot.wait(300)  # until all is painted that the run has changed
    over = Told(QEvent.Type.Paint, *tray.tiles)
    below = Told(QEvent.Type.Paint, canvas)
    canvas.redraw()
    qtbot.waitUntil(lambda: below.count > 0)
    assert over.count == 0
    tray.tiles[0].update()
    qtbot.waitUntil(lambda: over.count > 0)


def test_what_shines_through_its_corners_is_what_lies_there_now(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    tray, canvas = shell.window.tray, shell.window.canvas
    canvas.zoom_to(8.0)
    canvas.pan_by(0, 100)
    for mask in (True, False):
        shell.studio.document.do(invert_mask())
        qtbot.waitUntil(lambda: canvas.complete)
        qtbot.wait(300)
        screen = shell.window.screen().grabWindow(shell.window.winId()).toImage()
        anew = shell.window.grab().toImage()
        box = QRect(tray.mapTo(shell.window, QPoint(0, 0)), tray.size())
        assert screen.copy(box) == anew.copy(box), mask


def test_control_a_plain_update_of_the_canvas_paints_it_too(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    qtbot.wait(50)
    over = Told(QEvent.Type.Paint, *shell.window.tray.tiles)
    shell.window.canvas.update()
    qtbot.waitUntil(lambda: over.count > 0)


def test_it_follows_frame_and_view_and_fitting_leaves_room_for_it(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.paint(qtbot)
    tray, canvas = shell.window.tray, shell.window.canvas
    left, top, width, height = canvas.viewport.to_view(shell.studio.document.picture.frame)
    assert tray.y() >= top + height
    assert abs(tray.geometry().center().x() - (left + width / 2)) <= 1
    before = tray.y()
    canvas.pan_by(0, -60)
    assert tray.y() == before - 60
    shell.studio.reject()
    shell.studio.document.do(move_frame(Rect(0, 0, 64, 32)))
    assert tray.y() < before - 60


def test_four_pictures_and_the_original_are_seen_whole_in_a_window_of_1200(
    qtbot: QtBot, shell: Shell
) -> None:
    window, tray = shell.window, shell.window.tray
    sides: dict[int, int] = {}
    for width in (1600, 1200):
        window.resize(width, 760)
        shell.paint(qtbot)
        qtbot.wait(50)
        for tile in (tray.original, *tray.tiles):
            assert tile.visibleRegion().boundingRect() == tile.rect(), width
        sides[width] = tray.tiles[0].width()
    assert LEAST_SIDE <= sides[1200] < sides[1600] == SIDE
    shell.window.prompt.count.setValue(10)
    shell.paint(qtbot)
    qtbot.wait(50)
    assert tray.tiles[0].width() == SIDE, "where they must be scrolled, they are as large as ever"


def test_a_hint_goes_with_the_page_that_it_is_about(qtbot: QtBot, shell: Shell) -> None:
    messages, pages = shell.window.messages, shell.workbench.pages
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    qtbot.waitUntil(messages.isVisible)
    pages.show(Page.GALLERY)
    assert not messages.isVisible()
    messages.show_failure("The file was not written.")
    pages.show(Page.CANVAS)
    assert messages.isVisible(), "what failed is told until it was read"


def test_the_canvas_alone_is_without_it(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    only = shell.workbench.actions_by_verb["window.canvas_only"]
    only.trigger()
    assert not shell.window.tray.isVisible()
    only.trigger()
    assert shell.window.tray.isVisible()


@pytest.mark.parametrize("page", [Page.CREATE, Page.GALLERY])
def test_the_canvas_alone_comes_into_view_from_any_page(shell: Shell, page: Page) -> None:
    workbench = shell.workbench
    layers = workbench.parts.layers
    only = workbench.actions_by_verb["window.canvas_only"]
    workbench.pages.show(page)
    only.trigger()
    assert workbench.pages.shown is Page.CANVAS
    assert shell.window.canvas.isVisible()
    assert not layers.isVisible()
    assert not workbench.parts.prompt.isVisible()
    workbench.pages.show(page)
    assert not only.isChecked()
    assert workbench.parts.prompt.isVisible()
    assert not layers.isVisible()
    workbench.show_canvas()
    assert layers.isVisible()


def test_in_a_narrow_window_the_menus_keep_their_room(shell: Shell) -> None:
    buttons = shell.workbench.pages.canvas_button
    shell.window.resize(1200, 700)
    wide = buttons.sizeHint().width()
    shell.window.resize(800, 600)
    assert buttons.sizeHint().width() < wide / 2
    assert buttons.accessibleName() == "Canvas"


def test_three_examples_lie_there_while_nobody_has_begun_anything(
    qtbot: QtBot, shell: Shell
) -> None:
    invitation = shell.workbench.parts.invitation
    assert invitation.isVisible()
    assert list(invitation.tiles) == ["erase", "uncrop", "panorama"]
    shell.paint(qtbot)
    assert not invitation.isVisible(), "the tray lies there now"
    shell.window.tray.reject()
    assert invitation.isVisible()
    invitation.tiles["erase"].click()
    qtbot.waitUntil(lambda: len(shell.studio.document.picture.layers) > 0)
    assert not invitation.isVisible(), "the example was opened"
