"""A project that another program changed, removed, or that may not be replaced, is asked about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.storage.backups import backups_of
from desktop.storage.project_reading import open_project
from tests.flows.test_window_projects import coloured, save_as
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SAVE = "exchange.save_project"


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


@pytest.fixture
def boat(qtbot: QtBot, shell: Shell, tmp_path: Path) -> Path:
    """A project that was saved once and painted on since."""
    shell.studio.place_pixels(coloured(10), "hull")
    save_as(qtbot, shell, tmp_path / "boat")
    shell.studio.place_pixels(coloured(20), "sail")
    return tmp_path / "boat.ora"


def refused(qtbot: QtBot, shell: Shell) -> str:
    """Try to save; the sentence that says why it was not done."""
    with qtbot.waitSignal(shell.studio.files.failed, timeout=PATIENCE):
        shell.workbench.actions_by_verb[SAVE].trigger()
    return shell.window.messages.text


def press(shell: Shell, text: str) -> None:
    """Press a button below that sentence."""
    (button,) = (each for each in shell.window.messages.ways_out if each.text() == text)
    button.click()


def layers_in(file: Path) -> list[str]:
    return [layer.name for layer in open_project(file).project.picture.layers]


def test_what_another_program_changed_is_saved_over_only_after_a_question(
    qtbot: QtBot, shell: Shell, boat: Path
) -> None:
    boat.write_bytes(b"made by another program")
    assert "Another program has changed “boat.ora”" in refused(qtbot, shell)
    assert boat.read_bytes() == b"made by another program"
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        press(shell, "Save over it")
    assert layers_in(boat) == ["hull", "sail"]
    assert backups_of(boat)[0].read_bytes() == b"made by another program"
    shell.studio.place_pixels(coloured(30), "flag")
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.workbench.actions_by_verb[SAVE].trigger()
    assert layers_in(boat) == ["hull", "sail", "flag"]


def test_both_are_kept_when_it_is_saved_under_another_name(
    qtbot: QtBot, shell: Shell, boat: Path
) -> None:
    boat.write_bytes(b"made by another program")
    refused(qtbot, shell)
    press(shell, "Save under another name…")
    (dialog,) = shell.window.findChildren(QFileDialog)
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        dialog.fileSelected.emit(str(boat.with_name("mine.ora")))
    dialog.reject()
    assert layers_in(boat.with_name("mine.ora")) == ["hull", "sail"]
    assert boat.read_bytes() == b"made by another program"


def test_whoever_saves_nothing_has_changed_nothing(qtbot: QtBot, shell: Shell, boat: Path) -> None:
    boat.write_bytes(b"made by another program")
    refused(qtbot, shell)
    shell.window.messages.hide()
    assert boat.read_bytes() == b"made by another program"
    assert not shell.studio.files.is_in_project


def test_a_project_that_was_removed_is_saved_there_again_if_that_is_wanted(
    qtbot: QtBot, shell: Shell, boat: Path
) -> None:
    boat.unlink()
    assert "not there any more" in refused(qtbot, shell)
    assert not boat.exists()
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        press(shell, "Save it there again")
    assert layers_in(boat) == ["hull", "sail"]


def test_what_saves_by_itself_never_saves_over_another_program(
    qtbot: QtBot, shell: Shell, boat: Path
) -> None:
    boat.write_bytes(b"made by another program")
    with qtbot.waitSignal(shell.studio.files.failed, timeout=PATIENCE):
        shell.studio.files.save_project(boat, "", by_itself=True)
    assert boat.read_bytes() == b"made by another program"


def test_an_opened_project_is_watched_as_well(
    qtbot: QtBot, shell: Shell, boat: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.ora"
    copy.write_bytes(boat.read_bytes())
    with qtbot.waitSignal(shell.studio.files.kept_changed, timeout=PATIENCE):
        shell.window.exchange.take_files([copy])
    shell.studio.place_pixels(coloured(30), "flag")
    copy.write_bytes(b"another program again")
    assert "Another program has changed “copy.ora”" in refused(qtbot, shell)


def test_where_the_folder_has_gone_another_one_is_offered(
    qtbot: QtBot, shell: Shell, boat: Path
) -> None:
    moved = boat.parent / "moved"
    moved.mkdir()
    boat.rename(moved / boat.name)
    shell.studio.files.save_project(moved / "boat.ora", "")
    qtbot.waitUntil(lambda: shell.studio.files.home == moved / "boat.ora", timeout=PATIENCE)
    for each in moved.iterdir():
        each.unlink()
    moved.rmdir()
    shell.studio.place_pixels(coloured(30), "flag")
    assert "the folder does not exist" in refused(qtbot, shell)
    press(shell, "Another place…")
    (dialog,) = shell.window.findChildren(QFileDialog)
    dialog.reject()
    assert not shell.studio.files.is_in_project
