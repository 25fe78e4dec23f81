"""numpy's products in the window's process stay in one thread."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

THREADS = """
import os, sys
from pathlib import Path
if sys.argv[1] == "loaded":
    from desktop.one_thread import load_numpy
    before = dict(os.environ)
    load_numpy()
    assert before == dict(os.environ), "other programs would inherit it"
import numpy as np
one = np.ones((512, 512), np.float32)
one @ one
print(len(list(Path("/proc/self/task").iterdir())))
"""


def threads(how: str) -> int:
    command = (sys.executable, "-c", THREADS, how)
    quiet = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    done = subprocess.run(
        command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as by Linux")
def test_numpy_has_no_threads_of_its_own() -> None:
    assert threads("loaded") == 1
    if len(os.sched_getaffinity(0)) > 1:
        assert threads("plainly") > 1, "the control"
