"""Starts the engine's process in another Python than this one, over the same pipe.

That Python has a torch of its own, for a card that the one packed with Easel cannot use; the
modules of the engine are those of this Easel. What is asked and answered is as in `child`.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.child import Answer, ChildOptions, Factory, Interpreter, Question

BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from engine.elsewhere import main; main(int(sys.argv[2]))"
)
FOR_PYTHON = ("PYTHON", "_PYI", "_MEIPASS")
"""Beginnings of variables that tell this Python, or a frozen one, where its own parts are."""

FOR_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What the starter of a frozen program points at its own libraries; it keeps what was there."""


class OtherProcess:
    """A child that `multiprocessing` did not start, with the part of its manners we rely on."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, or so many seconds; afterwards let go of it if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def start(
    factory: "Factory", options: "ChildOptions"
) -> "tuple[OtherProcess, Connection[Question, Answer]]":
    """Start the child in `options.interpreter`. Raises OSError when there is no such Python."""
    assert options.interpreter is not None
    ours, theirs = multiprocessing.Pipe()
    try:
        process = _started(options.interpreter, theirs.fileno())
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    with suppress(OSError):  # it has ended already: whoever asks it something hears of that
        ours.send((factory, options))
    return OtherProcess(process), ours


def _started(interpreter: "Interpreter", handle: int) -> "subprocess.Popen[bytes]":
    # -I: nothing of the user's other Pythons. The end of stdin is the end of the parent.
    command = [
        str(interpreter.python), "-I", "-c", BEGIN, str(interpreter.source), str(handle),
    ]  # fmt: skip
    around = outside(os.environ)
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            env=around,
            close_fds=False,
            creationflags=subprocess.CREATE_NO_WINDOW,
        )
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=around, pass_fds=(handle,))


def outside(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that is no part of this one, which may be frozen."""
    kept = {name: value for name, value in environment.items() if not name.startswith(FOR_PYTHON)}
    if getattr(sys, "frozen", False):
        for name in FOR_LIBRARIES:
            kept.pop(name, None)
            if (before := kept.pop(f"{name}_ORIG", None)) is not None:
                kept[name] = before
    return kept


def main(handle: int) -> None:
    """Be the child; its parent's end of the pipe leads to this handle."""
    from engine.child import serve

    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        connection = PipeConnection(handle)
    else:
        connection = Connection(handle)
    factory, options = connection.recv()
    serve(connection, factory, options)  # type: ignore[arg-type]
