"""The canvas: hands wheel, keys and pointer to zoom, pan and the tool in use, and takes drops."""

from contextlib import suppress

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.canvas.pixmaps import pixels_from_image
from desktop.canvas.surface import CanvasSurface
from desktop.document.document import Document
from desktop.tools.move import MOVE
from desktop.tools.pan import PAN
from desktop.tools.tool import Drag, Pointer, Tool

GRIP = 6
"""Logical pixels around the frame's outline where a press still means the frame."""

ANGLE_PER_DOUBLING = 480
"""Wheel angle, in eighths of a degree, that doubles the scale: four notches."""


class CanvasView(CanvasSurface):
    """A view of one document that a person works in."""

    pointer_moved = Signal(object)
    """The document Point under the pointer, or None when it left."""
    files_dropped = Signal(list)
    """Paths of local files, as str."""
    image_dropped = Signal(object)
    """HxWx4 straight-alpha RGBA."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        """Show `document`; the tool in use moves the frame."""
        super().__init__(document, parent)
        self._tool = self._drag_tool = MOVE
        self._drag: Drag | None = None
        self._space = False
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Canvas"))

    def set_tool(self, tool: Tool) -> None:
        """Use another tool from the next press on."""
        self._tool = tool
        self._update_cursor(None)

    def is_on_frame(self, pointer: Pointer) -> bool:
        """Whether the pointer is inside the frame or within a few pixels of it."""
        frame = self.scene().in_view(self.document.picture.frame)
        return frame.adjusted(-GRIP, -GRIP, GRIP, GRIP).contains(pointer.x, pointer.y)

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
        """Take pinches, and keys that a window's shortcut would otherwise take away from a drag."""
        if isinstance(event, QNativeGestureEvent):
            return self._pinch(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            abandons = event.key() == Qt.Key.Key_Escape and self._drag is not None
            if abandons or event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        return super().event(event)

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.zoom_at(self.viewport.scale * (1 + event.value()), event.position())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pans while held, Escape abandons a drag, V and H choose tools, Ctrl ± 0 1 zoom."""
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(held=True)
        elif event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._abandon()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._zoom_by_key(event):
            event.accept()
        elif not event.modifiers() and event.key() in (Qt.Key.Key_V, Qt.Key.Key_H):
            self.set_tool(MOVE if event.key() == Qt.Key.Key_V else PAN)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Stop panning by Space."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(held=False)
        else:
            super().keyReleaseEvent(event)

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

    def _hold_space(self, held: bool) -> None:
        self._space = held
        self._update_cursor(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget that Space was held: its release goes elsewhere."""
        self._hold_space(held=False)
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag of the tool in use; the middle button and Space pan."""
        pointer = self._pointer(event.position())
        tool = PAN if self._space else self._tool
        if event.button() == Qt.MouseButton.MiddleButton:
            tool = PAN
        elif event.button() != Qt.MouseButton.LeftButton:
            return
        if self._drag is None and tool.wants(self, pointer):
            self._drag, self._drag_tool = tool.drag(self, pointer), tool
            next(self._drag)
            self._update_cursor(pointer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the drag, if there is one, and whoever shows the position."""
        pointer = self._pointer(event.position())
        if self._drag is not None:
            self._drag.send(pointer)
        self._update_cursor(pointer)
        self.pointer_moved.emit(self._pointer(event.position()).document)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; what it did becomes one undo step."""
        drag, self._drag = self._drag, None
        if drag is not None:
            with suppress(StopIteration):
                drag.send(None)
        self._update_cursor(self._pointer(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer is nowhere."""
        self.pointer_moved.emit(None)
        super().leaveEvent(event)

    def _abandon(self) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.close()

    def _pointer(self, at: QPointF) -> Pointer:
        return Pointer(at.x(), at.y(), self.viewport.pixel_at(at.x(), at.y()))

    def _update_cursor(self, pointer: Pointer | None) -> None:
        tool = PAN if self._space else self._tool
        here = pointer or self._pointer(QPointF(self.mapFromGlobal(self.cursor().pos())))
        if self._drag is not None:
            self.setCursor(self._drag_tool.held_cursor)
        elif tool.wants(self, here):
            self.setCursor(tool.cursor)
        else:
            self.unsetCursor()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept local files and pictures."""
        if _local_paths(event) or event.mimeData().hasImage():
            event.acceptProposedAction()
            self._hover(hovers=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the hint away."""
        self._hover(hovers=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Report the files, or the picture if there are no files."""
        self._hover(hovers=False)
        if paths := _local_paths(event):
            self.files_dropped.emit(paths)
        elif isinstance(image := event.mimeData().imageData(), QImage):
            self.image_dropped.emit(pixels_from_image(image))
        event.acceptProposedAction()

    def _hover(self, hovers: bool) -> None:
        self._drop_hovers = hovers
        self.update()


def _is_two_finger_scroll(event: QWheelEvent) -> bool:
    touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase


def _local_paths(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
