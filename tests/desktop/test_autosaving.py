"""A picture with a project file is written into it by itself, as often as the settings say."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import filing
from desktop.autosaving import MINUTE
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.paths import Paths
from desktop.storage.backups import backups_of
from desktop.storage.project import Project
from desktop.storage.project_reading import open_project
from desktop.storage.project_writing import save_project
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


# --- while something else goes on ----------------------------------------------------------------


def test_a_save_that_falls_into_a_stroke_comes_ten_seconds_later(
    qtbot: QtBot, shell: Shell, file: Path
) -> None:
    saving, document = shell.workbench.settings.autosaving, shell.studio.document
    shell.studio.place_pixels(square(2, 20, 20), "two")
    stroke = place_image(square(3, 20, 20), Rect(0, 0, 20, 20), "three")
    document.preview(stroke)
    saving.timer.timeout.emit()
    assert saving.later.isActive()
    assert saving.later.interval() == 10_000
    document.do(stroke)
    assert layers(file) == ["one"]
    saving.later.timeout.emit()
    qtbot.waitUntil(lambda: shell.studio.files.is_in_project, timeout=PATIENCE)
    assert layers(file) == ["one", "two", "three"]


def test_a_save_that_falls_into_nothing_comes_at_once_and_not_again(
    qtbot: QtBot, shell: Shell, file: Path
) -> None:
    """The control of the test above."""
    shell.studio.place_pixels(square(2, 20, 20), "two")
    shell.workbench.settings.autosaving.timer.timeout.emit()
    assert not shell.workbench.settings.autosaving.later.isActive()
    qtbot.waitUntil(lambda: shell.studio.files.is_in_project, timeout=PATIENCE)


def test_a_run_holds_no_save_up(qtbot: QtBot, shell: Shell, file: Path) -> None:
    """Neither the project's nor that of the copy of unsaved work; and both cost the hand little."""
    shell.engine.pause = 0.5
    shell.window.prompt.generate()
    shell.studio.place_pixels(square(2, 20, 20), "two")
    spent = time.thread_time()
    with qtbot.waitSignal(shell.recording.written, timeout=PATIENCE):
        shell.workbench.settings.autosaving.timer.timeout.emit()
        spent = time.thread_time() - spent
    qtbot.waitUntil(lambda: shell.studio.files.is_in_project, timeout=PATIENCE)
    assert shell.studio.busy, "the run was over before the save"
    assert spent < 0.05
    assert sorted(layers(file)) == ["one", "two"]
    shell.studio.cancel()


# --- at once -------------------------------------------------------------------------------------

ROUNDS = 25


class Writers:
    """How many saves were under way at the same time, at most, and which pictures they had."""

    def __init__(self) -> None:
        self._lock, self._now = threading.Lock(), 0
        self.most = 0
        self.layers: list[int] = []

    def __call__(self, project: Project, path: Path, *, steps_back: bool = True) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        save_project(project, path, steps_back=steps_back)
        with self._lock:
            self._now -= 1
        self.layers.append(len(project.picture.layers))


def test_saves_asked_for_and_by_itself_at_once_follow_each_other(
    qtbot: QtBot, shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order: the last picture is in the file, and nobody is asked."""
    writers, files = Writers(), shell.studio.files
    monkeypatch.setattr(filing, "save_project", writers)
    by_itself = shell.workbench.settings.autosaving.save
    doubts: list[object] = []
    files.changed_outside.connect(doubts.append)
    chance = random.Random(12)
    for number in range(ROUNDS):
        shell.studio.place_pixels(square(number % 9, 8, 8), str(number))
        saves = [by_itself, by_itself, lambda: files.save_project(file, "")]
        chance.shuffle(saves)
        for save in saves:
            save()
            if chance.random() < 0.3:
                shell.studio.place_pixels(square(1, 8, 8), "between")
        if not files.is_in_project:
            files.save_project(file, "")
        qtbot.waitUntil(lambda: files.is_in_project, timeout=PATIENCE)
        shell.studio.undo()  # so that the picture stays small
    assert (shell.failures, doubts) == ([], [])
    assert writers.most == 1
    assert len(layers(file)) == writers.layers[-1]
    assert len(writers.layers) > 2 * ROUNDS


def test_two_saves_that_do_run_at_once_are_seen(tmp_path: Path) -> None:
    """The control of the test above."""
    writers = Writers()
    project = Project(
        place_image(square(1, 900, 900), Rect(0, 0, 900, 900), "a").apply(
            Picture(Rect(0, 0, 900, 900))
        )
    )
    threads = [
        threading.Thread(target=writers, args=(project, tmp_path / f"{name}.ora")) for name in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writers.most == 2
