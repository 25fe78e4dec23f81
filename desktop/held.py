"""Whether a key is being held, although the window system repeats it.

X11 repeats a held key as releases and presses. Qt marks such a release where the press behind it
has arrived already; on a busy machine it has not, and the key would seem let go of for a moment.
"""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent

GRACE = 80
"""Milliseconds in which a press takes a release back: two repetitions of a keyboard."""


class Held(QObject):
    """Follows one key by the events that its owner hands on."""

    changed = Signal(bool)

    def __init__(self, parent: QObject, grace: int = GRACE) -> None:
        """Begin with the key let go of."""
        super().__init__(parent)
        self._held = False
        self._grace = QTimer(self, singleShot=True, interval=grace)
        self._grace.timeout.connect(self.let_go)

    def __bool__(self) -> bool:
        """Whether the key is held."""
        return self._held

    def press(self) -> None:
        """The key was pressed, by a person or by repetition."""
        self._grace.stop()
        self._become(True)

    def release(self, event: QKeyEvent) -> None:
        """The key was let go of, unless it is pressed again at once."""
        if self._held and not event.isAutoRepeat():
            self._grace.start()

    def let_go(self) -> None:
        """The key is not held any more, whatever may come."""
        self._grace.stop()
        self._become(False)

    def _become(self, held: bool) -> None:
        if held != self._held:
            self._held = held
            self.changed.emit(held)
