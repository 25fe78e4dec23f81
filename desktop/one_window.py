"""One window for each home: a second start hands its files to the first one and ends.

The lock is the kernel's and goes with the process, so none is ever stale. A window that does not
answer keeps nobody out: then there are two.
"""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from filelock import FileLock
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

MILLISECONDS = 2_000
"""That a window gets to answer."""
MOST_BYTES = 2**20
MOST_FILES = 1_000
TAKEN = b"taken\n"
TOKEN = "XDG_ACTIVATION_TOKEN"
"""With which a program lets another one take the focus on Wayland."""


def hand_over(data: Path, files: Sequence[Path]) -> bool:
    """Whether a window that has `data` as its folder took the files and came to the front."""
    name = server_name(data)
    if os.name == "posix" and not os.path.exists(name):
        return False  # most starts: the network library need not be loaded
    import json

    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(MILLISECONDS):
        return False
    said = {"files": [str(file.absolute()) for file in files], "token": os.environ.get(TOKEN, "")}
    socket.write(json.dumps(said).encode("ascii") + b"\n")
    socket.flush()
    taken = socket.waitForReadyRead(MILLISECONDS) and socket.readAll().data() == TAKEN
    socket.abort()
    return taken


def server_name(data: Path) -> str:
    """Return where the window of a folder listens: a path, but on Windows the name of a pipe."""
    name = f"easel-{zlib.crc32(os.fsencode(data)):08x}"
    if os.name != "posix":
        return name
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isdir(runtime):
        return os.path.join(runtime, name)
    # Elsewhere others may write, too: each user has a name of its own.
    return os.path.join(os.environ.get("TMPDIR", "/tmp"), f"{name}-{os.getuid()}")


class OneWindow(QObject):
    """Answers later starts. Lives on the main thread; `close` it before it goes."""

    files_came = Signal(object)
    """A list of Paths, perhaps empty, from a start that ended for it."""
    beaten = Signal()
    """Another window was there first and has taken our files: this one is to end."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        """Do nothing yet."""
        super().__init__(parent)
        self._data = data
        self._lock: FileLock | None = None
        self._server: QLocalServer | None = None

    def open(self, files: Sequence[Path]) -> bool:
        """Take the lock and listen; False when a window was quicker and has taken `files`."""
        if not self._take_lock() and hand_over(self._data, files):
            self.beaten.emit()
            return False
        from PySide6.QtNetwork import QLocalServer

        name = server_name(self._data)
        self._server = server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._answer)
        if self._lock is not None:
            server.removeServer(name)  # of a window that crashed: this one has its lock
        server.listen(name)  # where that cannot be, later starts have windows of their own
        return True

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _take_lock(self) -> bool:
        """Whether nobody else has the lock, as far as can be told."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._data / "window.lock", blocking=False)
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            return True  # a folder in its place, or nowhere to write: no reason to stay out
        self._lock = lock
        return True

    def _answer(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)  # it may have spoken already

    def _read(self, socket: "QLocalSocket") -> None:
        waiting = socket.bytesAvailable()
        if waiting > MOST_BYTES:
            socket.abort()
        elif socket.canReadLine():
            said = bytes(socket.readLine().data())
            socket.write(TAKEN)
            socket.flush()
            socket.disconnectFromServer()
            self.files_came.emit(_files_in(said))


def _files_in(said: bytes) -> list[Path]:
    """Return what another program of this user wants opened; what is none of that is left out."""
    import json

    try:
        told: object = json.loads(said)
    except (ValueError, RecursionError):
        return []
    match told:
        case {"files": [*names], "token": str(token)}:
            if token and "\0" not in token:
                os.environ[TOKEN] = token
            return [Path(n) for n in names[:MOST_FILES] if isinstance(n, str) and "\0" not in n]
        case _:
            return []
