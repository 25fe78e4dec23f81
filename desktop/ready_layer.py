"""The layer that the chosen picture becomes, made in a thread while a person looks at it.

To scale a picture to its frame, or to join it with what is around it, takes a tenth of a second for
512² and more than one for 2048²: too long for the thread that draws.
"""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject

from desktop.candidates import Candidate, Candidates
from desktop.document.raster import Raster
from desktop.jobs import Job, Jobs
from desktop.placing import Placing


class ReadyLayer(QObject):
    """Holds at most one layer, that of the picture in the tray that is chosen."""

    def __init__(
        self, candidates: Candidates, placing: Placing, jobs: Jobs, parent: QObject
    ) -> None:
        """Follow `candidates`; `placing` asks here for their pixels, which `jobs` compute."""
        super().__init__(parent)
        self._candidates, self._jobs = candidates, jobs
        self._wanted: Candidate | None = None
        self._raster: Raster | None = None
        self._job: Job | None = None
        candidates.changed.connect(self._look)
        placing.raster_of = self.raster_of

    def raster_of(self, candidate: Candidate) -> Raster:
        """Return its layer, made now where it is not ready."""
        if self._raster is not None and _is_the_same(candidate, self._wanted):
            return self._raster
        return candidate.as_raster()

    def _look(self) -> None:
        chosen = self._candidates.chosen_candidate
        if _is_the_same(chosen, self._wanted):
            return
        if self._job is not None:
            self._job.cancel()
        self._wanted, self._raster, self._job = chosen, None, None
        if chosen is not None:
            self._job = self._jobs.submit(partial(_made, chosen), self._hear)

    def _hear(self, _job: Job, report: object) -> None:
        if isinstance(report, Raster):
            self._raster = report


def _made(candidate: Candidate) -> Iterator[Raster]:
    yield candidate.as_raster()


def _is_the_same(one: Candidate | None, other: Candidate | None) -> bool:
    """Whether both are the same picture in the same place, whatever else is known of them."""
    if one is None or other is None:
        return one is other
    return one.pixels is other.pixels and one.frame == other.frame
