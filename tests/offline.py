"""Runs pytest in a network of its own, in which there is nothing but this computer.

    python -m tests.offline WORDS FOR PYTEST

Whatever a test or the program in it would fetch from elsewhere is then not there. Where nobody may
make such a network, and for who is not root (inside everybody is, and a test that is to be refused
a file would not be), pytest runs as it is, and that is said.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up; exec "$@"', "sh")
"""Before a command: a network of its own, with nothing in it but the machine itself."""

MARK = "EASEL_OFFLINE"
"""Set where there is no network, so that a test may look."""


def main(words: Sequence[str]) -> int:
    """Run pytest; its exit code."""
    command = (sys.executable, "-m", "pytest", *words)
    if possible():
        return subprocess.call((*ALONE, *command), env=os.environ | {MARK: "1"})
    print("The tests run with whatever network there is: nobody may take it away here.", flush=True)
    return subprocess.call(command)


def possible() -> bool:
    """Whether a command can be run so, and reaches this computer then."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which(ALONE[0]):
        return False
    look = (sys.executable, "-m", "tests.offline", "--look")
    return subprocess.run((*ALONE, *look), capture_output=True).returncode == 0


def reaches_itself() -> bool:
    """Whether a connection to this computer can be made."""
    with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
        return True
    return False


def ways_out() -> list[str]:
    """The interfaces of this process's network but the one to this computer itself."""
    return [name for _, name in socket.if_nameindex() if name != "lo"]


if __name__ == "__main__":
    if sys.argv[1:] == ["--look"]:
        sys.exit(not reaches_itself())
    sys.exit(main(sys.argv[1:]))
