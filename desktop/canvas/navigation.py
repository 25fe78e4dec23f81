"""Getting about on the canvas: wheel, touchpad, pinch and the keys that zoom."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputDevice, QKeyEvent, QNativeGestureEvent, QWheelEvent

from desktop.canvas.surface import CanvasSurface

ANGLE_PER_DOUBLING = 480
"""Wheel angle, in eighths of a degree, that doubles the scale: four notches."""


class CanvasNavigator(CanvasSurface):
    """A surface that can be moved about."""

    def zoom_about(self, scale: float, x: float, y: float) -> None:
        """Zoom to `scale` with the document point under a view position staying there."""
        self._fits = False
        self._set_viewport(self._limited(self.viewport.zoomed(scale, x, y)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; two fingers on a touchpad pan instead, unless Ctrl is held."""
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if _is_two_finger_scroll(event) and not zooms:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
            self.pan_by(moved.x(), moved.y())
        elif event.angleDelta().y():
            factor = 2 ** (event.angleDelta().y() / ANGLE_PER_DOUBLING)
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

    def _zoom_by_key(self, event: QKeyEvent) -> bool:
        verbs = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: lambda: self.zoom_to(1.0),
        }
        verb = verbs.get(Qt.Key(event.key()))
        if verb is not None:
            verb()
        return verb is not None


def _is_two_finger_scroll(event: QWheelEvent) -> bool:
    touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase
