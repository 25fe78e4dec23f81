"""The engine at work: one thread that runs requests, and what a person hears of it meanwhile."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.candidates import Candidate, Candidates
from desktop.jobs import Job, Jobs
from desktop.progress import Progress, ProgressClock
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.errors import EngineStopped
from engine.events import Finished, Image, Loading, Step
from engine.interface import Engine
from engine.requests import Painting

STARTING, READY, STOPPED = "starting…", "ready", "stopped"
SECONDS_TO_LET_GO = 60.0
"""After which an engine that still works on a cancelled run is stopped by force: a step of a large
model may take so long, and starting the engine again costs as much."""
PATIENCE = 1.0
"""Seconds that a run gets to stop by itself when the window closes."""
HANG = 15.0
"""Seconds after which an engine that was closed must have let go of its thread."""


class Runs(QObject):
    """Starts, follows and stops runs of the engine; finished pictures go into the tray."""

    busy_changed = Signal(bool)
    progressed = Signal(object)
    ended_badly = Signal(object)
    """The Failed of a run or of the warm-up."""
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
        self._clock = ProgressClock()
        self._state = STOPPED
        self._device = ""

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or waits for the engine to be ready for it."""
        return self._run is not None

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
        self._jobs.submit(self._engine.warm_up, self._hear_warm_up)

    def start(self, request: Painting) -> None:
        """Begin a run; only one at a time."""
        assert self._run is None
        self._clock = ProgressClock()
        self._run = self._jobs.submit(
            partial(self._engine.run, request), partial(self._hear_run, request)
        )
        self._candidates.expect(request.count)
        self.busy_changed.emit(True)
        if self._state != READY:
            self.progressed.emit(self._clock.after(Loading("model")))

    def cancel(self) -> None:
        """Stop the run, if any; its finished pictures stay in the tray."""
        if self._run is not None:
            stop = partial(self._stop_by_force, self._run)
            self._run.cancel()
            QTimer.singleShot(round(SECONDS_TO_LET_GO * 1000), self, stop)

    def close(self) -> None:
        """Stop everything and the engine, for good."""
        self._jobs.cancel_all()
        stopped = self._worker.shutdown(PATIENCE)
        # Where a run hangs inside the engine, closing the engine is what frees the thread.
        self._engine.close()
        if not stopped:
            self._worker.wait(int(HANG * 1000))
        self._become(STOPPED)

    def _hear_warm_up(self, _job: Job, report: object) -> None:
        match report:
            case Loading():
                self._know_device(report.device)
                if self.busy:
                    self.progressed.emit(self._clock.after(report))
            case Done():
                self._become(READY)
            case Failed():
                self._become(STOPPED)
                self.ended_badly.emit(report)
            case _:
                pass

    def _hear_run(self, request: Painting, _job: Job, report: object) -> None:
        match report:
            case Loading() | Step():
                self._show(report)
            case Image():
                self._candidates.add(Candidate.of(report, request))
            case Done() | Cancelled() | Failed():
                self._end(report)
            case _:
                assert isinstance(report, Finished), report

    def _stop_by_force(self, cancelled: Job) -> None:
        """End an engine that goes on with what was cancelled; the next run starts it again."""
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
        self._become(STARTING if isinstance(event, Loading) else READY)
        progress: Progress = self._clock.after(event)
        self.progressed.emit(progress)
        if isinstance(event, Step) and event.previews:
            self._candidates.show_previews(event.previews)

    def _end(self, ending: Done | Cancelled | Failed) -> None:
        self._run = None
        self._candidates.end_run()
        self.busy_changed.emit(False)
        if isinstance(ending, Done):
            self._become(READY)
        if isinstance(ending, Failed):
            if isinstance(ending.error, EngineStopped):
                self._become(STOPPED)
            self.ended_badly.emit(ending)

    def _become(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.engine_state_changed.emit(state)
