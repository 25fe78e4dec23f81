"""What a project names outside of itself is text: no other file is opened, on no computer."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.errors import DesktopError
from desktop.storage.archive import pack
from desktop.storage.project import MANIFEST, STACK, Project
from desktop.storage.project_reading import OpenedProject, open_project
from desktop.storage.project_writing import project_bytes
from tests.desktop.storage.projects import everything, members

PLACES = {
    "a file of the system": "/etc/passwd",
    "a folder above": "../../secret.png",
    "an address": "file:///etc/passwd",
    "another computer": "//host/share/x.png",
    "another computer, on Windows": r"\\host\share\x.png",
    "a drive": r"C:\Windows\win.ini",
}
_listeners: list[Callable[[str, tuple[object, ...]], None]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    for listener in _listeners:
        listener(event, arguments)


sys.addaudithook(_hear)  # which can never be taken off again


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """Every path that Python opens, and every connection that it wants, meanwhile."""
    seen: list[str] = []

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") or event.startswith("socket."):
            seen.append(str(arguments[0]))

    _listeners.append(listen)
    try:
        yield seen
    finally:
        _listeners.remove(listen)


def naming(place: str) -> bytes:
    """A project whose stack, manifest and notes lead to `place`."""
    found = members(project_bytes(everything()))
    shown = json.loads(found[MANIFEST])
    first = next(iter(name for name in found if name.startswith("data/")))
    text = found[MANIFEST].decode().replace(f'"{first}"', json.dumps(place))
    told = json.loads(text)
    told["sha256"] = {name: value for name, value in shown["sha256"].items() if name != STACK}
    stack = found[STACK].replace(f'"{first}"'.encode(), f'"{place}"'.encode())
    return pack({**found, STACK: stack, MANIFEST: json.dumps(told).encode("ascii")})


def read(path: Path, rescue: bool) -> OpenedProject | str:
    try:
        return open_project(path, rescue)
    except DesktopError as error:
        return str(error)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("rescue", [False, True], ids=["opened", "rescued"])
def test_a_project_that_names_another_file_opens_nothing_but_itself(
    place: str, rescue: bool, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.ora"
    path.write_bytes(naming(place))
    read(path, rescue)  # Pillow's and Python's own modules are there by now
    with opened_files() as seen:
        result = read(path, rescue)
    assert set(seen) == {str(path)}
    whole = len(list(everything().picture.walk()))
    if isinstance(result, OpenedProject):
        assert len(list(result.project.picture.walk())) < whole or result.note
    else:
        assert "theirs.ora" in result


def test_the_model_and_the_prompt_of_a_candidate_are_text(tmp_path: Path) -> None:
    notes = {"prompt": "file:///etc/passwd", "model": "../../etc/passwd", "request": "/etc/passwd"}
    project = everything()
    kept = tuple(type(each)(each.pixels, notes, each.frame) for each in project.candidates)
    path = tmp_path / "theirs.ora"
    path.write_bytes(project_bytes(Project(project.picture, {"prompt": "/etc/passwd"}, kept)))
    read(path, False)
    with opened_files() as seen:
        opened = open_project(path)
    assert set(seen) == {str(path)}
    assert dict(opened.project.candidates[0].notes) == notes


def test_a_reader_that_follows_a_name_is_noticed(tmp_path: Path) -> None:
    """The control of both."""
    other = tmp_path / "other.png"
    other.touch()
    with opened_files() as seen:
        other.read_bytes()
    assert seen == [str(other)]
