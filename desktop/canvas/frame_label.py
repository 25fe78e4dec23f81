"""What is written at the frame: its size, the size that is worked at, and how much it overlaps."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.document.document import Document
from desktop.document.frame import advice, overlap
from desktop.document.geometry import Rect, Size
from desktop.document.picture import Picture
from desktop.speech import said

Working = Callable[[Size], tuple[int, int]]
"""Width and height at which the model paints a frame of a size."""


@dataclass(frozen=True, slots=True)
class Label:
    """A line of facts, and one of advice where there is need of any."""

    text: str
    advice: str = ""


def size_of_frame(picture: Picture) -> Label:
    """Return the size alone."""
    return Label(_sides(picture.frame.width, picture.frame.height))


class FrameLabel:
    """Looks at the picture under the frame when either has changed, and not during a stroke."""

    def __init__(self, document: Document, working: Working) -> None:
        """Write about `document`; `working` knows the model in use."""
        self._document, self._working = document, working
        self._frame: Rect | None = None
        self._layers: tuple[object, ...] | None = None
        self._part = 0.0

    def __call__(self, picture: Picture) -> Label:
        """Return the label of a frame."""
        part = self._overlap(picture)
        size = picture.frame.size
        work = self._working(size)
        parts = [_sides(size.width, size.height)]
        if work != (size.width, size.height):
            parts[0] += f" → {_sides(*work)}"
        if 0.0 < part < 1.0:
            overlapping = QCoreApplication.translate("FrameLabel", "overlap {share} %")
            parts.append(overlapping.format(share=round(100 * part)))
        return Label(" · ".join(parts), said(advice(part)))

    def _overlap(self, picture: Picture) -> float:
        frame, layers = picture.frame, picture.layers
        strokes = self._document.previewing and frame == self._frame
        if not strokes and (frame != self._frame or layers is not self._layers):
            self._frame, self._layers = frame, layers
            self._part = overlap(picture, frame)
        return self._part


def _sides(width: int, height: int) -> str:
    return f"{width} × {height}"
