"""What a tool is: a name, a cursor and a drag.

A drag is one generator. What stands before its first `yield` happens at the press; each `yield`
hands over the pointer of the next move; None means that the button was released. When the person
presses Escape the generator is closed (GeneratorExit) and puts back what it had shown.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import Qt

from desktop.document.document import Document
from desktop.document.geometry import Point


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is: `x`, `y` in logical pixels of the widget, and the pixel there."""

    x: float
    y: float
    document: Point


Drag: TypeAlias = Generator[None, Pointer | None, None]


class Surface(Protocol):
    """What a tool may know of the canvas."""

    @property
    def document(self) -> Document:
        """The document being worked on."""
        ...

    def pan_by(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels."""
        ...

    def is_on_frame(self, pointer: Pointer) -> bool:
        """Whether the pointer is inside the frame or so near to its outline that it means it."""
        ...


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to use the pointer.

    wants: whether a press there would begin a drag (the cursor shows it). drag: the generator.
    """

    name: str
    cursor: Qt.CursorShape
    held_cursor: Qt.CursorShape
    wants: Callable[[Surface, Pointer], bool]
    drag: Callable[[Surface, Pointer], Drag]
