"""Unsaved work is on the disk after every action, and only as long as it is unsaved."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.edits import Edit
from desktop.errors import NotWritable
from desktop.paths import Paths
from desktop.recording import Recording
from desktop.recovering import Recovering
from desktop.storage import recovery
from desktop.storage.exports import ExportOptions
from desktop.storage.recovery import Found, Session, Unsaved
from desktop.storage.stamp import stamp_of
from desktop.studio import Studio
from engine.requests import Pixels
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, open_studio


@pytest.fixture
def studio(qtbot: QtBot, paths: Paths) -> Iterator[Studio]:
    with open_studio(paths, FakeEngine()) as studio:
        yield studio


@pytest.fixture
def open_recording(studio: Studio, paths: Paths) -> Iterator[Callable[[], Recording]]:
    """Recordings of the studio, those left open closed at the end."""
    opened: list[Recording] = []

    def make() -> Recording:
        opened.append(Recording(studio.document, studio.candidates, studio.files, paths.recovery))
        return opened[-1]

    yield make
    for recording in opened:
        if recording.is_open:
            recording.close(discard=False)


@pytest.fixture
def recording(open_recording: Callable[[], Recording]) -> Recording:
    return open_recording()


def square(level: int) -> Pixels:
    return np.full((40, 40, 3), level, np.uint8)


def place(qtbot: QtBot, studio: Studio, recording: Recording, name: str) -> None:
    """Put something into the picture and wait until the disk has it."""
    with qtbot.waitSignal(recording.written, timeout=PATIENCE):
        studio.place_pixels(square(len(name)), name)


def layers(found: Found) -> list[str]:
    return [layer.name for layer in recovery.read(found).project.picture.layers]


def unsaved(paths: Paths, now: float = 0.0) -> list[list[str]]:
    """Names of the layers of everything that the next start would offer."""
    return [layers(found) for found in recovery.unsaved(paths.recovery, now).found]


def after_a_crash(paths: Paths, folder: Path) -> list[list[str]]:
    """The same, if this process ended now: its locks would be gone."""
    copy = Paths.under(folder / "after")
    shutil.rmtree(copy.recovery, ignore_errors=True)
    shutil.copytree(paths.recovery, copy.recovery)
    return unsaved(copy)


def test_every_action_is_on_the_disk_when_it_is_said_to_be(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    assert after_a_crash(paths, tmp_path) == [["one"]]
    place(qtbot, studio, recording, "two")
    assert after_a_crash(paths, tmp_path) == [["one", "two"]]
    with qtbot.waitSignal(recording.written, timeout=PATIENCE):
        studio.undo()
    assert after_a_crash(paths, tmp_path) == [["one"]]


def test_nothing_is_written_before_there_is_anything_to_lose(
    recording: Recording, paths: Paths
) -> None:
    recording.flush()
    recording.close(discard=True)
    assert not paths.recovery.exists()


def test_a_window_that_is_told_to_end_leaves_its_work_for_the_next_start(
    studio: Studio, recording: Recording, paths: Paths
) -> None:
    studio.place_pixels(square(1), "one")
    studio.place_pixels(square(2), "two")
    recording.close(discard=False)
    assert unsaved(paths) == [["one", "two"]]


def test_what_the_person_leaves_unsaved_is_kept_for_thirty_days_and_not_offered(
    studio: Studio, recording: Recording, paths: Paths
) -> None:
    studio.place_pixels(square(1), "one")
    recording.close(discard=True)
    assert unsaved(paths) == []
    (found,) = recovery.discarded(paths.recovery)
    assert layers(found) == ["one"]


def test_saved_work_leaves_nothing_behind(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    with qtbot.waitSignal(studio.files.kept_changed, timeout=PATIENCE):
        studio.files.save_project(tmp_path / "boat.ora", "")
    recording.close(discard=False)
    assert unsaved(paths) == recovery.discarded(paths.recovery) == []
    assert list(paths.recovery.glob("2*")) == []


def test_a_stroke_after_a_save_is_unsaved_work_of_that_file(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    with qtbot.waitSignal(studio.files.kept_changed, timeout=PATIENCE):
        studio.files.save_project(tmp_path / "boat.ora", "")
    studio.place_pixels(square(2), "two")
    recording.close(discard=False)
    (found,) = recovery.unsaved(paths.recovery, 0.0).found
    assert layers(found) == ["one", "two"]
    assert (found.about.home, found.about.saved) == (tmp_path / "boat.ora", False)


def test_an_exported_picture_is_no_project_but_closing_it_asks_for_nothing_more(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    with qtbot.waitSignal(studio.files.kept_changed, timeout=PATIENCE):
        studio.files.export(tmp_path / "boat.png", ExportOptions())
    recording.flush()
    assert after_a_crash(paths, tmp_path) == [["one"]]
    recording.close(discard=True)
    assert unsaved(paths) == recovery.discarded(paths.recovery) == []


def test_what_new_puts_aside_is_kept_beside_what_comes_after_it(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "old")
    studio.files.new_picture()
    place(qtbot, studio, recording, "new")
    assert sorted(after_a_crash(paths, tmp_path)) == [["new"], ["old"]]
    studio.document.go_to(0)
    studio.document.go_to(1)
    studio.place_pixels(square(3), "more")
    qtbot.waitUntil(lambda: recording.is_caught_up, timeout=PATIENCE)
    assert sorted(after_a_crash(paths, tmp_path)) == [["new"], ["old", "more"]]


def test_a_picture_that_is_saved_and_put_aside_holds_no_file_open(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        place(qtbot, studio, recording, name)
        studio.files.save_project(tmp_path / f"{name}.ora", "")
        qtbot.waitUntil(lambda: studio.files.is_in_project, timeout=PATIENCE)
        studio.files.new_picture()
    place(qtbot, studio, recording, "three")
    qtbot.waitUntil(lambda: recording.is_caught_up, timeout=PATIENCE)
    assert after_a_crash(paths, tmp_path) == [["three"]]
    assert len(list(paths.recovery.iterdir())) == 1
    assert sys.platform != "linux" or open_locks() == 1
    studio.document.go_to(1)  # "one", as it is in its file
    studio.place_pixels(square(9), "more")
    qtbot.waitUntil(lambda: recording.is_caught_up, timeout=PATIENCE)
    assert sorted(after_a_crash(paths, tmp_path)) == [["one", "more"], ["three"]]


def open_locks() -> int:
    """How many lock files of the recovery folder this process has open."""
    names = [os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return sum(name.endswith("/lock") and "recovery" in name for name in names)


def test_recovered_work_knows_how_its_file_looked(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    studio.files.save_project(tmp_path / "boat.ora", "")
    qtbot.waitUntil(lambda: studio.files.is_in_project, timeout=PATIENCE)
    studio.place_pixels(square(5), "two")
    recording.close(discard=False)
    (found,) = recovery.unsaved(paths.recovery, 0.0).found
    assert found.about.stamp == studio.files.stamp == stamp_of(tmp_path / "boat.ora")
    assert found.about.stamp is not None
    (tmp_path / "boat.ora").write_bytes(b"of another program")
    studio.files.show_recovered(recovery.read(found).project, found.about.home, found.about.stamp)
    with qtbot.waitSignal(studio.files.changed_outside, timeout=PATIENCE):
        studio.files.save_project(tmp_path / "boat.ora", "")
    assert (tmp_path / "boat.ora").read_bytes() == b"of another program"


def test_the_tray_and_the_prompt_come_back_too(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths
) -> None:
    recording.prompt = lambda: "a red apple"
    studio.generate("a red apple", 2, 7)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    studio.place_pixels(square(1), "one")
    recording.close(discard=False)
    (found,) = recovery.unsaved(paths.recovery, 0.0).found
    project = recovery.read(found).project
    assert [kept.notes["seed"] for kept in project.candidates] == ["7", "8"]
    assert project.prompts == {"prompt": "a red apple"}


def test_a_preview_is_not_written_but_what_it_becomes_is(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")

    def renamed(name: str) -> Edit:
        return Edit("Rename", lambda old: replace(old, layers=(replace(old.layers[0], name=name),)))

    studio.document.preview(renamed("half"))
    recording.flush()
    assert after_a_crash(paths, tmp_path) == [["one"]]
    with qtbot.waitSignal(recording.written, timeout=PATIENCE):
        studio.document.do(renamed("whole"))
    assert after_a_crash(paths, tmp_path) == [["whole"]]


def test_strokes_made_while_one_is_being_written_are_written_next(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "0")
    for number in range(1, 20):
        studio.place_pixels(square(number), str(number))
    qtbot.waitUntil(
        lambda: after_a_crash(paths, tmp_path) == [[str(n) for n in range(20)]], timeout=PATIENCE
    )


def test_a_disk_that_refuses_is_said_once_and_tried_again(
    qtbot: QtBot,
    studio: Studio,
    recording: Recording,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    recording.failed.connect(said.append)
    recording.noticed.connect(said.append)
    # To the end: the last refusal may be heard only when the disk has room again.
    monkeypatch.setattr("desktop.recording.FIRST_PAUSE", 1)
    monkeypatch.setattr(recording, "_pause", 1)
    with pytest.MonkeyPatch.context() as patch:
        tries: list[int] = []

        def refuse(*_args: object) -> None:
            tries.append(1)
            raise NotWritable("The disk is full; make room.")

        patch.setattr(Session, "write", refuse)
        studio.place_pixels(square(1), "one")
        qtbot.waitUntil(lambda: len(tries) > 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=PATIENCE)
    assert said == ["The disk is full; make room.", "A copy of unsaved work is being kept again."]
    recording.close(discard=False)
    assert unsaved(paths) == [["one"]]


def test_the_next_start_has_what_was_done_right_before_a_flush(
    studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    studio.place_pixels(square(1), "one")
    recording.flush()
    assert after_a_crash(paths, tmp_path) == [["one"]]
    studio.place_pixels(square(1), "two")
    recording.flush()
    assert after_a_crash(paths, tmp_path) == [["one", "two"]]


def test_the_copy_moves_to_another_folder_and_nothing_stays_behind(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    with qtbot.waitSignal(recording.written, timeout=PATIENCE):
        recording.move(tmp_path / "elsewhere")
    assert list(paths.recovery.iterdir()) == []
    recording.close(discard=False)
    (found,) = recovery.unsaved(tmp_path / "elsewhere", 0.0).found
    assert layers(found) == ["one"]


def test_what_other_windows_left_in_either_folder_is_offered(
    qtbot: QtBot, studio: Studio, recording: Recording, paths: Paths, tmp_path: Path
) -> None:
    place(qtbot, studio, recording, "one")
    studio.files.new_picture()
    place(qtbot, studio, recording, "two")
    elsewhere = tmp_path / "elsewhere"
    with qtbot.waitSignal(recording.written, timeout=PATIENCE):
        recording.move(elsewhere)
    recording.close(discard=False)
    later = Recording(studio.document, studio.candidates, studio.files, elsewhere)
    looked: list[Unsaved] = []
    recovering = Recovering(later, studio.files, paths.recovery, elsewhere, tmp_path / "unplugged")
    recovering.looked.connect(looked.append)
    recovering.look()
    qtbot.waitUntil(lambda: bool(looked), timeout=PATIENCE)
    later.close(discard=False)
    assert [layers(found) for found in looked[0].found] == [["two"], ["one"]]
