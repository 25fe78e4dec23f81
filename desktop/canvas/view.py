"""The canvas: hands pointer, pen and keys to the tool in use, and takes drops."""

from math import floor

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from desktop import permission
from desktop.canvas.drags import Drags
from desktop.canvas.drops import Zone, zone_at, zones_for
from desktop.canvas.marks import handles_region
from desktop.canvas.searches import CanvasSearches
from desktop.document.document import Document
from desktop.document.edits import Edit, add_layer, move_frame
from desktop.document.geometry import Point
from desktop.document.layer import Layer
from desktop.document.lifted import NOTHING_SELECTED, mover
from desktop.document.picture import Picture
from desktop.dragged_layer import files_in
from desktop.hand import Hand
from desktop.held import Held
from desktop.slow_edits import SlowEdits, laid_tiles_of
from desktop.toolbox import TOOLS
from desktop.tools.brush import ADJUST, ERASER, radius_of
from desktop.tools.frame import GRID
from desktop.tools.pan import PAN
from desktop.tools.pick import PICK
from desktop.tools.tool import Pointer, Tool
from desktop.tools.zoom import ZOOM

SMALLEST_OUTLINE = 2.0
"""Logical pixels of a brush's radius below which a cross is easier to see than the brush."""

FAR = 10
"""Document pixels that Shift and an arrow move a layer by; the frame goes by its grid."""

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

PICKS = frozenset({"brush", "eraser", "fill"})
"""Tools with which Ctrl and Alt take up a colour."""


class CanvasView(CanvasSearches):
    """A view of one document that a person works in."""

    pointer_moved = Signal(object)
    """The document Point under the pointer, or None when it left."""
    files_dropped = Signal(list)
    """Paths of local files, as str."""
    image_dropped = Signal(object)
    """The QMimeData with a picture in it; that is gone when the signal is over."""
    idea_dropped = Signal(object, object)
    """Zone (MIX, LIKE) and the QMimeData dropped on it; that is gone when the signal is over."""
    settings_dropped = Signal(list)
    """Paths of local files whose settings are wanted, as str."""
    refused = Signal(str)
    """One sentence: why a press had no effect."""

    def __init__(
        self, document: Document, hand: Hand | None = None, parent: QWidget | None = None
    ) -> None:
        """Show `document`, worked on with what is in `hand`."""
        super().__init__(document, parent)
        self._hand = hand = hand or Hand(self)
        self.slow_edits = SlowEdits(document, self.search, self)
        self._drags = Drags(self, self)
        self.slow_edits.hasten = self._drags.hasten
        self._space = Held(self)
        self._space.changed.connect(self._update_cursor)
        self._last: Pointer | None = None
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Canvas"))
        self._hand.tool_changed.connect(self._tool_changed)
        for changed in (hand.options_changed, hand.target_changed, self.view_changed):
            changed.connect(self._update_cursor)
        self._tool_changed()

    @property
    def hand(self) -> Hand:
        """Tool, options, colours and layer in use."""
        return self._hand

    @property
    def busy(self) -> bool:
        """Whether a drag goes on or lingers, or something is being looked for."""
        return self._drags.active or self.searches

    def abandon(self) -> None:
        """Put back what the drag has shown so far; look for nothing any more."""
        self._drags.abandon()
        self.slow_edits.forget()
        self.give_up()
        self._update_cursor()

    def finish(self) -> None:
        """Bring a lingering drag to its end, as Enter does."""
        self._drags.finish()
        self._update_cursor()

    # What tools ask for

    def tell(self, sentence: str) -> None:
        """Say why a press had no effect."""
        self.refused.emit(sentence)

    def paintable(self, erases: bool = False) -> Layer | None:
        """Return the layer in use if its pixels may change; otherwise say why not."""
        return self._allowed(permission.paintable(self.document.picture, self._hand, erases))

    def movable(self) -> Layer | None:
        """Return the layer in use if it may be moved; otherwise say why not."""
        return self._allowed(permission.movable(self.document.picture, self._hand))

    def do_on(self, layer: Layer, edit: Edit) -> None:
        """Record `edit` of a paintable layer, which is added first where it is new.

        Aside where it takes long: to lay colour over what is selected takes 2 to 5 ms a tile.
        """

        def is_known(picture: Picture) -> bool:
            return any(each.id == layer.id for each in picture.walk())

        def apply(picture: Picture) -> Picture:
            return edit.apply(picture if is_known(picture) else add_layer(layer).apply(picture))

        now = self.document.picture
        known = layer.id if is_known(now) else None
        self.slow_edits.do(Edit(edit.name, apply), 3 * laid_tiles_of(now), known)

    def _allowed(self, answer: Layer | str) -> Layer | None:
        if isinstance(answer, str):
            self.tell(answer)
            return None
        return answer

    # Keys

    def event(self, event: QEvent) -> bool:
        """Take keys that a window's shortcut would otherwise take away from a drag."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            ends = event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if (ends and self.busy) or event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        if isinstance(event, QNativeGestureEvent):
            return self.gesture(event)
        return QWidget.event(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pans while held; Escape and Enter end a drag; arrows nudge."""
        if self.heard(event):
            return
        key, ctrl = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Space:
            self._space.press()
        elif key == Qt.Key.Key_Escape and self.busy:
            self.abandon()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.busy:
            self.finish()
        elif key in ARROWS and not ctrl and not self.busy:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._nudge(*ARROWS[key], far=bool(far))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Stop panning by Space."""
        if event.key() == Qt.Key.Key_Space:
            self._space.release(event)
        elif not self.heard(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget that Space was held: its release goes elsewhere."""
        self._space.let_go()
        super().focusOutEvent(event)

    def _nudge(self, dx: int, dy: int, far: bool) -> None:
        """Move the layer with the move tool in hand, else the frame."""
        if self._hand.tool == "move":
            layer, by = self.movable(), FAR if far else 1
            moved = None if layer is None else mover(self.document.picture, layer)
            if moved is not None:
                self.document.do(moved(dx * by, dy * by))
            elif layer is not None:
                self.tell(NOTHING_SELECTED)
        else:
            frame, by = self.document.picture.frame, GRID if far else 1
            self.document.do(move_frame(frame.translated(dx * by, dy * by)))

    # Pointer and pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag of the tool in use; the middle button and Space pan."""
        self._press(self._pointer(event), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the drag, if there is one, and whoever shows the position."""
        self._move(self._pointer(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; what it did becomes one undo step."""
        self._release(self._pointer(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Bring a lingering drag to its end; for any other tool it is one more press."""
        if self._drags.lingering:
            self.finish()
        else:
            self.mousePressEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Do the same for a pen, with its pressure; Qt then makes no mouse event of it."""
        pointer = self._pointer(event)
        match event.type():
            case QEvent.Type.TabletPress:
                self._press(pointer, event.button())
            case QEvent.Type.TabletRelease:
                self._release(pointer)
            case _:
                self._move(pointer)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer is nowhere."""
        self._last = None
        self.show_brush(None)
        self.pointer_moved.emit(None)
        super().leaveEvent(event)

    def _press(self, pointer: Pointer, button: Qt.MouseButton) -> None:
        self.came_by_key.emit(False)
        tool = self._tool_at(pointer, button)
        if tool is not None and (self._drags.active or tool.wants(self, pointer)):
            self._drags.press(tool, pointer)
            self._show_cursor(pointer)

    def _move(self, pointer: Pointer) -> None:
        self._drags.move(pointer)
        self._show_cursor(pointer)
        self.pointer_moved.emit(self.viewport.pixel_at(pointer.x, pointer.y))

    def _release(self, pointer: Pointer) -> None:
        self._drags.release()
        self._show_cursor(pointer)

    def _tool_at(self, pointer: Pointer, button: Qt.MouseButton) -> Tool | None:
        """Return the tool that a press with these buttons and keys means."""
        if button == Qt.MouseButton.MiddleButton:
            return PAN
        if button == Qt.MouseButton.RightButton and pointer.alt:
            return ADJUST
        return self._held_tool(pointer) if button == Qt.MouseButton.LeftButton else None

    def _held_tool(self, pointer: Pointer) -> Tool:
        """Return the tool in use, or the one that keys and the pen's other end put in its place."""
        if self._space:
            return ZOOM if pointer.ctrl else PAN
        if (pointer.ctrl or pointer.alt) and self._hand.tool in PICKS and not self.busy:
            return PICK
        turned = pointer.eraser and not self._drags.lingering
        tool = ERASER if turned else TOOLS[self._hand.tool]
        return tool.shifted if pointer.shift and tool.shifted is not None else tool

    def _pointer(self, event: QMouseEvent | QTabletEvent) -> Pointer:
        at, keys = event.position(), event.modifiers()
        x, y = at.x(), at.y()
        across, down = self.viewport.to_document(x, y)
        pressed = bool(event.buttons())
        pointer = Pointer(x, y, Point(floor(across), floor(down)), across, down, pressed=pressed)
        if isinstance(event, QTabletEvent):
            eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
            pressure = event.pressure() if pressed else 1.0
            pointer = pointer._replace(pressure=pressure, eraser=eraser)
        if keys == Qt.KeyboardModifier.NoModifier:
            return pointer
        return pointer._replace(
            shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(keys & Qt.KeyboardModifier.AltModifier),
            ctrl=bool(keys & Qt.KeyboardModifier.ControlModifier),
        )

    # The cursor

    def _tool_changed(self) -> None:
        self._drags.abandon()  # what is done aside belongs to no tool any more
        self._update_cursor()
        if (handles := self._hand.tool == "frame") != self.frame_has_handles:
            self.frame_has_handles = handles
            self.redraw(handles_region(self.scene()))
        if self._hand.tool == "transform":
            self._drags.press(TOOLS["transform"], self._anywhere())
            self._drags.release()

    def _update_cursor(self) -> None:
        self._show_cursor(self._last or self._anywhere())

    def _anywhere(self) -> Pointer:
        at = QPointF(self.mapFromGlobal(self.cursor().pos()))
        pixel = self.viewport.pixel_at(at.x(), at.y())
        place = self.viewport.to_document(at.x(), at.y())
        return Pointer(at.x(), at.y(), pixel, *place, pressed=False)

    def _show_cursor(self, pointer: Pointer) -> None:
        self._last = pointer
        tool = self._drags.tool or self._held_tool(pointer)
        if self.errands is not None and self.errands.active:
            self._use_cursor(Qt.CursorShape.BusyCursor)
            return
        if tool.draws and self._show_outline(tool, pointer):
            self._use_cursor(Qt.CursorShape.BlankCursor)
            return
        self.show_brush(None)
        if self._drags.pressed and tool.held_cursor is not None:
            self._use_cursor(tool.held_cursor)
        elif self._drags.active or tool.wants(self, pointer):
            self._use_cursor(tool.shape(self, pointer) if tool.shape else tool.cursor)
        else:
            self.unsetCursor()

    def _use_cursor(self, shape: Qt.CursorShape) -> None:
        """Set the cursor where it is another one: the window system is asked each time."""
        if (
            not self.testAttribute(Qt.WidgetAttribute.WA_SetCursor)
            or self.cursor().shape() != shape
        ):
            self.setCursor(shape)

    def _show_outline(self, tool: Tool, pointer: Pointer) -> bool:
        still = self._drags.start if tool.anchored and self._drags.pressed else None
        at = still._replace(pressed=False) if still else pointer
        radius = radius_of(self._hand, at, tool is ERASER) * self.viewport.scale
        if radius < SMALLEST_OUTLINE or not (self.underMouse() or self._drags.pressed):
            return False
        self.show_brush(QPointF(at.x, at.y), radius)
        return True

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept local files and pictures, and show where they can go."""
        if zones_for(event.mimeData()):
            self._aim(event)
            event.accept()  # beside a card too: after a refusal Qt tells of no move

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show what a drop here would do."""
        self._aim(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the cards away."""
        self._drop = None
        self.redraw()

    def dropEvent(self, event: QDropEvent) -> None:
        """Report what was dropped by what it was dropped on."""
        self._aim(event)
        zone, data = self._drop[1] if self._drop else None, event.mimeData()
        self._drop = None
        self.redraw()
        paths = [str(path) for path in files_in(data)]
        if zone is None:
            return
        if zone in (Zone.MIX, Zone.LIKE):
            self.idea_dropped.emit(zone, data)
        elif zone is Zone.SETTINGS:
            self.settings_dropped.emit(paths)
        elif paths:
            self.files_dropped.emit(paths)
        else:
            self.image_dropped.emit(data)

    def _aim(self, event: QDropEvent) -> None:
        zones = zones_for(event.mimeData())
        aimed = zones, zone_at(self.rect(), zones, event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(aimed[1] is not None)
        if aimed != self._drop:
            self._drop = aimed
            self.redraw()
