"""How often a widget is painted, or told anything else, in a test."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class Told(QObject):
    """Counts the events of one kind that reach any of some widgets."""

    def __init__(self, kind: QEvent.Type, *watched: QWidget) -> None:
        """Count from now on; `watched` is not empty."""
        super().__init__(watched[0])
        self.count, self._kind = 0, kind
        for each in watched:
            each.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count, and let it pass."""
        self.count += event.type() == self._kind
        return False
