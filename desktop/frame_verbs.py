"""Verbs of the menu Frame: where the frame lies and what proportions it has; each is one edit."""

from PySide6.QtCore import QObject, Signal

from desktop.document.document import Document
from desktop.document.edits import move_frame
from desktop.document.frame import ASPECTS, Limits, with_aspect
from desktop.document.geometry import Rect
from desktop.hand import Hand
from desktop.options import FrameOptions

PROPORTIONS = {name: (width, height) for name, width, height in ASPECTS}
LIMITS = Limits()


class FrameVerbs(QObject):
    """What can be done with the frame as a whole."""

    refused = Signal(str)
    """One sentence: why nothing happened."""

    def __init__(self, document: Document, hand: Hand) -> None:
        """Move the frame of `document`; proportions are chosen among the options in `hand`."""
        super().__init__(hand)
        self._document, self._hand = document, hand
        self._shape = self._chosen()
        hand.options_changed.connect(self._hear_options)

    def turn(self) -> None:
        """Exchange width and height, around the middle."""
        frame = self._document.picture.frame
        left = frame.left + (frame.width - frame.height) // 2
        top = frame.top + (frame.height - frame.width) // 2
        self._place(Rect(left, top, frame.height, frame.width))

    def around_picture(self) -> None:
        """Put the frame around all that can be seen."""
        content = self._document.picture.content()
        if content.is_empty:
            self.refused.emit("There is no picture yet; paint, open or generate one first.")
        else:
            self._place(content)

    def around_selection(self) -> None:
        """Put the frame around what is selected."""
        selection = self._document.picture.selection
        if selection is None or selection.default:
            self.refused.emit("Nothing is selected; select a part of the picture first.")
        else:
            self._place(selection.bounds())

    def _place(self, frame: Rect) -> None:
        least = LIMITS.least
        wide, high = max(frame.width, least), max(frame.height, least)
        left = frame.left - (wide - frame.width) // 2
        self._document.do(
            move_frame(Rect(left, frame.top - (high - frame.height) // 2, wide, high))
        )

    def _chosen(self) -> str:
        options = self._hand.options_of("frame")
        return options.shape if isinstance(options, FrameOptions) else "free"

    def _hear_options(self) -> None:
        """Give the frame the proportions that were chosen; from then on they are kept."""
        before, self._shape = self._shape, self._chosen()
        if self._shape != before and self._shape in PROPORTIONS:
            frame = self._document.picture.frame
            shaped = with_aspect(frame, *PROPORTIONS[self._shape], LIMITS)
            self._document.do(move_frame(shaped))
