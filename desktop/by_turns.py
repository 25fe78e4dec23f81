"""Work of the window's own thread that takes too long for one turn of its loop, done in many."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer


class ByTurns(QObject):
    """Does one step a turn, so that keys and pictures come between; `finish` does the rest now."""

    def __init__(self, steps: Iterator[object], parent: QObject) -> None:
        """Begin with the next turn. `steps` does a step whenever it is asked for another item."""
        super().__init__(parent)
        self._steps = steps
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def finish(self) -> None:
        """Do what is left, if anything is."""
        for _ in self._steps:
            pass
        self._timer.stop()

    def stop(self) -> None:
        """Leave the rest undone."""
        self._timer.stop()
        self._steps = iter(())

    def _step(self) -> None:
        if next(self._steps, self) is self:
            self._timer.stop()
