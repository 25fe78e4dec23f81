"""The engine at work: one thread that runs requests, and what a person hears of it meanwhile."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.asked import Asked
from desktop.candidates import Candidate, Candidates
from desktop.jobs import Job, Jobs, Listener
from desktop.progress import Progress, ProgressClock
from desktop.waiting import Waiting
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.errors import EngineStopped, OutOfMemory
from engine.events import Event, Finished, Image, Loading, Step
from engine.interface import Engine
from engine.requests import Painting, Request

WITHOUT_ENGINE = (EngineStopped, OutOfMemory)
"""After these there is none: its process ended, or was ended because memory had run out in it."""
STARTING, READY, STOPPED = "starting…", "ready", "stopped"
SECONDS_TO_LET_GO = 60.0
"""After which an engine that still works on a cancelled run is stopped by force: a step of a large
model may take so long, and starting the engine again costs as much."""
NOTICED = 300
"""Milliseconds for which a question has a part read before that is said: of a small model a preview
may have all its parts read anew, many times a second."""
PATIENCE = 0.3
"""Seconds after which an engine is ended once more: its first run may just have started it."""
HANG = 15.0
"""Seconds after which an engine that was closed must have let go of its thread."""


class Runs(QObject):
    """Starts, follows and stops runs of the engine, one after the other.

    Finished pictures go into the tray.
    """

    busy_changed = Signal(bool)
    queue_changed = Signal(int)
    """How many runs wait behind the one that goes on, each frame of a plan counted."""
    came_at_once = Signal(object)
    """A Candidate that is to be placed at once and not to lie in the tray."""
    finished = Signal(object)
    """The Asked of a run that came to its end and was neither cancelled nor failed."""
    painted = Signal(object, object)
    """The Asked of a run and an Image of it, as the engine reported it."""
    progressed = Signal(object)
    ended_badly = Signal(object)
    """The Failed of a run or of the warm-up."""
    failed = Signal(object)
    """The exception with which a run, the warm-up or a question ended."""
    engine_state_changed = Signal(str)
    device_known = Signal(str)
    """Where the engine computes, in its own word ("cpu")."""

    def __init__(self, engine: Engine, candidates: Candidates, parent: QObject) -> None:
        """Start nothing yet."""
        super().__init__(parent)
        self._engine = engine
        self._candidates = candidates
        self._worker = Worker("engine worker", self)
        self._jobs = Jobs(self._worker, self)
        self._run: Job | None = None
        self._asked: Asked | None = None
        self._handed: _Handed | None = None
        self.renew: Callable[[Asked], Asked | None] = lambda asked: asked
        """What a question means when its turn comes; None if there is nothing left to do."""
        self.fits: Callable[[Asked], bool] = lambda asked: True
        """Whether a run may begin; whoever says no tells why."""
        self.waiting = Waiting(self)
        self.waiting.changed.connect(self._count)
        self.waiting.ready.connect(self._go_on)
        self._clock = ProgressClock()
        self._state = STOPPED
        self._warms_up = False
        self._before = STOPPED
        """What the engine was before a run had it read its model, or a further part of it."""
        self._device = ""
        self._reader: Job | None = None
        """The question that has the engine started, or a part of its model read."""
        self._before_question: str | None = None
        """What the engine was before that, once it is said to start."""
        self._reading = QTimer(self, singleShot=True, interval=NOTICED)
        self._reading.timeout.connect(self._tell_reading)

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or waits for the engine to be ready for it."""
        return self._run is not None

    @property
    def asked(self) -> Asked | None:
        """What is being painted now."""
        return self._asked

    @property
    def engine_state(self) -> str:
        """Starting, ready or stopped."""
        return self._state

    @property
    def device(self) -> str:
        """Where the engine computes ("cpu"), empty until it has said so."""
        return self._device

    def warm_up(self) -> None:
        """Load the model in the background."""
        self._become(STARTING)
        self._warms_up = True
        self._jobs.submit(self._engine.warm_up, self._hear_warm_up)

    def change_engine(self, engine: Engine) -> None:
        """Let go of the engine, whatever it does, and load another one in the background."""
        old, self._engine = self._engine, engine
        self._become(STOPPED)
        self.waiting.clear()
        self._jobs.cancel_all()
        old.interrupt()  # nobody waits for what it still does
        self._jobs.submit(partial(_closed, old), lambda _job, _report: None)
        self._device = ""
        self.warm_up()

    def start(self, asked: Asked, *, first: bool = False) -> None:
        """Begin a run, or have it wait behind those that were asked for before.

        first: in front of them instead.
        """
        if not self.fits(asked):
            return
        if self.busy or self.waiting.paused or self.waiting.items:
            self.waiting.add(asked, first=first)
            self._go_on()
        elif (renewed := self.renew(asked)) is not None:
            self._set_out(renewed)  # not by the queue, which would be seen to come and go

    @property
    def queued(self) -> int:
        """How many runs wait behind the one that goes on, each frame of a plan counted."""
        to_come = 0 if self._asked is None else self._asked.frames_to_come
        return to_come + sum(1 + each.frames_to_come for each in self.waiting.items)

    def ask(self, question: Request, listener: Listener) -> Job:
        """Have the engine answer somebody alone, after the run that goes on.

        The listener hears its events and how it ended; nothing of it goes into the tray. Cancelled,
        it ends at once for the listener, and within a step for the engine.

        Nobody is busy by it: a run may be asked for meanwhile, and comes next. But a question may
        start the engine, have a part read that nothing needed so far, or end the engine, and then
        the state says so, as it does of runs. Previews that find all they need in memory come and
        go, fifteen times a second, without a word of it.
        """
        engine = self._engine

        def hear(job: Job, report: object) -> None:
            self._hear_question(job, report)
            if isinstance(report, Cancelled):
                engine.give_up(question)
            listener(job, report)

        job = self._jobs.submit(partial(engine.run, question), hear)
        if self._state == STOPPED and self._reader is None:
            self._watch(job)  # to start the engine takes seconds before it can say anything
        return job

    def can(self, request: type[Request]) -> bool:
        """Whether the model can do this kind of request."""
        return self._engine.supports(request)

    def cancel(self) -> None:
        """Stop the run, if any, and forget those that wait; finished pictures stay in the tray."""
        self.drop(lambda _asked: True)

    def drop(self, unwanted: Callable[[Asked], bool]) -> None:
        """Stop the run and forget those that wait, as far as they are `unwanted`."""
        self.waiting.drop(unwanted)
        asked, handed = self._asked, self._handed
        if self._run is not None and asked is not None and handed is not None and unwanted(asked):
            stop = partial(self._stop_by_force, self._run)
            self._run.cancel()
            self._engine.give_up(handed.request)
            QTimer.singleShot(round(SECONDS_TO_LET_GO * 1000), self, stop)

    def close(self) -> None:
        """Stop everything and the engine, for good."""
        self._become(STOPPED)
        self.waiting.clear()
        self._jobs.cancel_all()
        # Nothing it still does is wanted, it keeps nothing, and to end it is what frees the thread.
        self._engine.interrupt()
        stopped = self._worker.shutdown(PATIENCE)
        if not stopped:
            self._engine.interrupt()
        self._engine.close()
        if not stopped:
            self._worker.wait(int(HANG * 1000))

    def _go_on(self) -> None:
        """Begin what is next, if nothing goes on."""
        if self._run is None and (asked := self._take_next()) is not None:
            self._set_out(asked)

    def _set_out(self, asked: Asked) -> None:
        """Begin while nothing goes on."""
        self._begin(asked)
        self.busy_changed.emit(True)
        if self._state != READY:
            self.progressed.emit(self._clock.after(Loading("model")))

    def _take_next(self) -> Asked | None:
        """Take the next question in which there is still something to do out of the queue."""
        while (asked := self.waiting.take()) is not None:
            if (renewed := self.renew(asked)) is not None:
                return renewed
        return None

    def _count(self) -> None:
        self.queue_changed.emit(self.queued)

    def _begin(self, asked: Asked) -> None:
        self._clock = ProgressClock()
        self._asked, self._handed = asked, _Handed(asked.request)
        work = partial(_run, self._engine, asked, self._handed)
        self._run = self._jobs.submit(work, partial(self._hear_run, asked))
        self._candidates.expect(asked.request.count, asked.adds, asked.frame)
        self._count()

    def _hear_warm_up(self, _job: Job, report: object) -> None:
        match report:
            case Loading():
                self._know_device(report.device)
                if self.busy:
                    self.progressed.emit(self._clock.after(report))
            case Done():
                self._warms_up = False
                self._become(READY)
            case Failed():
                self._warms_up = False
                self._become(STOPPED)
                self.failed.emit(report.error)
                self.ended_badly.emit(report)
            case _:
                pass

    def _hear_run(self, asked: Asked, _job: Job, report: object) -> None:
        match report:
            case _Handed():
                pass
            case Loading() | Step():
                self._show(report)
            case (Image() as image, Candidate() as candidate):
                self._take(candidate, asked)
                self.painted.emit(asked, image)
            case Done() | Cancelled() | Failed():
                self._end(asked, report)
            case _:
                assert isinstance(report, Finished), report

    def _hear_question(self, job: Job, report: object) -> None:
        match report:
            case Loading():
                self._know_device(report.device)
                if self._reader is not job:
                    self._watch(job)
                return
            case Cancelled() if self._reader is not job:
                return  # it waited, or needed nothing
            case Failed() if isinstance(report.error, WITHOUT_ENGINE):
                self._become(STOPPED)
            case Failed() | Cancelled():
                if self._before_question is not None and self._state == STARTING:
                    self._become(self._before_question)
            case _:
                self._become(READY)
        self._reading.stop()
        self._reader = self._before_question = None
        if isinstance(report, Failed):
            self.failed.emit(report.error)

    def _watch(self, job: Job) -> None:
        self._reader = job
        if self._before_question is None:
            self._reading.start()

    def _tell_reading(self) -> None:
        if self._state != STARTING:
            self._before_question = self._state
            self._become(STARTING)

    def _take(self, candidate: Candidate, asked: Asked) -> None:
        if asked.plan is not None:
            self.came_at_once.emit(candidate)
        else:
            self._candidates.add(candidate)

    def _stop_by_force(self, cancelled: Job) -> None:
        """End an engine that goes on with what was cancelled; the next run starts it again.

        One that loads its model before a run that was cancelled meanwhile goes on loading.
        """
        if self._jobs.holds(cancelled):
            self._engine.interrupt()
            self._become(STOPPED)

    def _know_device(self, device: str) -> None:
        if device and device != self._device:
            self._device = device
            self.device_known.emit(device)

    def _show(self, event: Loading | Step) -> None:
        if isinstance(event, Loading):
            self._know_device(event.device)
            if self._state != STARTING:
                self._before = self._state
        self._become(STARTING if isinstance(event, Loading) else READY)
        progress: Progress = self._clock.after(event)
        self.progressed.emit(progress)
        if isinstance(event, Step) and event.previews:
            self._candidates.show_previews(event.previews)

    def _end(self, asked: Asked, ending: Done | Cancelled | Failed) -> None:
        """Pass on how the run ended and begin the next; after a failure all are put aside."""
        self._run = self._asked = self._handed = None
        self._candidates.end_run()
        match ending:
            case Done():
                self._become(READY)
                self.finished.emit(asked)  # whoever hears it may ask for what comes next
            case Failed():
                self.waiting.fail(asked)
                if self._state == STARTING or isinstance(ending.error, WITHOUT_ENGINE):
                    self._become(STOPPED)
                self.failed.emit(ending.error)
                self.ended_badly.emit(ending)
            case Cancelled():
                reads_for_others = self._warms_up or self._before_question is not None
                if self._state == STARTING and not reads_for_others:
                    self._become(self._before)  # it has let go of what it was reading
        if self._run is None and (following := self._take_next()) is not None:
            self._begin(following)
        if self._run is None:
            self._count()
            self.busy_changed.emit(False)

    def _become(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.engine_state_changed.emit(state)


def _closed(engine: Engine) -> Iterator[object]:
    """A job that ends an engine, in the thread that ran it."""
    engine.close()
    yield from ()


@dataclass(slots=True)
class _Handed:
    """The request as the engine is given it: written by the worker's thread before it is.

    So that whoever cancels, at whatever moment, has the engine give up the very one it knows.
    """

    request: Painting


def _run(
    engine: Engine, asked: Asked, handed: _Handed
) -> Iterator[_Handed | Event | tuple[Image, Candidate]]:
    """What is asked in full, what the engine reports, and beside each picture its candidate.

    Made here, in the worker's thread: to composite a frame, digests of pictures and the mask as
    text take longer than the window's thread may be held up.
    """
    asked = asked.whole()
    handed.request = asked.request
    yield handed  # who has cancelled meanwhile is heard here
    events = cast(Generator[Event, None, None], engine.run(asked.request))
    with closing(events) as stream:
        for event in stream:
            yield (event, Candidate.of(event, asked)) if isinstance(event, Image) else event
