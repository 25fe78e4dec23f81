"""How long the thread of the window is at work between two looks for events: each flow's longest.

Counted in that thread's own processor time, so that a busy machine does not lengthen it. A turn may
handle several events, so it is never shorter than the longest of them.
"""

import time
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QAbstractEventDispatcher, QThread, QTimer


class Turns:
    """Listens while it is entered; `milliseconds` are the turns in their order."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.milliseconds: list[float] = []
        self._since: float | None = None

    def __enter__(self) -> "Turns":
        """Begin with the next turn."""
        dispatcher = self._dispatcher()
        dispatcher.awake.connect(self._mark)
        dispatcher.aboutToBlock.connect(self._mark)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop."""
        dispatcher = self._dispatcher()
        dispatcher.awake.disconnect(self._mark)
        dispatcher.aboutToBlock.disconnect(self._mark)

    @property
    def longest(self) -> float:
        """The longest turn in milliseconds, 0 where there was none."""
        return max(self.milliseconds, default=0.0)

    def _mark(self) -> None:
        # Events are handled before the one signal or before the other, as the dispatcher has it;
        # to wait costs no processor time.
        now = time.thread_time()
        if self._since is not None:
            self.milliseconds.append(1000 * (now - self._since))
        self._since = now

    @staticmethod
    def _dispatcher() -> QAbstractEventDispatcher:
        found = QAbstractEventDispatcher.instance(QThread.currentThread())
        assert found is not None
        return found


def as_event(work: Callable[[], object]) -> None:
    """Have `work` done as an event of the loop, as a click or a key would."""
    QTimer.singleShot(0, work)
