"""What runs in the engine's own process, and the messages that pass between it and its parent.

The child answers one `Begin` at a time with Reported… and one Ended. It looks for a Cancel after
every event, ignores Ctrl-C, and ends when its parent does, however that came about.
"""

import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TypeAlias

from engine.crossing import Shape, arrays_of, bare, fill, leave_to_parent
from engine.errors import EngineError
from engine.events import Event, Image, Loading
from engine.interface import Engine
from engine.requests import Request
from engine.scarcity import out_of_memory, ran_out_of_memory

logger = logging.getLogger(__name__)

Factory: TypeAlias = Callable[[], Engine]
"""Makes the engine, in the child; it is pickled, so a function of a module or a partial of one."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Another Python than this one. python: the program; source: the folder that holds `engine`."""

    python: Path
    source: Path


@dataclass(frozen=True, slots=True)
class ChildOptions:
    """How the child treats the machine.

    threads: that compute; None leaves it to torch. niceness: 0..19, how far it steps back for other
    programs, so that the window stays fluid; ignored where the system has no such thing.
    interpreter: the Python that it runs in; None for the one that runs this.
    """

    threads: int | None = None
    niceness: int = 0
    interpreter: Interpreter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Begin:
    """Run `request`, or warm up when it is None."""

    run: int
    request: Request | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop run `run` after its current step."""

    run: int


@dataclass(frozen=True, slots=True)
class Close:
    """End the process."""


@dataclass(frozen=True, slots=True)
class Room:
    """The answer to WantsRoom: a block of shared memory of the parent's."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """An event of run `run`."""

    run: int
    event: Event


@dataclass(frozen=True, slots=True, eq=False)
class WantsRoom:
    """A picture is ready. event: as `crossing.bare`; shapes: of its arrays, which follow."""

    run: int
    event: Image
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The pixels are in the block."""

    run: int


@dataclass(frozen=True, slots=True)
class Bug:
    """A fault nobody foresaw: its last line and its whole traceback, as text."""

    summary: str
    details: str


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """The run is over: well, cancelled, or by this error."""

    run: int
    error: EngineError | Bug | None


Question: TypeAlias = Begin | Cancel | Close | Room
Answer: TypeAlias = Reported | WantsRoom | Filled | Ended


class _Cancelled(Exception):
    """The parent does not want the rest of the run."""


class _Closed(Exception):
    """The parent wants the process to end."""


Pipe: TypeAlias = "Connection[Answer, Question]"


def serve(connection: Pipe, factory: Factory, options: ChildOptions) -> None:
    """Live as the child: answer until told to close or until the parent is gone."""
    prepare(options)
    try:
        _Child(connection, factory).serve()
    except (_Closed, EOFError, OSError):
        return  # the second and third: the parent is gone and nobody is left to tell


def prepare(options: ChildOptions) -> None:
    """Make this process a child that cannot outlive its parent. Before torch is imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(options.niceness)
    if options.threads is not None:
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    parent = multiprocessing.parent_process()
    wait = None if parent is None else parent.join
    if options.interpreter is not None:
        wait = _end_of_stdin
    if wait is not None:
        end = partial(_end_after, wait)
        threading.Thread(target=end, daemon=True, name="end-with-parent").start()


def _end_of_stdin() -> None:
    """Return when the parent has ended, however that came about: it alone holds the other end."""
    with suppress(OSError):
        while os.read(0, 1):
            pass


def _end_after(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)  # a long step must not keep a process alive that nobody reads


class _Child:
    def __init__(self, connection: Pipe, factory: Factory) -> None:
        self._connection = connection
        self._factory = factory
        self._engine: Engine | None = None

    def serve(self) -> None:
        while not isinstance(message := self._connection.recv(), Close):
            if isinstance(message, Begin):  # a Cancel that comes after its run has ended is stale
                self._connection.send(Ended(message.run, self._outcome(message)))

    def _outcome(self, begin: Begin) -> EngineError | Bug | None:
        events = self._events(begin.request)
        try:
            for event in events:
                self._look_for_cancel(begin.run)
                self._report(begin.run, event)
        except _Cancelled:
            return None
        except (_Closed, EOFError, ConnectionError):
            raise
        except EngineError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the parent is told
            if ran_out_of_memory(error):  # before the model, or while a picture crosses
                return out_of_memory()
            # Its message goes to the parent alone: a terminal may be a file that others read.
            logger.error("the engine failed: %s", type(error).__name__)
            return Bug(f"{type(error).__name__}: {error}", traceback.format_exc())
        finally:
            events.close()
        return None

    def _events(self, request: Request | None) -> Generator[Event, None, None]:
        if self._engine is None:
            yield Loading("engine")
            self._engine = self._factory()
        yield from self._engine.warm_up() if request is None else self._engine.run(request)

    def _look_for_cancel(self, run: int) -> None:
        while self._connection.poll():
            self._heed(run, self._connection.recv())

    @staticmethod
    def _heed(run: int, message: Question) -> None:
        if isinstance(message, Close):
            raise _Closed
        if message == Cancel(run):
            raise _Cancelled

    def _report(self, run: int, event: Event) -> None:
        if isinstance(event, Image):
            self._hand_over(run, event)
        else:
            self._connection.send(Reported(run, event))

    def _hand_over(self, run: int, image: Image) -> None:
        """Ask for a block, wait for it and fill it."""
        arrays = arrays_of(image)
        shapes = tuple(array.shape for array in arrays)
        self._connection.send(WantsRoom(run, bare(image), shapes))
        while not isinstance(message := self._connection.recv(), Room):
            self._heed(run, message)
        block = SharedMemory(name=message.name)
        try:
            fill(block, arrays)
        finally:
            block.close()
            leave_to_parent(block)
        self._connection.send(Filled(run))
