"""The Engine protocol spoken to a child process, so that torch never enters this one.

Requests and events cross a pipe, pickled; they hold no torch type, because unpickling one would
import torch here. Finished pictures cross in shared memory that this process owns: the child asks
for a block and fills it, this process copies it out and frees it, so a child that dies leaves
nothing behind. The next run after a crash starts a new child.
"""

import multiprocessing
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TypeAlias

from engine import elsewhere, families, open_engine, open_inspection
from engine.child import (
    Answer,
    Begin,
    Bug,
    Cancel,
    ChildOptions,
    Close,
    Ended,
    Factory,
    Filled,
    Question,
    Reported,
    Room,
    WantsRoom,
    serve,
)
from engine.crossing import Array, Shape, dressed, laid_out, room_for
from engine.errors import EngineError, EngineStopped, OutOfMemory
from engine.events import Event
from engine.families import Family, Part
from engine.requests import Embed, Request
from engine.wishes import Wishes

SECONDS_TO_CANCEL = 2.0
"""How long closing a run waits for the child to confirm it; a large model's step takes longer."""

SECONDS_TO_LET_GO = 60.0
"""After which a child that has not stopped a cancelled run counts as hanging, and is ended."""

SECONDS_TO_CLOSE = 1.0
"""How long the child may take to end by itself before it is ended."""

STOPPED = (
    "The engine stopped unexpectedly; nothing of your picture is lost. "
    "Press Generate to start it again."
)

NOT_STARTED = (
    "The engine that was built for the card cannot be started ({reason}); nothing of your picture "
    "is lost. Build it anew or stop using it, under “NVIDIA card”."
)

Child: TypeAlias = SpawnProcess | elsewhere.OtherProcess


class EngineBug(Exception):
    """A fault in the child that nobody foresaw; its traceback there is the exception's note."""


@dataclass(slots=True)
class _Link:
    """A living child and the pipe to it. Two threads may send: one runs, one closes."""

    process: Child
    connection: "Connection[Question, Answer]"
    sending: Lock = field(default_factory=Lock)
    unstopped: tuple[int, float] | None = None
    """A cancelled run that the child has not ended yet, and when it was cancelled."""

    def send(self, message: Question) -> None:
        with self.sending:
            self.connection.send(message)


def open_process(
    folders: Sequence[Path],
    family: Family | str = "starter",
    options: ChildOptions | None = None,
    wishes: Wishes | None = None,
    cache: Path | None = None,
) -> "ProcessEngine":
    """Return `open_engine` in a process of its own, which its first use starts."""
    chosen = families.find(family) if isinstance(family, str) else family
    factory = partial(open_engine, tuple(folders), chosen, wishes, cache)
    return ProcessEngine(factory, chosen.tasks, options or ChildOptions())


def inspect_in_process(
    folders: Sequence[Path], family: Family, wanted: Sequence[Part], options: ChildOptions
) -> "ProcessEngine":
    """Return `open_inspection(folders, family, wanted)` in a process of its own."""
    factory = partial(open_inspection, tuple(folders), family, tuple(wanted))
    return ProcessEngine(factory, frozenset(), options)


class ProcessEngine:
    """An Engine whose arithmetic happens elsewhere. One run at a time; `close` from any thread."""

    def __init__(
        self,
        factory: Factory,
        tasks: frozenset[type],
        options: ChildOptions,
        patience: float = SECONDS_TO_LET_GO,
    ) -> None:
        """`patience`: seconds after which a child that still works on a cancelled run is ended."""
        self._factory = factory
        self._tasks = tasks
        self._options = options
        self._link: _Link | None = None
        self._runs = count(1)
        self._running = False
        self._asked: tuple[int, Request | None] | None = None
        """The run that goes on."""
        self._patience = patience

    @property
    def process_id(self) -> int | None:
        """Id of the child, or None while there is none."""
        return self._link.process.pid if self._link else None

    def supports(self, request: type[Request]) -> bool:
        """Whether the family can do this kind of request; asks no child."""
        return request in self._tasks

    def run(self, request: Request) -> Iterator[Event]:
        """Yield the events of one run; closing the iterator cancels it within one step.

        Raises what the child's engine raises, EngineStopped when the child ends in mid-run, and
        EngineBug for anything else that went wrong there.
        """
        return self._conversation(request)

    def warm_up(self) -> Iterator[Event]:
        """Start the child and let it import and read what the first run needs. Raises as `run`."""
        return self._conversation(None)

    def give_up(self, request: Request) -> None:
        """Tell the child at once; without it, it would begin a step more before it is told."""
        asked, link = self._asked, self._link
        if asked is not None and asked[1] is request and link is not None:
            with suppress(OSError):  # it has ended by itself
                link.send(Cancel(asked[0]))

    def interrupt(self) -> None:
        """End the child at once: a run in another thread raises EngineStopped."""
        if (link := self._link) is not None:
            link.process.kill()

    def close(self) -> None:
        """End the child; a run in another thread then raises EngineStopped."""
        link, self._link = self._link, None
        if link is None:
            return
        with suppress(OSError):  # it has ended already
            link.send(Close())
        _end(link.process)
        if not self._running:
            link.connection.close()

    def _conversation(self, request: Request | None) -> Generator[Event, None, None]:
        assert not self._running, "an engine runs one request at a time"
        link = self._connected()
        run, self._running = next(self._runs), True
        self._asked = run, request
        try:
            link.send(Begin(run, request))
            yield from self._answers(link, run, request)
        except (EOFError, OSError) as gone:
            self._forget(link)
            raise EngineStopped(STOPPED) from gone
        except GeneratorExit:
            self._cancel(link, run)
            raise
        finally:
            self._running, self._asked = False, None

    def _answers(self, link: _Link, run: int, request: Request | None) -> Iterator[Event]:
        while True:
            match _next_answer(link, run):
                case Reported(event=event):
                    yield event
                case WantsRoom(event=image, shapes=shapes):
                    assert request is not None, "warming up makes no picture"
                    assert not isinstance(request, Embed), "embedding makes no picture"
                    arrays = _received(link, run, shapes)
                    if arrays is None:
                        return
                    yield dressed(image, arrays, request)
                case Ended(error=error):
                    if error is None:
                        return
                    if isinstance(error, OutOfMemory):
                        # oneDNN then refuses what it did before: the next run has another child.
                        self._kill(link)
                    raise _raisable(error)
                case Filled():
                    raise AssertionError("nobody asked the child to fill anything")

    def _connected(self) -> _Link:
        """The link to the child, which is started if there is none alive."""
        if self._link is not None and not self._link.process.is_alive():
            self._forget(self._link)
        if self._link is not None and not _settled(self._link, self._patience):
            self._kill(self._link)
        if self._link is None:
            self._link = _start(self._factory, self._options)
        return self._link

    def _kill(self, link: _Link) -> None:
        """End a child that nobody waits for."""
        link.process.kill()
        self._forget(link)

    def _forget(self, link: _Link) -> None:
        _end(link.process)
        link.connection.close()
        if self._link is link:
            self._link = None

    def _cancel(self, link: _Link, run: int) -> None:
        """Tell the child; later answers of this run are dropped whenever they come."""
        link.unstopped = (run, monotonic())
        try:
            link.send(Cancel(run))
            _settled(link, SECONDS_TO_CANCEL)
        except (EOFError, OSError):
            self._forget(link)


def _start(factory: Factory, options: ChildOptions) -> _Link:
    if options.interpreter is not None:
        try:
            return _Link(*elsewhere.start(factory, options))
        except OSError as error:
            raise EngineStopped(NOT_STARTED.format(reason=error.strerror)) from error
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(
        target=serve, args=(theirs, factory, options), daemon=True, name="easel-engine"
    )
    process.start()
    theirs.close()  # else the end of the child would not be the end of the pipe
    return _Link(process, ours)


def _settled(link: _Link, patience: float) -> bool:
    """Whether the child has ended what was cancelled, at most `patience` seconds after that.

    Raises EOFError or OSError when the child is gone.
    """
    if link.unstopped is None:
        return True
    run, since = link.unstopped
    while link.connection.poll(max(0.0, since + patience - monotonic())):
        answer = link.connection.recv()
        if isinstance(answer, Ended) and answer.run == run:
            link.unstopped = None
            return True
    return False


def _end(process: Child) -> None:
    process.join(SECONDS_TO_CLOSE)
    if process.is_alive():
        process.kill()
        process.join()


def _raisable(error: EngineError | Bug) -> Exception:
    if isinstance(error, EngineError):
        return error
    bug = EngineBug(error.summary)
    bug.add_note(error.details)
    return bug


def _next_answer(link: _Link, run: int) -> Answer:
    """The next answer of `run`; those of runs that were cancelled before are dropped."""
    while True:
        answer = link.connection.recv()
        if answer.run == run:
            return answer


def _received(link: _Link, run: int, shapes: Sequence[Shape]) -> list[Array] | None:
    """The arrays, by way of a block that lives no longer than this call.

    None where the run was given up meanwhile.
    """
    block = SharedMemory(create=True, size=room_for(shapes))
    try:
        link.send(Room(block.name))
        answer = _next_answer(link, run)
        if isinstance(answer, Ended):
            return None
        assert isinstance(answer, Filled), answer
        return [array.copy() for array in laid_out(block, shapes)]
    finally:
        block.close()
        block.unlink()
