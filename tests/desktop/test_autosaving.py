"""A picture with a project file is written into it by itself, as often as the settings say."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.autosaving import MINUTE
from desktop.paths import Paths
from desktop.storage.backups import backups_of
from desktop.storage.project_reading import open_project
from tests.fakes import square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


@pytest.fixture
def file(qtbot: QtBot, shell: Shell, paths: Paths) -> Path:
    """A project of one layer, as it was saved."""
    paths.data.mkdir(parents=True, exist_ok=True)
    shell.studio.place_pixels(square(1, 20, 20), "one")
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.save_project(paths.data / "mine.ora", "")
    return paths.data / "mine.ora"


def layers(file: Path) -> list[str]:
    return [layer.name for layer in open_project(file).project.picture.layers]


def test_the_setting_says_how_often_and_nothing_is_saved_without_it(shell: Shell) -> None:
    pages = shell.workbench.settings
    assert not pages.autosaving.timer.isActive()
    pages.change(replace(shell.studio.settings, autosave=5))
    assert pages.autosaving.timer.isActive()
    assert pages.autosaving.timer.interval() == 5 * MINUTE
    pages.change(replace(shell.studio.settings, autosave=0))
    assert not pages.autosaving.timer.isActive()


def test_what_is_new_is_written_without_a_word_and_without_a_backup(
    qtbot: QtBot, shell: Shell, file: Path
) -> None:
    news: list[str] = []
    shell.studio.noticed.connect(news.append)
    shell.studio.place_pixels(square(2, 20, 20), "two")
    shell.workbench.settings.autosaving.timer.timeout.emit()
    qtbot.waitUntil(lambda: shell.studio.files.is_in_project, timeout=PATIENCE)
    assert sorted(layers(file)) == ["one", "two"]
    assert (news, [each for each in backups_of(file) if each.exists()]) == ([], [])


def test_a_save_that_was_asked_for_lets_the_version_before_step_back(
    qtbot: QtBot, shell: Shell, file: Path
) -> None:
    """The control of the test above."""
    shell.studio.place_pixels(square(2, 20, 20), "two")
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.save_project(file, "")
    assert layers(backups_of(file)[0]) == ["one"]


def test_nothing_is_written_where_nothing_is_new_or_there_is_no_file(
    qtbot: QtBot, shell: Shell, file: Path
) -> None:
    before = file.stat().st_mtime_ns
    shell.workbench.settings.autosaving.save()
    shell.studio.files.new_picture()
    shell.studio.place_pixels(square(3, 20, 20), "another picture")
    shell.workbench.settings.autosaving.save()
    qtbot.wait(100)
    assert file.stat().st_mtime_ns == before


def test_a_save_that_fails_is_told(qtbot: QtBot, shell: Shell, file: Path) -> None:
    file.unlink()
    file.parent.rename(file.parent.with_name("moved"))
    shell.studio.place_pixels(square(2, 20, 20), "two")
    shell.workbench.settings.autosaving.save()
    qtbot.waitUntil(lambda: bool(shell.failures), timeout=PATIENCE)
    assert "could not be saved" in shell.failures[0]
