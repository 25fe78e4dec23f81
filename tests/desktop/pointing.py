"""Mouse and pen as tests use them: real events, places in document pixels."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from desktop.canvas.view import CanvasView

Place = tuple[float, float]
"""Column and row in document pixels; whole numbers are corners of pixels, halves middles."""

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier

PEN = QPointingDevice.PointerType.Pen
ERASER = QPointingDevice.PointerType.Eraser


class Mouse:
    """A mouse over a canvas; `keys` are held until they are changed."""

    def __init__(self, view: CanvasView, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        self.view, self.keys = view, keys
        self._button = NONE

    def press(self, place: Place, button: Qt.MouseButton = LEFT) -> None:
        self._button = button
        self._send(QEvent.Type.MouseButtonPress, place, button)

    def move(self, *places: Place) -> None:
        for place in places:
            self._send(QEvent.Type.MouseMove, place, NONE)

    def release(self, place: Place) -> None:
        button, self._button = self._button, NONE
        self._send(QEvent.Type.MouseButtonRelease, place, button)

    def drag(self, *places: Place, button: Qt.MouseButton = LEFT) -> None:
        """Press at the first place, go through the others, release at the last."""
        self.press(places[0], button)
        self.move(*places[1:])
        self.release(places[-1])

    def click(self, *places: Place) -> None:
        for place in places:
            self.press(place)
            self.release(place)

    def _send(self, kind: QEvent.Type, place: Place, button: Qt.MouseButton) -> None:
        at = QPointF(*self.view.viewport.place(*place))
        seen = self.view.mapToGlobal(at)
        QApplication.sendEvent(
            self.view, QMouseEvent(kind, at, seen, button, self._button, self.keys)
        )


def stroke(
    view: CanvasView,
    *places: tuple[float, float, float],
    end: QPointingDevice.PointerType = PEN,
    keys: Qt.KeyboardModifier = NO_KEY,
) -> None:
    """Draw with a pen through places with a pressure each."""
    device = QPointingDevice(
        "pen of a test",
        1,
        QInputDevice.DeviceType.Stylus,
        end,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(places) - 1)]
    for kind, (x, y, pressure) in zip(kinds, places, strict=True):
        _tablet(view, device, kind, (x, y, pressure), keys)
    x, y, _ = places[-1]
    _tablet(view, device, QEvent.Type.TabletRelease, (x, y, 0.0), keys)


def _tablet(
    view: CanvasView,
    device: QPointingDevice,
    kind: QEvent.Type,
    touch: tuple[float, float, float],
    keys: Qt.KeyboardModifier,
) -> None:
    at = QPointF(*view.viewport.place(*touch[:2]))
    seen = view.mapToGlobal(at)
    ends = kind == QEvent.Type.TabletRelease
    moves = kind == QEvent.Type.TabletMove
    event = QTabletEvent(
        kind,
        device,
        at,
        seen,
        touch[2],
        0,
        0,
        0,
        0,
        0,
        keys,
        NONE if moves else LEFT,
        NONE if ends else LEFT,
    )
    QApplication.sendEvent(view, event)
    assert event.isAccepted(), "Qt would make a mouse event of it as well"
