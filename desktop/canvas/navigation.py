"""Getting about on the canvas: wheel, touchpad and pinch; and who else hears what happens to it.

Nobody watches the canvas by an event filter: each would be called for every move and every repaint
of a stroke, a hundredth of the time of a step each.
"""

from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)

from desktop.canvas.surface import CanvasSurface

ANGLE_PER_DOUBLING = 480
"""Wheel angle, in eighths of a degree, that doubles the scale: four notches."""


BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class KeyHearer(Protocol):
    """Who is asked first about the keys of the canvas."""

    def hear_key(self, event: QKeyEvent) -> bool:
        """Act on a press or a release; return whether that was all that it means."""
        ...

    def hear_no_more(self) -> None:
        """Know that the next release goes elsewhere."""
        ...


class CanvasNavigator(CanvasSurface):
    """A surface that can be moved about."""

    came_by_key = Signal(bool)
    """The focus came, or the canvas was pressed: whether a person got here by Tab."""
    deleted = Signal()
    """Delete was pressed, and is no key of whoever is asked first."""
    resized = Signal()

    key_hearer: KeyHearer | None = None
    wheel_scrolls = False
    """Whether the wheel moves the view, and zooms only with Ctrl or Alt."""

    def zoom_about(self, scale: float, x: float, y: float) -> None:
        """Zoom to `scale` with the document point under a view position staying there."""
        self._fits = False
        self._set_viewport(self._limited(self.viewport.zoomed(scale, x, y)))

    def turn_to(self, angle: float) -> None:
        """Show the picture turned clockwise by `angle` degrees, around the middle of the view."""
        middle = self.rect().center()
        self._set_viewport(self._viewport.turned(angle, middle.x(), middle.y()))

    def turn_left(self) -> None:
        """Turn the view by 15 degrees against the clock."""
        self.turn_to(self._viewport.angle - 15)

    def turn_right(self) -> None:
        """Turn the view by 15 degrees with the clock."""
        self.turn_to(self._viewport.angle + 15)

    def turn_upright(self) -> None:
        """Show the picture as it is: neither turned nor mirrored."""
        if self._viewport.mirrored:
            self.mirror()
        self.turn_to(0.0)

    def mirror(self) -> None:
        """Exchange left and right of the view, not of the picture."""
        middle = self.rect().center()
        self._set_viewport(self._viewport.flipped(middle.x(), middle.y()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; two fingers on a touchpad pan instead, unless Ctrl is held."""
        keys, turn = event.modifiers(), event.angleDelta()
        zooms = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if (_is_two_finger_scroll(event) or self.wheel_scrolls) and not zooms:
            moved = turn if event.pixelDelta().isNull() else event.pixelDelta()
            self.pan_by(moved.x(), moved.y())
        elif turned := turn.y() or turn.x():  # with Alt, Qt turns the wheel sideways
            factor = 2 ** (turned / ANGLE_PER_DOUBLING)
            self.zoom_at(self.viewport.scale * factor, event.position())
        event.accept()

    def heard(self, event: QKeyEvent) -> bool:
        """Whether somebody else has acted on a key, or acts on it now: Delete is passed on."""
        if self.key_hearer is not None and self.key_hearer.hear_key(event):
            return True
        pressed = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Delete
        if pressed and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.deleted.emit()
            return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say how the focus came."""
        self.came_by_key.emit(event.reason() in BY_KEY)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let whoever hears keys know."""
        if self.key_hearer is not None:
            self.key_hearer.hear_no_more()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say so."""
        self.resized.emit()
        super().resizeEvent(event)

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Take pinches and turns of two fingers."""
        match event.gestureType():
            case Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_at(self.viewport.scale * (1 + event.value()), event.position())
            case Qt.NativeGestureType.RotateNativeGesture:
                at = event.position()
                turned = self.viewport.turned(self.viewport.angle + event.value(), at.x(), at.y())
                self._set_viewport(turned)
            case _:
                return False
        return True


def _is_two_finger_scroll(event: QWheelEvent) -> bool:
    touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase
