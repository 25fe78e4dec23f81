"""Nothing goes out and nothing comes in, whoever opens the connection; seen from outside Python.

The system calls of a whole sitting are recorded, the engine's process included: a hook inside of
Python would see neither Qt's sockets nor those of other libraries.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.session import PLANTED, WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET = re.compile(r"socket\((AF_\w+|PF_\w+)")
INTERNET = {"AF_INET", "AF_INET6"}
CALLS = "socket,connect,bind,listen,sendto,sendmsg"
ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up; exec "$@"', "sh")
"""A command in a network of its own, with nothing in it but the machine itself."""
OFFLINE = ("tests/flows", "tests/engine/weights", "tests/engine/test_process.py")
"""Everything that could want a network: whole flows, real models, downloads from this machine."""


def environment() -> dict[str, str]:
    """Without a screen and without what a developer has set."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    quiet = {"QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return kept | quiet


def families(folder: Path, planted: str = "") -> set[str]:
    """Kinds of sockets that one sitting opened, in all its processes."""
    record = folder / "calls"
    watch = ("strace", "--seccomp-bpf", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(record))
    sitting = (sys.executable, "-m", "tests.faults.session", str(folder / "home"), planted)
    done = subprocess.run(
        (*watch, *sitting),
        cwd=ROOT,
        env=environment() | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout.strip() == "done", done.stderr[-3000:]
    return set(SOCKET.findall(record.read_text()))


needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")


@needs_strace
@pytest.mark.faults
def test_a_whole_sitting_opens_no_connection_and_waits_for_none(tmp_path: Path) -> None:
    assert families(tmp_path) == {"AF_UNIX"}  # its own engine, and the one window
    logged = [path.read_text() for path in (tmp_path / "home/logs").iterdir()]
    told = "".join(logged).lower()
    assert "starter" in told
    assert [word for word in (*WORDS, str(tmp_path).lower()) if word in told] == []


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("planted", PLANTED)
def test_a_connection_that_is_planted_is_seen(planted: str, tmp_path: Path) -> None:
    assert families(tmp_path, planted) & INTERNET


def alone(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command without any network but the machine itself."""
    return subprocess.run(
        (*ALONE, *command), cwd=ROOT, env=environment(), capture_output=True, text=True
    )


needs_unshare = pytest.mark.skipif(
    not shutil.which("unshare") or alone("true").returncode != 0,
    reason="this system lets nobody make a network of his own",
)


@needs_unshare
@pytest.mark.faults
def test_the_suite_passes_without_a_network() -> None:
    done = alone(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n2", *OFFLINE)
    assert done.returncode == 0, done.stdout[-3000:]
    print(done.stdout.splitlines()[-1])


@needs_unshare
@pytest.mark.faults
def test_without_a_network_there_really_is_none() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    done = alone(sys.executable, "-c", code)
    assert "Network is unreachable" in done.stderr
