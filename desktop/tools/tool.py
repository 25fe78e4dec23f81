"""What a tool is: a name, a cursor and a drag.

A drag is one generator. What stands before its first `yield` happens at the press; each `yield`
hands over the pointer of the next move; None means that the button was released. When the person
presses Escape the generator is closed (GeneratorExit) and puts back what it had shown. A drag that
yields True has more to do than fits into one step: unless the pointer moves soon it is handed the
very same one again.

A tool that lingers goes on after the release: it is handed every move and press until it returns,
and FINISH for Enter or a double click.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol, TypeAlias

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainterPath, QTransform

from desktop.canvas.viewport import Viewport
from desktop.document.document import Document
from desktop.document.edits import Edit
from desktop.document.geometry import Point, Rect
from desktop.document.layer import Layer
from desktop.document.selection_edits import Combine
from desktop.errands import Work
from desktop.hand import Hand

SELECTION = "selection"
"""Name of what is looked for to be selected: a press that selects anew gives it up."""


class Finish(Enum):
    """Enter was pressed, or the button twice: a lingering drag comes to its end."""

    FINISH = "finish"


FINISH = Finish.FINISH


class Pointer(NamedTuple):
    """Where the pointer is and what is held with it.

    x, y: logical pixels of the widget. document: the pixel there. across, down: the same place in
    fractions of a document pixel. pressure: 0..1, 1 for a mouse. eraser: the pen is upside down.
    pressed: the button is down.
    """

    x: float
    y: float
    document: Point
    across: float = 0.0
    down: float = 0.0
    pressure: float = 1.0
    eraser: bool = False
    pressed: bool = True
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


Drag: TypeAlias = Generator[bool | None, Pointer | None, None]
Lingering: TypeAlias = Generator[bool | None, Pointer | Finish | None, None]


class Surface(Protocol):
    """What a tool may know of the canvas."""

    @property
    def document(self) -> Document:
        """The document being worked on."""
        ...

    @property
    def hand(self) -> Hand:
        """Colours, options and the layer in use."""
        ...

    @property
    def viewport(self) -> Viewport:
        """Where the document lies in the widget."""
        ...

    def pan_by(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels."""
        ...

    def zoom_about(self, scale: float, x: float, y: float) -> None:
        """Zoom to `scale` with the document point under a view position staying there."""
        ...

    def turn_to(self, angle: float) -> None:
        """Show the document turned clockwise by `angle` degrees."""
        ...

    def show_sketch(self, sketch: QPainterPath | None) -> None:
        """Show lines of the drag, a path in document pixels, or none."""
        ...

    def show_kept(self, area: Rect | None) -> None:
        """Darken what lies around an area of the document, or nothing."""
        ...

    def show_float(self, image: QImage | None, box: QRectF, matrix: QTransform) -> None:
        """Show an image over the picture, drawn into `box` of the document after `matrix`."""
        ...

    def paintable(self, erases: bool = False) -> Layer | None:
        """Return the layer in use if its pixels may change; otherwise say why not.

        In a picture without layers it is a new one, which the edit has to add.
        """
        ...

    def do_on(self, layer: Layer, edit: Edit) -> None:
        """Record `edit` of a paintable layer, which is added first where it is new."""
        ...

    def movable(self) -> Layer | None:
        """Return the layer in use if it may be moved; otherwise say why not."""
        ...

    def tell(self, sentence: str) -> None:
        """Say why a press had no effect."""
        ...

    @property
    def searches(self) -> bool:
        """Whether slow work is being done aside."""
        ...

    def search(self, work: Work, then: Callable[[object], None], *, about: str = "") -> None:
        """Have slow work done aside, and call `then` with what it found, unless it is given up.

        It waits for what goes on. about: a name for `give_up`.
        """
        ...

    def give_up(self, about: str | None = None) -> None:
        """Have no slow work done aside any more, or only none that was begun under a name."""
        ...


def combine_of(press: Pointer, chosen: str) -> Combine:
    """Return what the keys at the press say about the old selection, else what was chosen."""
    match press.shift, press.alt:
        case True, True:
            return Combine.INTERSECT
        case True, False:
            return Combine.ADD
        case False, True:
            return Combine.SUBTRACT
        case _:
            return Combine(chosen)


def always(_surface: Surface, _pointer: Pointer) -> bool:
    """Say that a press anywhere begins a drag."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One way to use the pointer.

    wants: whether a press there would begin a drag (the cursor shows it). drag: the generator.
    shape: the cursor at a place, instead of `cursor`. lingers: the drag outlives the release.
    draws: the cursor is the outline of the brush. anchored: which stays where the button went down,
    whatever the pressure. shifted: what a press with Shift means instead. hint: what the panel of
    options says about it.
    """

    name: str
    cursor: Qt.CursorShape
    drag: Callable[[Surface, Pointer], Drag] | Callable[[Surface, Pointer], Lingering]
    held_cursor: Qt.CursorShape | None = None
    wants: Callable[[Surface, Pointer], bool] = always
    shape: Callable[[Surface, Pointer], Qt.CursorShape] | None = None
    lingers: bool = False
    draws: bool = False
    anchored: bool = False
    shifted: "Tool | None" = None
    hint: str = ""
