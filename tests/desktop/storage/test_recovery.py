"""What a window that ended has left is found, and a click does not lose it."""

from pathlib import Path

import pytest

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import NotWritable, ProjectDamaged, RecoveryUnavailable
from desktop.storage import recovery
from desktop.storage.project import Project
from desktop.storage.recovery import DAYS_KEPT, SECONDS_A_DAY, Session
from tests.desktop.storage.projects import account, everything

NOW = 1_790_000_000.0
UNSAVED = {"at": NOW, "home": None, "saved": False}


def left(root: Path, about: dict[str, object] = UNSAVED, project: Project | None = None) -> Path:
    """A folder as a window leaves it when it ends at once."""
    session = Session(root, NOW)
    session.write(project or everything(), about)
    session.leave()
    return session.folder


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_work_is_found_when_its_window_has_ended_and_not_before(tmp_path: Path) -> None:
    session = Session(tmp_path, NOW)
    session.write(everything(), UNSAVED)
    assert recovery.unsaved(tmp_path, NOW).found == ()
    session.leave()
    (found,) = recovery.unsaved(tmp_path, NOW).found
    assert account(recovery.read(found).project) == account(everything())
    assert (found.about.layers, found.troubled) == (4, False)


def test_nothing_is_offered_that_is_in_a_file_of_the_users(tmp_path: Path) -> None:
    home = tmp_path / "boat.ora"
    home.write_bytes(b"saved")
    left(tmp_path / "kept", {**UNSAVED, "home": str(home), "saved": True})
    assert recovery.unsaved(tmp_path / "kept", NOW).found == ()
    assert names(tmp_path / "kept") == []


def test_saved_work_whose_file_has_gone_is_offered(tmp_path: Path) -> None:
    left(tmp_path, {**UNSAVED, "home": str(tmp_path / "gone.ora"), "saved": True})
    assert len(recovery.unsaved(tmp_path, NOW).found) == 1


def test_an_empty_picture_is_not_offered(tmp_path: Path) -> None:
    left(tmp_path, project=Project(Picture(Rect(0, 0, 8, 8))))
    assert recovery.unsaved(tmp_path, NOW).found == ()
    assert names(tmp_path) == []


def test_the_latest_comes_first(tmp_path: Path) -> None:
    for at in (2.0, 3.0, 1.0):
        left(tmp_path, {**UNSAVED, "at": at})
    assert [each.about.at for each in recovery.unsaved(tmp_path, NOW).found] == [3.0, 2.0, 1.0]


def test_what_is_discarded_is_kept_for_thirty_days_and_then_removed(tmp_path: Path) -> None:
    left(tmp_path)
    (found,) = recovery.unsaved(tmp_path, NOW).found
    recovery.discard(found, NOW)
    assert recovery.unsaved(tmp_path, NOW).found == ()
    (gone,) = recovery.discarded(tmp_path)
    assert gone.discarded == NOW
    assert account(recovery.read(gone).project) == account(everything())

    recovery.sweep(tmp_path, NOW + DAYS_KEPT * SECONDS_A_DAY - 1)
    assert len(recovery.discarded(tmp_path)) == 1
    recovery.sweep(tmp_path, NOW + DAYS_KEPT * SECONDS_A_DAY + 1)
    assert names(tmp_path / "discarded") == []


def test_nothing_is_removed_that_easel_did_not_put_there(tmp_path: Path) -> None:
    folder = left(tmp_path)
    (folder / "my own.txt").write_text("precious")
    (tmp_path / "20261125-170000-0badcafe").symlink_to(folder)
    (tmp_path / "diary").mkdir()
    (found,) = recovery.unsaved(tmp_path, NOW).found
    recovery.discard(found, NOW)
    recovery.sweep(tmp_path, NOW + 40 * SECONDS_A_DAY)
    (kept,) = (tmp_path / "discarded").iterdir()
    assert names(kept) == ["my own.txt"]
    assert (tmp_path / "diary").is_dir()


def test_a_folder_of_which_nothing_can_be_read_is_kept_and_named(tmp_path: Path) -> None:
    folder = left(tmp_path)
    (folder / "journal-0000").write_bytes(b"garbage" * 99)
    told = recovery.unsaved(tmp_path, NOW)
    assert told.found == ()
    (kept,) = told.unreadable
    assert (kept / "journal-0000").read_bytes() == b"garbage" * 99
    assert recovery.unsaved(tmp_path, NOW).unreadable == ()


def test_a_window_that_ended_before_it_wrote_anything_leaves_nothing(tmp_path: Path) -> None:
    Session(tmp_path, NOW).leave()
    assert recovery.unsaved(tmp_path, NOW) == recovery.Unsaved(())
    assert names(tmp_path) == []


def test_work_that_ended_easel_while_it_was_read_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(tmp_path)
    (found,) = recovery.unsaved(tmp_path, NOW).found

    def crash(_folder: Path) -> None:
        raise SystemExit

    monkeypatch.setattr(recovery, "recovered", crash)
    with pytest.raises(SystemExit):
        recovery.read(found)
    monkeypatch.undo()
    (marked,) = recovery.unsaved(tmp_path, NOW).found
    assert marked.troubled
    recovery.read(marked)
    assert not recovery.unsaved(tmp_path, NOW).found[0].troubled


def test_a_lock_that_is_no_file_keeps_nobody_out(tmp_path: Path) -> None:
    folder = left(tmp_path)
    (folder / "lock").unlink()
    (folder / "lock").mkdir()
    assert len(recovery.unsaved(tmp_path, NOW).found) == 1


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotWritable, match="Your picture is unchanged"):
        Session(tmp_path / "file", NOW)
    assert recovery.unsaved(tmp_path / "file", NOW) == recovery.Unsaved(())


def test_a_place_that_cannot_be_looked_into_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(RecoveryUnavailable, match="Nothing there was changed"):
        recovery.unsaved(tmp_path, NOW)


def test_a_folder_that_has_gone_is_said_in_one_sentence(tmp_path: Path) -> None:
    left(tmp_path)
    (found,) = recovery.unsaved(tmp_path, NOW).found
    for file in found.folder.iterdir():
        file.unlink()
    found.folder.rmdir()
    with pytest.raises(ProjectDamaged):
        recovery.read(found)
    with pytest.raises(NotWritable):
        recovery.discard(found, NOW)
