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
