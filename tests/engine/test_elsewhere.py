"""The engine's process in another Python: the same answers, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.child import ChildOptions, Interpreter
from engine.elsewhere import outside
from engine.errors import EngineStopped
from engine.events import Image, Loading
from engine.process import ProcessEngine
from engine.requests import Generate, Sampling
from tests.engine.test_process import REQUEST, TASKS, alive, blocks
from tests.fakes import FakeEngine, open_fake, square

ROOT = Path(__file__).resolve().parent.parent.parent
ANOTHER = ChildOptions(niceness=1, interpreter=Interpreter(Path(sys.executable), ROOT))

ORPHAN = """
import os, signal, sys
from functools import partial
from tests.engine.test_elsewhere import ANOTHER, TASKS
from tests.fakes import open_fake
from engine.process import ProcessEngine
from engine.requests import Generate
engine = ProcessEngine(partial(open_fake, 30.0), TASKS, ANOTHER)
run = engine.run(Generate(prompt="a red apple"))
next(run)
print(engine.process_id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    """A fake engine in another Python; no block of shared memory may be left."""
    before = blocks()
    engine = ProcessEngine(open_fake, TASKS, ANOTHER)
    yield engine
    engine.close()
    assert blocks() <= before


def test_another_python_gives_the_same_answers(
    engine: ProcessEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        events = list(engine.run(REQUEST))
        images = [event for event in events if isinstance(event, Image)]
        expected = list(FakeEngine().run(REQUEST))
        told = [event for event in events if not isinstance(event, Loading)]
        assert [type(e) for e in told] == [type(e) for e in expected if not isinstance(e, Loading)]
        for index, image in enumerate(images):
            assert np.array_equal(image.pixels, square(5 + index, 32, 32))
    child = engine.process_id
    assert child is not None
    engine.close()
    assert not alive(child)
    assert capfd.readouterr().err == ""  # its list of shared memory ends empty


def test_a_run_there_can_be_cancelled_and_is_followed_by_another(engine: ProcessEngine) -> None:
    run = iter(engine.run(REQUEST))
    next(run)
    first = engine.process_id
    run.close()  # type: ignore[attr-defined]
    assert [event for event in engine.run(REQUEST) if isinstance(event, Image)]
    assert engine.process_id == first


def test_what_dies_there_is_started_again(engine: ProcessEngine) -> None:
    list(engine.warm_up())
    first = engine.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # until all of its threads have ended
    assert [event for event in engine.run(REQUEST) if isinstance(event, Image)]
    assert engine.process_id != first


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.slow
def test_a_child_there_ends_with_its_parent() -> None:
    asked = (sys.executable, "-c", ORPHAN)
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == -signal.SIGKILL, told.stderr
    child = int(told.stdout)
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


def test_a_python_that_is_gone_is_said_in_a_sentence(tmp_path: Path) -> None:
    nowhere = Interpreter(tmp_path / "python", ROOT)
    engine = ProcessEngine(open_fake, TASKS, ChildOptions(interpreter=nowhere))
    for _ in range(2):
        with pytest.raises(EngineStopped, match="cannot be started"):
            list(engine.run(Generate(prompt="a red apple", sampling=Sampling(seed=5))))
    engine.close()


def test_programs_outside_are_not_led_to_our_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "HOME": "/home/ada",
        "LD_LIBRARY_PATH": "/opt/easel/_internal",
        "LD_LIBRARY_PATH_ORIG": "/opt/own",
        "PYTHONPATH": "/somewhere",
        "_PYI_ARCHIVE_FILE": "/opt/easel/easel",
    }
    assert outside(given).get("LD_LIBRARY_PATH") == "/opt/easel/_internal"  # it was the user's
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert outside(given) == {"HOME": "/home/ada", "LD_LIBRARY_PATH": "/opt/own"}
    given.pop("LD_LIBRARY_PATH_ORIG")
    assert outside(given) == {"HOME": "/home/ada"}
