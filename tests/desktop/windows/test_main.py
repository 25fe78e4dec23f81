"""The window as a whole: reachable by keyboard and screen reader, honest when it is closed."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QDockWidget,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.actions import ROWS
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.storage.exports import ExportOptions
from desktop.theme import DARK
from desktop.windows.about import AboutWindow
from desktop.windows.main import MainWindow, sealed, unsealed
from desktop.windows.pages import Page
from desktop.windows.workbench import IDEAS_HEIGHT
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QLineEdit,
    QPlainTextEdit,
)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def docks_of(shell: Shell) -> dict[str, QDockWidget]:
    return {each.objectName(): each for each in shell.window.findChildren(QDockWidget)}


def nameless(root: QWidget) -> list[str]:
    """Controls of ours without a name for a screen reader; Qt's own inner parts do not count."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not widget.accessibleName()
        and not is_part_of_qt(widget)
    ]


def is_part_of_qt(widget: QWidget) -> bool:
    parent = widget.parent()
    return (
        widget.objectName().startswith("qt_")
        or "QComboBoxPrivateContainer" in str(widget.window().metaObject().className())
        or isinstance(widget, QScrollBar)
        or isinstance(parent, QAbstractSpinBox | QDockWidget)
    )


def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    shell.window.messages.show_failure("x")
    shell.window.failure.report("x")
    shell.workbench.about()
    shell.window.exchange.export()
    shell.studio.failed.emit("x")
    shell.workbench.pages.show_gallery(True)
    assert nameless(shell.window) == []


def test_a_control_without_a_name_is_found(shell: Shell) -> None:
    QPushButton(shell.window)
    assert nameless(shell.window) == ["QPushButton in MainWindow"]


def test_the_prompt_is_written_focused_and_selected_at_the_start(shell: Shell) -> None:
    edit = shell.window.prompt.edit
    assert edit.hasFocus()
    assert edit.textCursor().selectedText() == edit.toPlainText() == "a red apple"


def test_tab_goes_from_the_prompt_through_every_part_and_comes_back(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.paint(qtbot)
    window, visited = shell.window, list[QWidget]()
    focused = window.focusWidget()
    while focused is not None and focused not in visited:
        visited.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        focused = window.focusWidget()
    assert focused is window.prompt.edit
    for part in (window.prompt.run, window.canvas, window.tray.tiles[0], window.tray.reject_button):
        assert part in visited, part.accessibleName()
    assert any(window.layers.isAncestorOf(widget) for widget in visited)


def test_no_two_verbs_share_a_key() -> None:
    keys = [QKeySequence(key).toString() for row in ROWS for key in row.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))


def test_every_verb_of_the_table_is_in_a_menu(shell: Shell) -> None:
    menus = [action.menu() for action in shell.window.menuBar().actions()]
    found = {action.objectName() for menu in menus for action in menu.actions()}
    assert {row.verb for row in ROWS} <= found


def test_undo_and_redo_say_what_they_would_do(qtbot: QtBot, shell: Shell) -> None:
    undo, redo = (shell.workbench.actions_by_verb[f"studio.{verb}"] for verb in ("undo", "redo"))
    assert (undo.text(), undo.isEnabled()) == ("&Undo", False)
    shell.studio.place_pixels(np.zeros((8, 8, 4), np.uint8), "a & b")
    assert (undo.text(), undo.isEnabled()) == ("&Undo Paste picture", True)
    undo.trigger()
    assert (redo.text(), redo.isEnabled()) == ("&Redo Paste picture", True)


def test_text_from_outside_is_never_markup(shell: Shell) -> None:
    shell.studio.failed.emit("<b>bold</b> file")
    messages = shell.window.messages
    assert messages.text == "<b>bold</b> file"
    assert messages.accessibleName() == "<b>bold</b> file"
    labels = messages.findChildren(QWidget, "")
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText  # type: ignore[attr-defined]
        for label in labels
        if hasattr(label, "textFormat") and label.text()  # type: ignore[attr-defined]
    )


def test_a_message_takes_no_focus_and_moves_nothing(shell: Shell) -> None:
    before = [part.geometry() for part in (shell.window.canvas, shell.window.tray)]
    shell.studio.failed.emit("Something did not work; try again.")
    assert shell.window.prompt.edit.hasFocus()
    assert [part.geometry() for part in (shell.window.canvas, shell.window.tray)] == before


def test_nothing_jumps_when_a_run_begins_and_ends(qtbot: QtBot, shell: Shell) -> None:
    window = shell.window
    parts = (window.prompt, window.canvas, window.tray, window.progress)
    before = [part.geometry() for part in parts]
    shell.engine.pause = 0.2  # on a busy machine, too, it is looked at meanwhile
    window.prompt.generate()
    qtbot.waitUntil(lambda: bool(shell.studio.candidates.previews), timeout=PATIENCE)
    assert "Decoder" in window.progress.text()
    assert [part.geometry() for part in parts] == before
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert window.progress.text() == "What it cannot do"
    assert [part.geometry() for part in parts] == before


def test_the_failure_window_keeps_all_reports_and_copies_them(shell: Shell) -> None:
    shell.studio.bug_found.emit("Traceback one\n")
    shell.studio.bug_found.emit("Traceback two\n")
    failure = shell.window.failure
    assert (failure.isVisible(), failure.isModal()) == (True, False)
    failure.copy()
    assert QApplication.clipboard().text() == "Traceback one\n\nTraceback two"


def test_about_shows_the_licence_of_each_part_where_it_is_asked_for(shell: Shell) -> None:
    shell.workbench.about()
    (about,) = shell.window.findChildren(AboutWindow)
    told: dict[str, str] = {}
    for index in range(about.part.count()):
        about.part.setCurrentIndex(index)
        told[about.part.currentText()] = about.text.toPlainText()
    assert list(told) == [
        "Easel itself",
        "Pictures that the Starter learned from",
        "Icons",
        "Karlo, where it is downloaded",
    ]
    assert all(
        words in told[part]
        for part, words in (
            ("Easel itself", "Version 2.0, January 2004"),
            ("Pictures that the Starter learned from", "Twemoji, (c) Twitter, Inc. and other"),
            ("Pictures that the Starter learned from", "CC BY 4.0 (https://creativecommons.org"),
            ("Icons", "Lucide is under the ISC licence"),
            ("Karlo, where it is downloaded", "CreativeML Open RAIL-M"),
        )
    )
    assert len(set(told.values())) == len(told)


def test_about_is_gone_once_it_was_closed(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.about()
    (about,) = shell.window.findChildren(AboutWindow)
    qtbot.waitUntil(about.isVisible)
    with qtbot.waitSignal(about.destroyed):
        about.close()
    assert shell.window.findChildren(AboutWindow) == []


def test_a_picture_that_was_not_exported_is_asked_about_once(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.place_pixels(np.zeros((8, 8, 4), np.uint8), "layer")
    assert not shell.window.close()
    (box,) = shell.window.findChildren(QMessageBox)
    (leave,) = (button for button in box.buttons() if button.text() == "Close without it")
    leave.click()
    qtbot.waitUntil(lambda: not shell.window.isVisible(), timeout=PATIENCE)


def test_an_exported_picture_closes_without_a_question(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(np.full((8, 8, 4), 255, np.uint8), "layer")
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.export(tmp_path / "kept.png", ExportOptions())
    assert shell.window.close()


def test_an_export_that_failed_does_not_count_as_kept(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(np.full((8, 8, 4), 255, np.uint8), "layer")
    with qtbot.waitSignal(shell.studio.failed, timeout=PATIENCE):
        shell.studio.files.export(tmp_path / "nowhere" / "lost.png", ExportOptions())
    assert not shell.window.close()


def test_the_window_comes_back_in_the_size_it_was_closed_in(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as first:
        first.window.resize(800, 599)
        first.window.close()
    with open_shell(qtbot, paths) as second:
        assert second.window.size() == QSize(800, 599)


@pytest.mark.parametrize("page", ["create", "gallery"])
def test_panels_are_there_again_whatever_page_the_program_was_ended_on(
    qtbot: QtBot, paths: Paths, page: str
) -> None:
    with open_shell(qtbot, paths) as first:
        qtbot.waitUntil(first.window.updatesEnabled, timeout=PATIENCE)
        getattr(first.workbench, f"show_{page}")()
        assert not first.window.layers.isVisible()
        first.window.remember()  # what the end does that nobody is asked about, like a signal
    with open_shell(qtbot, paths) as second:
        qtbot.waitUntil(second.window.updatesEnabled, timeout=PATIENCE)  # all is remembered
        second.workbench.show_canvas()
        qtbot.waitUntil(second.window.layers.isVisible, timeout=PATIENCE)


@pytest.mark.qt_log_ignore(r"raise\(\)", "propagateSizeHints")
def test_a_panel_that_floats_is_drawn_after_the_next_start(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as first:
        qtbot.waitUntil(first.window.updatesEnabled, timeout=PATIENCE)
        first.workbench.show_canvas()
        docks_of(first)["layers"].setFloating(True)
        first.window.remember()
    with open_shell(qtbot, paths) as second:
        qtbot.waitUntil(docks_of(second)["layers"].isFloating, timeout=PATIENCE)
        second.workbench.show_canvas()
        assert docks_of(second)["layers"].updatesEnabled()
        assert second.window.layers.updatesEnabled()


def test_sizes_that_were_given_after_another_page_was_seen_are_remembered(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.window.resize(1240, 800)
    shell.workbench.show_gallery()
    shell.workbench.show_canvas()
    qtbot.wait(50)
    above, below = (docks_of(shell)[name] for name in ("options", "layers"))
    shell.window.resizeDocks([above, below], [230, 480], Qt.Orientation.Vertical)
    qtbot.wait(50)
    given = above.height(), below.height()
    shell.window.remember()
    qtbot.wait(50)
    assert (above.height(), below.height()) == given


def test_what_fails_while_it_is_put_together_can_still_be_seen(
    qtbot: QtBot, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = MainWindow(paths.config / "window.ini")
    qtbot.addWidget(window)
    workbench = Mock()
    workbench.build.side_effect = ValueError("half made")
    with pytest.raises(ValueError, match="half made"):
        window.furnish(workbench)
    assert window.updatesEnabled()


def test_where_the_window_was_is_forgotten_rather_than_given_to_qt_damaged() -> None:
    state = QByteArray(b"where the docks were")
    stored = sealed(state).data()
    assert unsealed(QByteArray(stored)) == state
    for place in range(len(stored)):
        changed = bytearray(stored)
        changed[place] ^= 4
        assert unsealed(QByteArray(bytes(changed))) is None
    assert unsealed(state) is None
    assert unsealed(QByteArray()) is None


def test_dark_is_chosen_in_the_menu_and_remembered(shell: Shell, paths: Paths) -> None:
    shell.workbench.actions_by_verb["settings.use_theme:dark"].trigger()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.palette().window().color().name() == DARK.window
    assert Settings.load(paths.settings_file).theme == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_icons_take_the_colour_of_the_text(shell: Shell, scheme: str) -> None:
    shell.theme.apply(scheme)
    image = shell.window.prompt.lock.icon().pixmap(QSize(48, 48)).toImage()
    solid = [
        image.pixelColor(x, y)
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert {colour.name() for colour in solid} == {shell.theme.colours().text}


def test_ideas_get_the_room_for_their_buttons_when_they_are_first_asked_for(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.window.resize(1240, 800)
    docks = docks_of(shell)
    shell.workbench.show_canvas()
    qtbot.wait(50)
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    qtbot.waitUntil(lambda: docks["ideas"].height() >= IDEAS_HEIGHT, timeout=PATIENCE)
    run = shell.workbench.parts.ideas.mix.run
    assert not run.visibleRegion().isEmpty()
    assert run.visibleRegion().boundingRect() == run.rect()


def test_the_panel_in_front_is_in_front_again_after_another_page(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.window.resize(1240, 800)
    ideas, layers = docks_of(shell)["ideas"], docks_of(shell)["layers"]
    shell.workbench.show_canvas()
    shell.workbench.actions_by_verb["ideas.show_reword"].trigger()
    qtbot.waitUntil(lambda: not ideas.visibleRegion().isEmpty(), timeout=PATIENCE)
    shell.workbench.pages.show(Page.GALLERY)
    qtbot.wait(50)
    assert ideas.visibleRegion().isEmpty()
    shell.workbench.show_canvas()
    qtbot.waitUntil(lambda: not ideas.visibleRegion().isEmpty(), timeout=PATIENCE)
    assert layers.visibleRegion().isEmpty()


def test_ideas_get_that_room_too_when_they_were_first_asked_for_on_another_page(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.window.resize(1240, 800)
    docks = docks_of(shell)
    shell.workbench.show_create()
    shell.workbench.actions_by_verb["ideas.show_looks"].trigger()
    qtbot.wait(50)
    assert docks["ideas"].isVisible()
    shell.workbench.show_canvas()
    qtbot.wait(50)
    assert docks["ideas"].height() < IDEAS_HEIGHT, "there is something to give"
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    qtbot.waitUntil(lambda: docks["ideas"].height() >= IDEAS_HEIGHT, timeout=PATIENCE)


def test_in_a_low_window_ideas_get_what_room_there_is_and_qt_complains_of_nothing(
    qtbot: QtBot, shell: Shell
) -> None:
    docks = docks_of(shell)
    shell.window.resize(900, 1)
    qtbot.wait(50)
    room = sum(docks[name].height() for name in ("options", "layers"))
    assert room < IDEAS_HEIGHT, "the window is too high for this test"
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    qtbot.waitUntil(docks["ideas"].isVisible, timeout=PATIENCE)
    qtbot.wait(50)
    assert all(docks[name].height() > 0 for name in ("options", "ideas"))


def test_docks_that_were_away_come_back_in_their_sizes(qtbot: QtBot, shell: Shell) -> None:
    docks = docks_of(shell)

    def sizes() -> list[int]:
        qtbot.wait(100)  # until the window has laid itself out
        return [docks[name].height() for name in ("options", "layers")]

    seen = [sizes(), sizes()]
    while seen[-1] != seen[-2] and len(seen) < 50:
        seen.append(sizes())
    for _ in range(3):
        shell.workbench.show_create()
        shell.workbench.show_canvas()
        qtbot.wait(20)
    assert sizes() == seen[-1]
