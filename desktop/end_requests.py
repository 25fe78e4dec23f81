"""The system's wish that the program end: signals, told as one of Qt's in the main thread.

Python runs a handler only between two of its own steps, and none are taken while Qt waits: so the
system writes a byte into a pipe that Qt watches.
"""

import os
import signal

from PySide6.QtCore import QObject, QSocketNotifier, Signal

NAMES = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
"""Shut down, Ctrl-C, the terminal closed; the last is what Windows has for them."""


class EndRequests(QObject):
    """Listens from when it is made until `close`."""

    came = Signal()
    """The program is to end, with nobody asked and nothing lost."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Take the place of whoever handles these signals."""
        super().__init__(parent)
        self._reading, self._writing = _pipe()
        # The first argument after the enumeration's member is the parent.
        self._notifier = QSocketNotifier(self._reading, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._woken_before = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self._handlers = {number: signal.signal(number, _nothing) for number in numbers}

    def close(self) -> None:
        """Hand the signals back."""
        self._notifier.setEnabled(False)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woken_before)
        for descriptor in (self._reading, self._writing):
            os.close(descriptor)

    def _read(self) -> None:
        os.read(self._reading, 4096)
        self.came.emit()


def _pipe() -> tuple[int, int]:
    """Two descriptors that Qt can watch and signals can be written to."""
    if os.name == "nt":  # there, only sockets can be watched
        import socket

        ends = socket.socketpair()
        for end in ends:
            end.setblocking(False)
        return ends[0].detach(), ends[1].detach()
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    return reading, writing


def _nothing(_number: int, _frame: object) -> None:
    """Be there, so that the signal does not end the process."""
