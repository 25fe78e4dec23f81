"""The drags that go on: that of the tool in use, and one aside, so that Space pans in mid-polygon.

A drag is a generator; here it is begun, told and ended, and nowhere else.
"""

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from desktop.tools.tool import FINISH, Drag, Finish, Lingering, Pointer, Surface, Tool

PAUSE = 4
"""Milliseconds until a drag goes on with what it had no time for: the repaint and the hand, 8 ms
apart in a quick pen, come first."""


class Drags:
    """At most one drag and one aside."""

    def __init__(self, surface: Surface, parent: QObject) -> None:
        """`surface` is what the tools work on; `parent` outlives the drags."""
        self._surface = surface
        self._drag: Drag | Lingering | None = None
        self._aside: Drag | Lingering | None = None
        self._tool: Tool | None = None
        self._aside_tool: Tool | None = None
        self._finished: Drag | Lingering | None = None
        self.pressed = False
        self.start: Pointer | None = None
        """Where the button went down."""
        self._last: Pointer | None = None
        # With a parent: one that Python's collector finds in another thread dies there.
        self._rest = QTimer(parent, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self._go_on)

    @property
    def tool(self) -> Tool | None:
        """The tool whose drag goes on."""
        return self._aside_tool or self._tool

    @property
    def active(self) -> bool:
        """Whether a drag goes on, or lingers."""
        return self._drag is not None

    @property
    def lingering(self) -> bool:
        """Whether a drag goes on that ends with Enter."""
        return self._tool is not None and self._tool.lingers

    def press(self, tool: Tool, pointer: Pointer) -> None:
        """Begin a drag, tell a lingering one, or begin another aside of it."""
        self.pressed, self.start = True, pointer
        if self._drag is None:
            self._tool, self._drag = tool, tool.drag(self._surface, pointer)
            self._tell_drag(None, first=True)
        elif tool is self._tool:
            self._tell_drag(pointer)
        elif self._aside is None and self.lingering:
            self._aside_tool, self._aside = tool, tool.drag(self._surface, pointer)
            with suppress(StopIteration):
                next(self._aside)

    def move(self, pointer: Pointer) -> None:
        """Tell the drag where the pointer is."""
        if self._aside is not None:
            with suppress(StopIteration):
                self._aside.send(pointer)
        elif self._drag is not None:
            self._tell_drag(pointer)

    def release(self) -> None:
        """End the drag, unless it lingers."""
        self.pressed = False
        if self._aside is not None:
            aside, self._aside, self._aside_tool = self._aside, None, None
            with suppress(StopIteration):
                aside.send(None)
        elif self._drag is not None:
            self._tell_drag(None)

    def finish(self) -> None:
        """Bring a lingering drag to its end; any other is left to its release."""
        if self.lingering:
            self._finished = self._drag
            self._tell_drag(FINISH)

    def hasten(self) -> None:
        """End a drag at once that was brought to its end and waits for what is done aside."""
        if self._finished is not None and self._finished is self._drag and self._rest.isActive():
            self.abandon()

    def abandon(self) -> None:
        """Put back what the drags have shown."""
        drag, self._drag, self._tool = self._drag, None, None
        aside, self._aside, self._aside_tool = self._aside, None, None
        self.pressed = False
        for each in (aside, drag):
            if each is not None:
                each.close()

    def _go_on(self) -> None:
        if self._drag is not None:
            self._tell_drag(self._last)

    def _tell_drag(self, event: Pointer | Finish | None, first: bool = False) -> None:
        assert self._drag is not None
        drag = self._drag
        self._rest.stop()
        try:
            waits = next(drag) if first else drag.send(event)  # type: ignore[arg-type]
            told = isinstance(event, Pointer)
            if waits and (told or self.lingering):  # None would be the release of any other
                self._last = event if told else None
                self._rest.start()
        except StopIteration:
            if self._drag is drag:
                self._drag, self._tool = None, None
        except BaseException:
            self._drag, self._tool = None, None
            raise
