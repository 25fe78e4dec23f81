"""Work of the window's own thread that takes too long for one turn of its loop, done in many."""

import time
from collections.abc import Iterator, Sequence
from math import inf

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

FULL = 0.004
"""Seconds of the processor after which a turn has been used by others, and a step waits."""

MOST_WAITS = 4
"""Full turns in a row that a step lets pass."""


class ByTurns(QObject):
    """Does one step a turn, so that keys and pictures come between; `finish` does the rest now.

    A turn in which others have done much already, as showing a window is, is let pass.
    """

    def __init__(self, steps: Iterator[object], parent: QObject) -> None:
        """Begin with the next turn. `steps` does a step whenever it is asked for another item."""
        super().__init__(parent)
        self._steps = steps
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._timer.start()
        self._waited, self._since = 0, -inf
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None, "there are no turns without a loop"
        dispatcher.awake.connect(self._begin_turn)

    def finish(self) -> None:
        """Do what is left, if anything is."""
        for _ in self._steps:
            pass
        self._go()

    def stop(self) -> None:
        """Leave the rest undone."""
        self._steps = iter(())
        self._go()

    def _begin_turn(self) -> None:
        self._since = time.thread_time()

    def _step(self) -> None:
        if time.thread_time() - self._since > FULL and self._waited < MOST_WAITS:
            self._waited += 1
            return
        self._waited = 0
        if next(self._steps, self) is self:
            self._go()

    def _go(self) -> None:
        """Be no child of the owner any more; whoever holds this may go on asking for the rest."""
        if isValid(self):
            self._timer.stop()
            self.deleteLater()


def paint_by_turns(parts: Sequence[QWidget], owner: QObject) -> None:
    """Have `parts`, which come into view with what is around them, painted after it, one a turn.

    Until then the window's background is seen in their places.
    """
    for each in parts:
        each.setUpdatesEnabled(False)
    ByTurns(_painted(parts), owner)


def _painted(parts: Sequence[QWidget]) -> Iterator[None]:
    yield  # what is around them
    for each in parts:
        if isValid(each):
            each.setUpdatesEnabled(True)
        yield
