"""A save leaves the old file or the new one, whole, whatever happens on the way."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import NotWritable
from desktop.storage.files import write_atomically

OLD, NEW = b"old " * 50_000, b"newer " * 70_000


class PowerCut(BaseException):
    """Stands for the moment at which nothing more is executed."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(OLD)
    return path


def write_naively(path: Path, content: bytes) -> None:
    """The control: what a save looks like that nobody thought about."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        os.write(descriptor, content[: len(content) // 2])
        os.write(descriptor, content[len(content) // 2 :])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cut_at(monkeypatch: pytest.MonkeyPatch, call_number: int) -> list[str]:
    """Cut the power before system call `call_number`; returns the calls made, as they are made."""
    made: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if len(made) == call_number:
                raise PowerCut
            made.append(name)
            return real(*args, **kwargs)

        return call

    for name in ("open", "write", "fsync", "replace"):
        monkeypatch.setattr(os, name, watched(name))
    return made


def survivors(write: Callable[[Path, bytes], None], path: Path) -> list[bytes]:
    """What lies in `path` after a power cut before each of the calls of `write` in turn."""
    found: list[bytes] = []
    while True:
        path.write_bytes(OLD)
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, len(found))
            try:
                write(path, NEW)
            except PowerCut:
                pass
            else:
                return found
        found.append(path.read_bytes())


def test_the_new_content_replaces_the_old(target: Path) -> None:
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
    assert list(target.parent.iterdir()) == [target]


def test_a_cut_before_any_system_call_leaves_the_old_or_the_new_file(target: Path) -> None:
    found = survivors(write_atomically, target)
    assert len(found) >= 5
    assert set(found) <= {OLD, NEW}


def test_the_same_cuts_destroy_a_file_that_is_written_in_place(target: Path) -> None:
    assert not set(survivors(write_naively, target)) <= {OLD, NEW}


def test_short_writes_are_continued_until_all_is_written(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:4099]))
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


def test_damage_between_writing_and_reading_back_keeps_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(
        os, "write", lambda descriptor, data: real(descriptor, b"X" + bytes(data)[1:])
    )
    with pytest.raises(NotWritable, match="the disk reports an error"):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "the disk reports an error"),
        (errno.EACCES, "may not be written to"),
        (errno.EROFS, "may not be written to"),
        (errno.EXDEV, "the system refused it"),
    ],
)
def test_a_refused_call_keeps_the_old_file_and_leaves_nothing_behind(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, words: str
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(NotWritable, match=words) as caught:
        write_atomically(target, NEW)
    monkeypatch.undo()
    assert "“picture.png”" in str(caught.value)
    assert "unchanged" in str(caught.value)
    assert target.read_bytes() == OLD
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="the folder does not exist") as caught:
        write_atomically(tmp_path / "gone" / "a.png", NEW)
    assert str(tmp_path / "gone") in str(caught.value)


def test_a_file_where_the_folder_should_be_is_no_folder(target: Path) -> None:
    with pytest.raises(NotWritable, match="the folder does not exist"):
        write_atomically(target / "a.png", NEW)
    assert target.read_bytes() == OLD


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="a folder of that name is in the way"):
        write_atomically(tmp_path, NEW)


def test_the_longest_legal_name_can_be_saved_and_a_longer_one_is_refused(tmp_path: Path) -> None:
    longest = tmp_path / ("n" * 251 + ".png")
    write_atomically(longest, NEW)
    assert longest.read_bytes() == NEW
    with pytest.raises(NotWritable, match="the name is too long"):
        write_atomically(tmp_path / ("n" * 252 + ".png"), NEW)
    assert list(tmp_path.iterdir()) == [longest]


def test_a_link_is_followed_not_replaced(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_a_name_no_system_takes_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotWritable):
        write_atomically(tmp_path / "a\x00b.png", NEW)


def test_what_a_killed_save_left_is_removed_an_hour_later_and_nothing_else(target: Path) -> None:
    folder, now = target.parent, time.time()
    left, fresh, other = (
        folder / name
        for name in (".easel-0123456789ab.part", ".easel-ba9876543210.part", ".easel-notes.part")
    )
    for path, age in ((left, 3_700), (fresh, 60), (other, 99_999)):
        path.write_bytes(b"half")
        os.utime(path, (now - age, now - age))
    write_atomically(target, NEW)
    assert set(folder.iterdir()) == {target, fresh, other}


def refusing(
    monkeypatch: pytest.MonkeyPatch, times: int, number: int = errno.EACCES, *, always: bool = False
) -> None:
    """Refuse to replace `picture.png`, so many times; or any file at all."""
    real, left = os.replace, [times]

    def replace(source: Path, target: Path) -> None:
        if left[0] and (always or target.name == "picture.png"):
            left[0] -= 1
            raise OSError(number, os.strerror(number))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EXDEV, errno.EBUSY])
def test_what_cannot_take_its_place_is_kept_beside_it_and_over_no_other_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refusing(monkeypatch, 2, number)
    for content in (NEW, NEW[::-1]):
        with pytest.raises(NotWritable, match=r"whole in “picture\.recovered(-2)?\.png” beside"):
            write_atomically(target, content, beside=True)
    assert target.read_bytes() == OLD
    assert (target.parent / "picture.recovered.png").read_bytes() == NEW
    assert (target.parent / "picture.recovered-2.png").read_bytes() == NEW[::-1]
    assert len(list(target.parent.iterdir())) == 3


def test_where_nothing_may_be_renamed_nothing_is_left_behind(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, 9, always=True)
    with pytest.raises(NotWritable, match="any older file are unchanged"):
        write_atomically(target, NEW, beside=True)
    assert (target.read_bytes(), list(target.parent.iterdir())) == (OLD, [target])


def test_a_file_that_is_held_for_a_moment_is_waited_for_where_scanners_do_that(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.storage.files.PAUSES", (0.0, 0.0))
    refusing(monkeypatch, 2)
    write_atomically(target, NEW)
    assert (target.read_bytes(), list(target.parent.iterdir())) == (NEW, [target])
    refusing(monkeypatch, 3)
    with pytest.raises(NotWritable):
        write_atomically(target, OLD)
    assert target.read_bytes() == NEW


def survivors_of_a_power_cut(write: Callable[[Path, bytes], None], path: Path) -> list[bytes]:
    """The same where all that was not synchronised is gone from the disk, as power cuts have it."""
    found: list[bytes] = []
    while True:
        path.write_bytes(OLD)
        with pytest.MonkeyPatch.context() as patch:
            calls = cut_at(patch, len(found))
            forgotten = unsynchronised(patch)
            try:
                write(path, NEW)
            except PowerCut:
                pass
            else:
                assert calls
                return found
        for each in forgotten:
            if each.exists():
                each.write_bytes(b"")
        found.append(path.read_bytes())


def unsynchronised(patch: pytest.MonkeyPatch) -> set[Path]:
    """Files that were written to and not synchronised since, as they come and go."""
    files: dict[int, Path] = {}
    dirty: set[Path] = set()
    open_, write, fsync, replace = os.open, os.write, os.fsync, os.replace

    def opened(path: str | Path, *options: Any) -> int:
        descriptor = open_(path, *options)
        files[descriptor] = Path(path)
        return descriptor

    def written(descriptor: int, data: bytes) -> int:
        dirty.add(files[descriptor])
        return write(descriptor, data)

    def synchronised(descriptor: int) -> None:
        fsync(descriptor)
        dirty.discard(files[descriptor])

    def replaced(source: Path, target: Path) -> None:
        replace(source, target)
        if source in dirty:
            dirty.add(target)

    for name, call in (
        ("open", opened),
        ("write", written),
        ("fsync", synchronised),
        ("replace", replaced),
    ):
        patch.setattr(os, name, call)
    return dirty


def test_a_power_cut_that_loses_what_was_not_synchronised_leaves_the_old_or_the_new_file(
    target: Path,
) -> None:
    found = survivors_of_a_power_cut(write_atomically, target)
    assert len(found) >= 5
    assert set(found) <= {OLD, NEW}


def test_the_same_power_cuts_empty_a_file_that_is_renamed_too_soon(target: Path) -> None:
    def renamed_too_soon(path: Path, content: bytes) -> None:
        descriptor = os.open(path.with_name("new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, content)
        os.close(descriptor)
        os.replace(path.with_name("new"), path)
        os.close(os.open(path.parent, os.O_RDONLY))

    assert b"" in survivors_of_a_power_cut(renamed_too_soon, target)
