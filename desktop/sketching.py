"""Quick pictures while somebody is still looking for one: few steps, never in the tray, never kept.

The latest wish counts. A sketch that is at work is finished, or nothing would be seen while a
slider moves, unless it takes long; a real run goes first and sketches wait for it.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job
from desktop.runs import Runs
from desktop.worker import Done, Failed
from engine.events import Image, Step
from engine.requests import Generate, Mix, Morph, Reword, Vary

Sketched: TypeAlias = Generate | Mix | Morph | Reword | Vary
Kind = TypeVar("Kind", Generate, Mix, Morph, Reword, Vary)

STEPS = 6
"""Of the decoder: by then the full picture is there but for details. The prior is not cut short:
it decides what is painted, and costs little."""
REST = 66
"""Milliseconds between two looks at what is wished: 15 a second."""
LONG = 1.5
"""Seconds after which a sketch of what is not wished any more is given up."""


SAMPLER = "ddim"
"""What it shows after a few steps is what it shows after many; others change the picture."""


def coarse(request: Kind) -> Kind:
    """The same request from the same noise in few steps."""
    sampling = request.sampling
    steps = min(STEPS, sampling.steps or STEPS)
    return replace(request, sampling=replace(sampling, steps=steps, sampler=SAMPLER))


def promised(request: Kind) -> Kind:
    """The request that paints in full what `coarse` has shown, unless a sampler was chosen."""
    sampling = request.sampling
    return replace(request, sampling=replace(sampling, sampler=sampling.sampler or SAMPLER))


class Sketching(QObject):
    """Draws one list of requests after the other. Lives on the main thread."""

    drawn = Signal(int, object)
    """Place of the request in the list, and an Image of it."""
    hinted = Signal(object)
    """What the pictures of the request at work look like by now: a tuple of RGB pictures."""
    busy_changed = Signal(bool)
    failed = Signal(str)
    """Why there is no sketch, in a sentence; nothing else is tried until something is wished."""
    bug_found = Signal(str)

    def __init__(self, runs: Runs, parent: QObject) -> None:
        """Wish for nothing yet."""
        super().__init__(parent)
        self._runs = runs
        self._wanted: tuple[Sketched, ...] = ()
        self._next = 0
        self._at_work: tuple[Job, tuple[Sketched, ...], int, float] | None = None
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._timer.timeout.connect(self._look)
        runs.busy_changed.connect(self._hear_busy)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be drawn."""
        return self._at_work is not None or self._next < len(self._wanted)

    def wish(self, requests: Sequence[Sketched]) -> None:
        """Draw these, one after the other, in place of what was wished before."""
        was_busy = self.busy
        self._wanted, self._next = tuple(requests), 0
        if not requests:
            self._give_up()
        elif not self._timer.isActive():
            self._timer.start()
        self._tell(was_busy)

    def stop(self) -> None:
        """Draw nothing any more."""
        self.wish(())

    def _look(self) -> None:
        if self._runs.busy or self._next >= len(self._wanted):
            return
        if self._at_work is None:
            self._begin()
        elif self._at_work[1] is not self._wanted:
            elapsed = time.monotonic() - self._at_work[3]
            if elapsed > LONG:
                self._give_up()
                self._begin()
            else:
                self._timer.start()

    def _begin(self) -> None:
        wanted, place = self._wanted, self._next
        self._next += 1
        job = self._runs.ask(wanted[place], self._hear)
        self._at_work = (job, wanted, place, time.monotonic())

    def _give_up(self) -> None:
        if self._at_work is not None:
            job, self._at_work = self._at_work[0], None
            job.cancel()

    def _hear(self, job: Job, report: object) -> None:
        if self._at_work is None or job is not self._at_work[0]:
            return
        wanted, place = self._at_work[1:3]
        match report:
            case Image() if wanted is self._wanted or len(wanted) == len(self._wanted) == 1:
                self.drawn.emit(place, report)
            case Step() if report.previews and wanted is self._wanted:
                self.hinted.emit(report.previews)
            case Done():
                self._at_work = None
                self._look()
                self._tell(True)
            case Failed():
                self._at_work, self._next = None, len(self._wanted)
                self._tell(True)
                if report.expected:
                    self.failed.emit(str(report.error))
                else:
                    self.bug_found.emit(report.trace)
            case _:
                pass

    def _hear_busy(self, busy: bool) -> None:
        """Let a run go first; afterwards draw what was interrupted."""
        if not busy:
            self._look()
        elif self._at_work is not None:
            wanted, place = self._at_work[1:3]
            self._give_up()
            if wanted is self._wanted:
                self._next = place

    def _tell(self, was_busy: bool) -> None:
        if self.busy != was_busy:
            self.busy_changed.emit(self.busy)
