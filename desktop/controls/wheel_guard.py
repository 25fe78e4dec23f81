"""Keeps the wheel from changing what nobody chose to change: only a focused control turns.

What there is many of guards itself: a guard hears of every event of what it was given, and is asked
hundreds of times when a form comes into view.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider, QWidget


class GuardedSlider(QSlider):
    """A slider that guards itself."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let it pass through without the focus."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class GuardedNumber(QDoubleSpinBox):
    """A box for a number that guards itself."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let it pass through without the focus."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class GuardedChoice(QComboBox):
    """A box to choose from that guards itself."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let it pass through without the focus."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class WheelGuard(QObject):
    """Guards every widget it was given; make one per panel."""

    def guard(self, *widgets: QWidget) -> None:
        """Let the wheel pass through these unless they have the focus."""
        for widget in widgets:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow the wheel over what is not focused, so that the list behind it may scroll."""
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
