"""The page Create: large results and what can be done with each; read it like the manual."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.controls.card_layout import SMALLEST, card_layout
from desktop.controls.result_card import ResultCard
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.panels.create import CreatePage
from desktop.paths import Paths
from desktop.storage.gallery import Gallery
from desktop.windows.pages import Page
from engine.requests import Generate, Vary
from tests.fakes import square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    """On the page Create, with four pictures."""
    with open_shell(qtbot, paths) as shell:
        shell.workbench.show_create()
        shell.paint(qtbot)
        qtbot.waitUntil(lambda: len(page_of(shell).cards) == 4, timeout=PATIENCE)
        done = page_of(shell).cards[-1].buttons["vary"]
        qtbot.waitUntil(done.isEnabled, timeout=PATIENCE)  # until then it is a place for a picture
        yield shell


def page_of(shell: Shell) -> CreatePage:
    return shell.workbench.parts.create


def press(shell: Shell, verb: str, number: int) -> None:
    page_of(shell).cards[number].buttons[verb].click()


def come(qtbot: QtBot, shell: Shell) -> None:
    """Wait until all of the page is painted."""
    cards = page_of(shell).cards
    qtbot.waitUntil(lambda: all(each.updatesEnabled() for each in cards), timeout=PATIENCE)


def seen(qtbot: QtBot, shell: Shell) -> None:
    """Wait until the page shows what lies in the tray, listed in the gallery."""
    items = shell.studio.candidates
    qtbot.waitUntil(lambda: all(each.entry for each in items.items), timeout=PATIENCE)
    page = page_of(shell)
    qtbot.waitUntil(lambda: page.cards[-1].buttons["save"].isEnabled(), timeout=PATIENCE)


def test_a_new_picture_is_painted_whatever_lies_in_the_frame(qtbot: QtBot, shell: Shell) -> None:
    frame = shell.studio.document.picture.frame
    shell.studio.document.do(place_image(square(1, 64, 64), frame, "in the way"))
    shell.workbench.show_create()
    assert shell.window.prompt.run.text() == "Generate"
    shell.paint(qtbot)
    assert isinstance(shell.engine.requests[-1], Generate)
    shell.workbench.show_canvas()
    qtbot.waitUntil(lambda: shell.window.prompt.run.text() == "Paint over")


def test_nothing_of_the_canvas_is_in_view(shell: Shell) -> None:
    assert not shell.window.canvas.isVisible()
    assert not shell.window.layers.isVisible()
    assert not shell.window.tray.isVisible()
    shell.workbench.show_canvas()
    assert shell.window.layers.isVisible()


def test_what_has_come_meanwhile_is_shown_in_turns_and_cannot_be_pressed_before(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.workbench.show_canvas()
    page, made = page_of(shell), shell.window.findChildren(ResultCard)
    shell.workbench.actions_by_verb["paint.more"].trigger()
    qtbot.waitUntil(lambda: len(shell.studio.candidates.items) == 8, timeout=PATIENCE)
    cards = len(made) + 4
    qtbot.waitUntil(lambda: len(shell.window.findChildren(ResultCard)) == cards, timeout=PATIENCE)
    shell.studio.discard(0)
    shell.workbench.show_create()
    press(shell, "open", 3)
    page.cards[3].tile.click()
    assert shell.studio.candidates.chosen is None
    assert shell.workbench.pages.shown is Page.CREATE
    qtbot.waitUntil(lambda: len(page.cards) == 7, timeout=PATIENCE)
    come(qtbot, shell)
    page.cards[3].tile.click()
    assert shell.studio.candidates.chosen == 3


def test_variations_of_a_result_join_it(qtbot: QtBot, shell: Shell) -> None:
    press(shell, "vary", 1)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert isinstance(shell.engine.requests[-1], Vary)
    qtbot.waitUntil(lambda: len(page_of(shell).cards) == 8, timeout=PATIENCE)


def test_a_result_opens_on_the_canvas_and_the_others_stay(shell: Shell) -> None:
    press(shell, "open", 2)
    assert shell.workbench.pages.shown is Page.CANVAS
    (layer,) = shell.studio.document.picture.layers
    seed = shell.engine.requests[0].sampling.seed + 2
    assert tuple(layer.raster.read(Rect(3, 3, 1, 1))[0, 0, :3]) == tuple(square(seed, 1, 1)[0, 0])
    assert len(shell.studio.candidates.items) == 4


def test_a_result_goes_to_the_mixing_desk(shell: Shell) -> None:
    press(shell, "mix", 0)
    (source,) = (well.source for well in shell.workbench.parts.ideas.mix.desk.wells)
    assert source.pixels is shell.studio.candidates.items[0].pixels
    assert shell.workbench.pages.shown is Page.CANVAS


def test_a_favourite_is_one_in_the_gallery_too(qtbot: QtBot, shell: Shell) -> None:
    seen(qtbot, shell)
    press(shell, "favour", 3)
    entry = shell.studio.candidates.items[3].entry
    assert entry is not None
    assert [each.favourite for each in shell.studio.candidates.items] == [False] * 3 + [True]
    told: list[bool] = []

    def favourite(gallery: Gallery) -> bool:
        details = gallery.details(entry)
        assert details is not None
        return details.entry.favourite

    shell.studio.keeping.ask(favourite, told.append)
    qtbot.waitUntil(lambda: told == [True], timeout=PATIENCE)


def test_what_the_gallery_says_of_a_result_is_seen_here_too(qtbot: QtBot, shell: Shell) -> None:
    seen(qtbot, shell)
    entry = shell.studio.candidates.items[2].entry
    assert entry is not None
    shell.workbench.show_gallery()
    gallery = shell.workbench.pages.gallery
    qtbot.waitUntil(lambda: gallery.model.row_of(entry) is not None, timeout=PATIENCE)
    gallery.grid.select([entry])
    qtbot.waitUntil(lambda: gallery.model.entry(gallery.model.row_of(entry) or 0) is not None)

    def marks() -> list[tuple[bool, bool]]:
        return [(each.favourite, each.trashed) for each in shell.studio.candidates.items]

    qtbot.keyClick(gallery.grid, Qt.Key.Key_F)
    others = [(False, False)]
    qtbot.waitUntil(lambda: marks() == others * 2 + [(True, False)] + others, timeout=PATIENCE)
    gallery.discard()
    qtbot.waitUntil(lambda: marks() == others * 2 + [(True, True)] + others, timeout=PATIENCE)
    shell.workbench.show_create()
    card, marked = page_of(shell).cards[2], "a favourite, in the gallery's trash"
    qtbot.waitUntil(lambda: card.tile.accessibleName().endswith(marked), timeout=PATIENCE)
    gallery.undo_discard()
    qtbot.waitUntil(lambda: marks() == others * 2 + [(True, False)] + others, timeout=PATIENCE)
    gallery.verbs.discard([entry])
    gallery.verbs.empty_trash()
    qtbot.waitUntil(lambda: shell.studio.candidates.items[2].entry is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not card.buttons["save"].isEnabled(), timeout=PATIENCE)


def test_a_star_given_here_is_seen_in_the_gallery(qtbot: QtBot, shell: Shell) -> None:
    seen(qtbot, shell)
    entry = shell.studio.candidates.items[1].entry
    assert entry is not None
    shell.workbench.show_gallery()
    gallery = shell.workbench.pages.gallery

    def starred() -> bool:
        row = gallery.model.row_of(entry)
        found = None if row is None else gallery.model.entry(row)
        return found is not None and found.favourite

    qtbot.waitUntil(lambda: gallery.model.row_of(entry) is not None, timeout=PATIENCE)
    assert not starred()
    shell.workbench.show_create()
    come(qtbot, shell)
    press(shell, "favour", 1)
    shell.workbench.show_gallery()
    qtbot.waitUntil(starred, timeout=PATIENCE)


def test_results_of_an_opened_project_are_found_in_the_gallery(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    seen(qtbot, shell)
    press(shell, "favour", 3)
    entries = [each.entry for each in shell.studio.candidates.items]
    press(shell, "open", 0)
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.save_project(paths.data / "mine.easel", "")
    shell.studio.reject()
    shell.studio.files.open_project(paths.data / "mine.easel")
    candidates = shell.studio.candidates
    qtbot.waitUntil(lambda: len(candidates.items) == 4, timeout=PATIENCE)
    qtbot.waitUntil(lambda: [each.entry for each in candidates.items] == entries, timeout=PATIENCE)
    assert [each.favourite for each in candidates.items] == [False] * 3 + [True]


def test_a_result_is_saved_where_a_person_says(qtbot: QtBot, shell: Shell, paths: Paths) -> None:
    seen(qtbot, shell)
    press(shell, "save", 0)
    (dialog,) = page_of(shell).findChildren(QFileDialog)
    target = paths.data / "mine.png"
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        dialog.fileSelected.emit(str(target))
    assert target.stat().st_size > 0


def test_arrows_go_from_card_to_card_and_enter_opens(qtbot: QtBot, shell: Shell) -> None:
    page = page_of(shell)
    qtbot.mouseClick(page.cards[0].tile, Qt.MouseButton.LeftButton)
    for key, chosen in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 3), (Qt.Key.Key_Right, 3)):
        qtbot.keyClick(page.cards[0].tile, key)
        assert shell.studio.candidates.chosen == chosen
    qtbot.keyClick(page.cards[3].tile, Qt.Key.Key_Delete)
    assert len(shell.studio.candidates.items) == 3
    qtbot.keyClick(page.cards[2].tile, Qt.Key.Key_Return)
    assert len(shell.studio.document.picture.layers) == 1


def test_what_changes_the_layers_brings_the_canvas_into_view(shell: Shell) -> None:
    shell.studio.place_pixels(square(1, 20, 20), "pasted")
    assert shell.workbench.pages.shown is Page.CANVAS


def test_verbs_of_the_canvas_are_grey_and_come_back(shell: Shell) -> None:
    action = shell.workbench.actions_by_verb["layer.add"]
    assert not action.isEnabled()
    assert shell.workbench.actions_by_verb["candidates.next"].isEnabled()
    shell.workbench.show_canvas()
    assert action.isEnabled()


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (6, 3), (10, 5)])
def test_cards_are_as_large_as_all_of_them_fit(count: int, columns: int) -> None:
    found, side = card_layout(count, (1240, 640), 16, 40)
    rows = -(-count // found)
    assert (found, side >= SMALLEST) == (columns, True)
    assert found * (side + 16) + 16 <= 1240
    assert rows * (side + 56) + 16 <= 640 or side == SMALLEST


def test_what_stands_below_a_picture_is_not_wider_than_it(shell: Shell) -> None:
    card, style = page_of(shell).cards[0], Qt.ToolButtonStyle
    vary, row = card.buttons["vary"], card.layout().itemAt(1)
    card.resize_to(560)
    needed = row.sizeHint().width()
    for side, seen_as in (
        (needed, style.ToolButtonTextBesideIcon),
        (needed - 1, style.ToolButtonIconOnly),
    ):
        card.resize_to(side)
        assert vary.toolButtonStyle() == seen_as
        assert card.sizeHint().width() == side


def test_many_cards_in_a_small_window_are_scrolled_and_not_made_tiny() -> None:
    columns, side = card_layout(16, (700, 400), 16, 40)
    assert side >= SMALLEST
    assert columns == 3


def test_cards_are_large_also_when_something_stands_below_them(qtbot: QtBot, shell: Shell) -> None:
    page = page_of(shell)
    assert shell.workbench.parts.offer.isVisible()
    assert page.cards[0].tile.width() > SMALLEST
    shell.workbench.parts.offer.close_button.click()
    assert page.cards[0].tile.width() > SMALLEST
