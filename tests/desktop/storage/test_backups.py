"""The versions before a save stay beside it, and none of that can cost the save or the file."""

import errno
import os
from pathlib import Path

import pytest

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import NotWritable
from desktop.storage.backups import COUNT, backups_of
from desktop.storage.project import Project
from desktop.storage.project_reading import open_project
from desktop.storage.project_writing import save_project


def save(path: Path, number: int) -> None:
    save_project(Project(Picture(Rect(0, 0, 8, 8)), {"prompt": str(number)}), path)


def version(path: Path) -> str:
    return open_project(path).project.prompts["prompt"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_last_versions_are_kept_and_each_of_them_opens(tmp_path: Path) -> None:
    path = tmp_path / "boat.v2.ora"
    for number in range(20):
        save(path, number)
    assert version(path) == "19"
    assert [version(backup) for backup in backups_of(path)] == ["18", "17", "16"]
    assert len(names(tmp_path)) == COUNT + 1
    assert "boat.v2.backup-1.ora" in names(tmp_path)


def test_the_first_save_has_no_backup(tmp_path: Path) -> None:
    save(tmp_path / "boat.ora", 1)
    assert names(tmp_path) == ["boat.ora"]


def test_where_a_file_can_have_one_name_only_the_backup_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "boat.ora"
    for number in range(3):
        save(path, number)
    assert [version(each) for each in (path, *backups_of(path)[:2])] == ["2", "1", "0"]
    assert len(names(tmp_path)) == 3


def test_a_backup_that_cannot_be_kept_does_not_cost_the_save(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "boat.ora"
    save(path, 1)
    backups_of(path)[0].mkdir()
    (backups_of(path)[1]).write_text("in the way")
    (backups_of(path)[2]).mkdir()
    save(path, 2)
    assert version(path) == "2"
    assert "no backup" in caplog.text
    caplog.clear()


def test_a_save_that_fails_changes_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "boat.ora"
    for number in range(3):
        save(path, number)

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NotWritable):
        save(path, 9)
    monkeypatch.undo()
    assert [version(each) for each in (path, *backups_of(path)[:2])] == ["2", "1", "0"]
