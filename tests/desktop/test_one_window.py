"""Later starts give their files to the window that is open; nothing stale or silent stops them."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from desktop import one_window
from desktop.one_window import MOST_BYTES, OneWindow, hand_over, server_name

PATIENCE = 10_000


@pytest.fixture(autouse=True)
def sockets_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[OneWindow]:
    window = OneWindow(tmp_path / "data")
    assert window.open([])
    yield window
    window.close()


def said_to(window: OneWindow, qtbot: QtBot, tmp_path: Path, message: bytes) -> list[list[Path]]:
    """What the window heard of a message that another program sent."""
    heard: list[list[Path]] = []
    window.files_came.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(server_name(tmp_path / "data"))
    assert socket.waitForConnected(1_000)
    socket.write(message)
    socket.flush()
    unconnected = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: socket.state() == unconnected, timeout=PATIENCE)
    return heard


def test_without_a_window_nothing_is_handed_over_and_no_network_library_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtNetwork", None)
    assert not hand_over(tmp_path / "data", [])


def test_files_come_with_their_whole_paths(qtbot: QtBot, window: OneWindow, tmp_path: Path) -> None:
    message = json.dumps({"files": ["/a/ü b.ora", "/c.png"], "token": ""}).encode() + b"\n"
    assert said_to(window, qtbot, tmp_path, message) == [[Path("/a/ü b.ora"), Path("/c.png")]]


@pytest.mark.parametrize(
    "message",
    [
        b"\n",
        b"{\n",
        b"[1]\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"files": "x", "token": ""}\n',
        b'{"files": [1, null, {}, "a\\u0000b"], "token": ""}\n',
        b'{"files": ["x"], "token": 5}\n',
    ],
)
def test_what_no_start_says_opens_no_file(
    qtbot: QtBot, window: OneWindow, tmp_path: Path, message: bytes
) -> None:
    assert said_to(window, qtbot, tmp_path, message) == [[]]


def test_a_message_without_end_is_not_listened_to(
    qtbot: QtBot, window: OneWindow, tmp_path: Path
) -> None:
    assert said_to(window, qtbot, tmp_path, b"x" * (MOST_BYTES + 2)) == []


def test_a_window_that_does_not_answer_keeps_nobody_out(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_window, "MILLISECONDS", 100)
    silent = QLocalServer()
    assert silent.listen(server_name(tmp_path / "data"))
    assert not hand_over(tmp_path / "data", [])
    silent.close()


def test_a_lock_that_is_a_folder_keeps_nobody_out(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "data" / "window.lock").mkdir(parents=True)
    window = OneWindow(tmp_path / "data")
    assert window.open([])
    window.close()


def test_a_second_window_of_the_same_home_that_finds_no_answer_is_a_window_all_the_same(
    qtbot: QtBot, window: OneWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_window, "hand_over", lambda *_: False)
    second = OneWindow(tmp_path / "data")
    assert second.open([])
    second.close()


def test_each_home_has_a_window_of_its_own(tmp_path: Path) -> None:
    assert server_name(tmp_path / "a") != server_name(tmp_path / "b")


def test_where_others_may_write_the_name_is_that_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    name = server_name(tmp_path / "a")
    assert name.startswith(f"{tmp_path}/easel-")
    assert name.endswith(f"-{os.getuid()}")
