"""The sheet of keys grows a few lines a turn, says everything once, and fits its window."""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from desktop.actions import ROWS, plain
from desktop.gestures import GESTURES
from desktop.paths import Paths
from desktop.windows import key_sheet
from desktop.windows.key_sheet import AT_ONCE, KeySheet, Line
from tests.shell import PATIENCE, Shell, open_shell
from tests.told import Told

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints")]
WIDE = 1300
"""Logical pixels in which three columns have room."""


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


@pytest.fixture
def sheet(qtbot: QtBot, shell: Shell) -> KeySheet:
    """One that has just come into view, and has nearly all of its growth before it."""
    shell.workbench.show_keys()
    (sheet,) = shell.window.findChildren(KeySheet)
    qtbot.waitUntil(sheet.isVisible)
    return sheet


def lines(sheet: KeySheet) -> list[Line]:
    """Those that are there already, in no order."""
    return sheet.findChildren(Line)


def whole(shell: Shell) -> int:
    """How many lines there are in the end."""
    return sum(bool(shell.workbench.keymap.keys[row.verb]) for row in ROWS) + len(GESTURES)


def grown(qtbot: QtBot, shell: Shell, sheet: KeySheet) -> None:
    """Wait until all lines are there, and are laid out for some time."""
    qtbot.waitUntil(lambda: len(lines(sheet)) == whole(shell), timeout=PATIENCE)
    qtbot.wait(2 * key_sheet.REST)


def columns(sheet: KeySheet) -> int:
    return len({part.mapTo(sheet, part.rect().topLeft()).x() for part in sheet.parts})


def overhang(sheet: KeySheet) -> int:
    """Logical pixels by which it is wider than what is seen of it."""
    (area,) = sheet.findChildren(QScrollArea)
    return area.horizontalScrollBar().maximum()


def test_every_verb_that_has_a_key_is_there_once_in_the_order_of_the_menus(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    grown(qtbot, shell, sheet)
    keys = shell.workbench.keymap.keys
    rows = [row for row in ROWS if keys[row.verb]]
    menus = dict.fromkeys(row.menu for row in rows)
    wanted = [plain(row.text) for menu in menus for row in rows if row.menu == menu]
    parts = dict.fromkeys(gesture.part for gesture in GESTURES)
    wanted += [each.text for part in parts for each in GESTURES if each.part == part]
    written = [line.findChildren(QLabel)[0].text() for part in sheet.parts for line in part.lines]
    assert written == wanted
    assert Counter(map(id, lines(sheet))) == Counter(
        id(line) for part in sheet.parts for line in part.lines
    ), "nothing is left over of an earlier sheet"
    titles = [*map(plain, menus), *parts]
    assert [part.title for part in sheet.parts] == titles


@pytest.mark.parametrize("width", [WIDE, 700])
def test_in_the_end_it_has_its_final_size(
    qtbot: QtBot, shell: Shell, sheet: KeySheet, width: int
) -> None:
    """No line is squeezed or lies on another, and nothing moves any more."""
    sheet.resize(width, 600)
    grown(qtbot, shell, sheet)
    (area,) = sheet.findChildren(QScrollArea)
    inner = area.widget()
    assert inner is not None
    assert inner.height() >= inner.sizeHint().height()

    def places() -> list[QRect]:
        return [QRect(line.mapTo(inner, line.rect().topLeft()), line.size()) for line in all_lines]

    all_lines = [line for part in sheet.parts for line in part.lines]
    first = places()
    for line, place in zip(all_lines, first, strict=True):
        assert place.height() >= line.minimumSizeHint().height()
        assert inner.rect().contains(place)
    for number, place in enumerate(first):
        assert not any(place.intersects(other) for other in first[number + 1 :])
    qtbot.wait(3 * key_sheet.REST)
    assert places() == first


def test_a_menu_is_named_a_turn_and_a_few_lines_are_made_in_one(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str] = []
    really = key_sheet.shown
    monkeypatch.setattr(key_sheet, "shown", lambda key: (named.append(key), really(key))[1])
    shell.workbench.show_keys()
    (sheet,) = shell.window.findChildren(KeySheet)
    assert named == [], "the turn that makes the window names nothing"
    keys = shell.workbench.keymap.keys
    most = max(sum(len(keys[row.verb]) for row in ROWS if row.menu == each.menu) for each in ROWS)
    turns, seen = list[int](), [(0, 0)]
    while len(lines(sheet)) < whole(shell):
        QCoreApplication.processEvents()
        now = len(named), len(lines(sheet))
        turns.append(now[0] - seen[-1][0])
        assert turns[-1] <= most
        assert now[1] - seen[-1][1] <= AT_ONCE
        seen.append(now)
    assert sum(turn > 0 for turn in turns) == len({row.menu for row in ROWS if keys[row.verb]})
    qtbot.waitUntil(sheet.isVisible)


def test_what_grew_while_it_was_hidden_fits_the_window_in_which_it_is_shown_again(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    sheet.resize(WIDE, 500)
    sheet.hide()
    grown(qtbot, shell, sheet)
    sheet.resize(700, 500)
    sheet.show()
    qtbot.waitUntil(lambda: columns(sheet) < 3)
    qtbot.wait(2 * key_sheet.REST)
    assert overhang(sheet) == 0


def test_a_window_that_is_made_narrower_or_wider_is_fitted_once_it_rests(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    sheet.resize(WIDE, 500)
    grown(qtbot, shell, sheet)
    before = sheet.parts
    assert columns(sheet) == 3
    for width, wanted in ((700, 2), (420, 1), (WIDE, 3)):
        sheet.resize(width, 500)
        qtbot.waitUntil(lambda count=wanted: columns(sheet) == count)  # type: ignore[misc]
        qtbot.wait(2 * key_sheet.REST)
        assert overhang(sheet) == 0
        assert len(lines(sheet)) == whole(shell)
    assert sheet.parts == before, "they are dealt out anew, and not made anew"


def test_a_search_is_not_dealt_out_anew_but_what_comes_after_it_is(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    """Hidden lines take no room, so that a narrow window would seem to be wide enough."""
    sheet.resize(700, 500)
    grown(qtbot, shell, sheet)
    assert columns(sheet) == 2
    sheet.search.setText("zoom")
    qtbot.wait(2 * key_sheet.REST)
    sheet.resize(WIDE, 500)
    qtbot.wait(2 * key_sheet.REST)
    sheet.search.clear()
    qtbot.waitUntil(lambda: columns(sheet) == 3)
    assert overhang(sheet) == 0


def test_while_it_grows_nothing_of_it_is_painted_and_then_a_part_a_turn(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    (area,) = sheet.findChildren(QScrollArea)
    paintings = Told(QEvent.Type.Paint, area.widget())
    while len(lines(sheet)) < whole(shell):  # turn by turn: it is painted in those that follow
        QCoreApplication.processEvents()
    assert paintings.count == 0
    assert not any(part.updatesEnabled() for part in sheet.parts)
    qtbot.waitUntil(lambda: all(part.updatesEnabled() for part in sheet.parts))
    assert area.widget().updatesEnabled()
    qtbot.wait(50)
    assert paintings.count > 0


def test_lines_that_change_their_column_keep_their_style(
    qtbot: QtBot, shell: Shell, sheet: KeySheet
) -> None:
    sheet.resize(WIDE, 700)
    grown(qtbot, shell, sheet)
    before = columns(sheet)
    styled = Told(QEvent.Type.StyleChange, *lines(sheet))
    sheet.resize(500, 700)
    qtbot.waitUntil(lambda: columns(sheet) < before)
    assert styled.count == 0
