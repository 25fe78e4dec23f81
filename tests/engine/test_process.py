"""The engine in a child process: real children, real signals, real shared memory."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from math import prod
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pytest

from engine import process
from engine.child import ChildOptions, WantsRoom
from engine.crossing import arrays_of, bare, dressed, fill, laid_out, room_for
from engine.errors import EngineStopped, InvalidRequest
from engine.events import Finished, Image, Loading, Step
from engine.process import EngineBug, ProcessEngine, open_process
from engine.requests import Generate, Idea, Inpaint, Sampling, Vary
from tests.fakes import BrokenEngine, FakeEngine, open_fake, square
from tests.painting import engine_of
from tests.tiny import TINY, write_tiny

TASKS: frozenset[type] = frozenset({Generate})
SHARED_MEMORY = Path("/dev/shm")
NAMED = "psm_"
"""How `multiprocessing.shared_memory` begins a name; other programs keep their files there too."""
REQUEST = Generate(prompt="a red apple", count=2, sampling=Sampling(seed=5))


def blocks() -> set[str]:
    """Names of Python's blocks of shared memory on this machine, where the system shows it."""
    return {path.name for path in SHARED_MEMORY.glob(f"{NAMED}*")}


def alive(process_id: int) -> bool:
    """Whether such a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1]
    except FileNotFoundError:
        return False
    return state.split()[0] != "Z"


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    """A fake engine in a child; no block of shared memory may be left when the test is over."""
    before = blocks()
    engine = ProcessEngine(open_fake, TASKS, ChildOptions(niceness=1))
    yield engine
    engine.close()
    assert blocks() <= before


@pytest.fixture
def broken() -> Iterator[ProcessEngine]:
    """An engine that does what its prompt says."""
    before = blocks()
    engine = ProcessEngine(BrokenEngine, TASKS, ChildOptions())
    yield engine
    engine.close()
    assert blocks() <= before


def test_events_and_pictures_arrive_as_they_were_made(engine: ProcessEngine) -> None:
    events = list(engine.run(REQUEST))
    expected = list(FakeEngine().run(REQUEST))
    assert isinstance(events[0], Loading)  # of the child's own engine
    assert [type(event) for event in events[1:]] == [type(event) for event in expected]
    for index, image in enumerate(event for event in events if isinstance(event, Image)):
        assert np.array_equal(image.pixels, square(5 + index, 32, 32))
        assert image.sampling.seed == image.seed == 5 + index


def test_a_request_with_pictures_crosses_and_comes_back_as_the_same_object(
    engine: ProcessEngine,
) -> None:
    picture = np.arange(300 * 400 * 3, dtype=np.uint8).reshape(300, 400, 3)
    request = Vary(idea=Idea(image=picture), count=2, sampling=Sampling(seed=5))
    images = [event for event in engine.run(request) if isinstance(event, Image)]
    assert [image.request is request for image in images] == [True, True]
    assert [int(image.embedding[0]) for image in images] == [int(picture.sum() % 1000)] * 2


def test_what_was_painted_into_a_hole_arrives_with_its_mask(engine: ProcessEngine) -> None:
    mask = np.zeros((300, 400), np.uint8)
    mask[100:200, 50:90] = np.arange(40)
    picture = np.zeros((300, 400, 3), np.uint8)
    request = Inpaint(prompt="a red apple", image=picture, mask=mask, sampling=Sampling(seed=5))
    (image,) = (event for event in engine.run(request) if isinstance(event, Image))
    assert image.patch is not None
    assert np.array_equal(image.patch.mask, mask)
    assert np.array_equal(image.patch.pixels, square(5, 400, 300))
    (expected,) = (event for event in FakeEngine().run(request) if isinstance(event, Image))
    assert np.array_equal(image.pixels, expected.pixels)
    assert image.request is request
    image.patch.pixels[:] = 0  # it belongs to this process and to nobody else


def test_nothing_large_goes_through_the_pipe(weights: Path) -> None:
    picture = np.full((200, 300, 3), 90, np.uint8)
    mask = np.zeros((200, 300), np.uint8)
    mask[50:90, 60:200] = 255
    sampling = Sampling(steps=1, prior_steps=2)
    request = Inpaint(prompt="a red apple", image=picture, mask=mask, sampling=sampling)
    (image,) = (event for event in engine_of(weights).run(request) if isinstance(event, Image))
    shapes = [array.shape for array in arrays_of(image)]
    assert len(pickle.dumps(image)) > sum(map(prod, shapes)) > 100_000
    message = pickle.dumps(WantsRoom(1, bare(image), tuple(shapes)))
    assert len(message) < 4_000
    block = SharedMemory(create=True, size=room_for(shapes))
    fill(block, arrays_of(image))
    arrays = [array.copy() for array in laid_out(block, shapes)]
    block.close()
    block.unlink()
    whole = dressed(pickle.loads(message).event, arrays, request)
    assert image.patch is not None
    assert whole.patch is not None
    assert (whole.patch.left, whole.patch.top) == (image.patch.left, image.patch.top)
    for ours, theirs in zip(arrays_of(whole), arrays_of(image), strict=True):
        assert np.array_equal(ours, theirs)


def test_one_child_serves_many_runs(engine: ProcessEngine) -> None:
    first = list(engine.warm_up())
    child = engine.process_id
    runs = [len(list(engine.run(REQUEST))) for _ in range(2)]
    assert isinstance(first[0], Loading)
    assert engine.process_id == child
    assert runs[0] == runs[1]


@pytest.mark.slow
def test_cancelling_frees_the_child_for_the_next_run() -> None:
    engine = ProcessEngine(partial(open_fake, 0.05), TASKS, ChildOptions())
    long = FakeEngine().stages
    stream = engine.run(REQUEST)
    for event in stream:
        if isinstance(event, Step):
            break
    child = engine.process_id
    started = time.monotonic()
    stream.close()
    assert time.monotonic() - started < 1.0
    events = list(engine.run(Generate(prompt="another", sampling=Sampling(seed=9))))
    assert engine.process_id == child
    assert sum(isinstance(event, Step) for event in events) == sum(total for _, total in long)
    assert [event.seed for event in events if isinstance(event, Image)] == [9]
    engine.close()


@pytest.mark.slow
def test_a_run_that_is_given_up_ends_within_a_step_and_the_child_goes_on() -> None:
    engine = ProcessEngine(partial(open_fake, 0.2), TASKS, ChildOptions())
    stream = engine.run(REQUEST)
    assert any(isinstance(event, Step) for event in stream)
    child = engine.process_id
    engine.give_up(Generate(prompt="another", sampling=Sampling(seed=9)))
    assert isinstance(next(stream), Step), "a run of another request is none of its business"
    engine.give_up(REQUEST)
    rest = list(stream)
    assert len(rest) <= 1
    assert not any(isinstance(event, Finished) for event in rest)
    events = list(engine.run(Generate(prompt="another", sampling=Sampling(seed=9))))
    assert engine.process_id == child
    assert [event.seed for event in events if isinstance(event, Image)] == [9]
    engine.close()


def test_a_run_given_up_while_its_pictures_cross_leaves_no_memory(engine: ProcessEngine) -> None:
    many = Generate(prompt="many", count=8)
    for _ in range(5):
        stream = engine.run(many)
        assert any(isinstance(event, Image) for event in stream)
        engine.give_up(many)
        assert not any(isinstance(event, Finished) for event in stream)
    engine.give_up(many)  # nothing goes on
    assert any(isinstance(event, Finished) for event in engine.run(REQUEST))


def test_a_run_cancelled_at_its_pictures_leaves_no_memory(engine: ProcessEngine) -> None:
    stream = engine.run(Generate(prompt="many", count=8))
    assert any(isinstance(event, Image) for event in stream)
    stream.close()
    assert any(isinstance(event, Finished) for event in engine.run(REQUEST))


def test_a_killed_child_is_one_sentence_and_the_next_run_works(engine: ProcessEngine) -> None:
    stream = engine.run(REQUEST)
    next(stream)
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    with pytest.raises(EngineStopped, match=r"nothing of your picture is lost\. Press Generate"):
        list(stream)
    assert sum(isinstance(event, Image) for event in engine.run(REQUEST)) == 2


def test_a_child_killed_between_runs_is_not_noticed(engine: ProcessEngine) -> None:
    list(engine.run(REQUEST))
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    time.sleep(0.1)
    assert sum(isinstance(event, Image) for event in engine.run(REQUEST)) == 2


def test_a_crash_a_bug_and_a_known_error_are_told_apart(broken: ProcessEngine) -> None:
    with pytest.raises(InvalidRequest, match="ask for something else"):
        list(broken.run(Generate(prompt="known")))
    with pytest.raises(EngineBug, match="ZeroDivisionError: nobody thought") as caught:
        list(broken.run(Generate(prompt="bug")))
    assert any("in run\n" in note for note in caught.value.__notes__)
    child = broken.process_id
    with pytest.raises(EngineStopped):
        list(broken.run(Generate(prompt="crash")))
    assert sum(isinstance(event, Image) for event in broken.run(REQUEST)) == 2
    assert broken.process_id != child


def test_a_run_that_hangs_is_ended_from_another_thread(broken: ProcessEngine) -> None:
    stream = broken.run(Generate(prompt="hang"))
    for _ in range(4):
        next(stream)
    threading.Timer(0.2, broken.interrupt).start()
    with pytest.raises(EngineStopped):
        next(stream)
    assert sum(isinstance(event, Image) for event in broken.run(REQUEST)) == 2


@pytest.mark.slow
def test_a_child_that_hangs_in_a_cancelled_run_is_replaced_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "SECONDS_TO_CANCEL", 0.1)
    engine = ProcessEngine(BrokenEngine, TASKS, ChildOptions(), patience=0.3)
    stream = engine.run(Generate(prompt="hang"))
    for _ in range(4):
        next(stream)
    child = engine.process_id
    stream.close()
    assert sum(isinstance(event, Image) for event in engine.run(REQUEST)) == 2
    assert engine.process_id != child
    engine.close()


def test_ctrl_c_does_not_reach_the_child(engine: ProcessEngine) -> None:
    list(engine.warm_up())
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGINT)
    time.sleep(0.1)
    assert alive(engine.process_id)


def test_closing_ends_the_child_and_may_be_repeated(engine: ProcessEngine) -> None:
    list(engine.warm_up())
    child = engine.process_id
    assert child is not None
    engine.close()
    engine.close()
    assert not alive(child)


def test_what_the_family_can_do_is_known_without_a_child(engine: ProcessEngine) -> None:
    assert engine.supports(Generate)
    assert engine.process_id is None


ORPHAN = """
import os, sys
from engine.child import ChildOptions
from engine.process import ProcessEngine
from engine.requests import Generate
from tests.fakes import open_fake

if __name__ == "__main__":
    engine = ProcessEngine(open_fake, frozenset({Generate}), ChildOptions())
    list(engine.warm_up())
    print(engine.process_id, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], stdout=subprocess.PIPE, env=environment(), check=False
    )
    child = int(done.stdout)
    deadline = time.monotonic() + 5.0
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


REAL = """
import sys
from pathlib import Path
from engine.child import ChildOptions
from engine.events import Image
from engine.process import open_process
from engine.requests import Generate, Idea, Sampling, Vary
import pickle

if __name__ == "__main__":
    folder, family = sys.argv[1], pickle.loads(bytes.fromhex(sys.argv[2]))
    engine = open_process([Path(folder)], family, ChildOptions(threads=1))
    list(engine.warm_up())
    request = Generate(prompt="a red apple", count=2, sampling=Sampling(seed=5))
    pictures = [event.pixels for event in engine.run(request) if isinstance(event, Image)]
    engine.close()
    heavy = sorted({"torch", "open_clip", "PySide6"} & sys.modules.keys())
    print(len(pictures), pictures[0].shape, heavy)
"""


@pytest.mark.slow
def test_a_real_model_paints_in_the_child_and_torch_stays_there(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path)
    script = tmp_path / "real.py"
    script.write_text(REAL, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", script, folder, pickle.dumps(TINY).hex()],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    # An empty stderr also says that no shared memory had to be cleaned up after us.
    assert (done.stdout, done.stderr) == ("2 (32, 32, 3) []\n", "")


def environment() -> dict[str, str]:
    """The environment in which scripts outside the project find its packages."""
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


def test_an_unknown_family_is_refused_before_a_child_starts() -> None:
    with pytest.raises(KeyError, match="starter"):
        open_process([], "no such family")
