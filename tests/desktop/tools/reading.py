"""What tests of tools look at: pixels of the document, and values of mask and selection."""

from desktop.canvas.view import CanvasView
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.geometry import Rect


def pixel(view: CanvasView, x: int, y: int) -> tuple[int, ...]:
    """The colour that is seen there, (red, green, blue, alpha)."""
    return tuple(int(part) for part in composite(view.document.picture, Rect(x, y, 1, 1))[0, 0])


def value(channel: Channel | None, x: int, y: int) -> int:
    """The value there."""
    assert channel is not None
    return int(channel.read(Rect(x, y, 1, 1))[0, 0])


def steps(view: CanvasView) -> int:
    """How often undo finds something to take back."""
    count = 0
    while view.document.can_undo:
        view.document.undo()
        count += 1
    for _ in range(count):
        view.document.redo()
    return count
