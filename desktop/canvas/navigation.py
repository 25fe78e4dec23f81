"""Getting about on the canvas: wheel, touchpad and pinch."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QWheelEvent

from desktop.canvas.surface import CanvasSurface

ANGLE_PER_DOUBLING = 480
"""Wheel angle, in eighths of a degree, that doubles the scale: four notches."""


class CanvasNavigator(CanvasSurface):
    """A surface that can be moved about."""

    wheel_scrolls = False
    """Whether the wheel moves the view, and zooms only with Ctrl or Alt."""

    def zoom_about(self, scale: float, x: float, y: float) -> None:
        """Zoom to `scale` with the document point under a view position staying there."""
        self._fits = False
        self._set_viewport(self._limited(self.viewport.zoomed(scale, x, y)))

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

    def event(self, event: QEvent) -> bool:
        """Take pinches and turns of two fingers."""
        if isinstance(event, QNativeGestureEvent):
            return self._gesture(event)
        return super().event(event)

    def _gesture(self, event: QNativeGestureEvent) -> bool:
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
