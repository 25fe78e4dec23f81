"""Putting pictures onto the document as layers, and remembering how each layer was made.

Free of Qt. What is remembered goes into an exported file.
"""

from dataclasses import replace

from desktop.document.document import Document
from desktop.document.edits import Edit, place_image
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.storage.images import fitted
from engine.requests import Pixels

LONGEST_NAME = 60


class Placing:
    """Places pictures on one document. No two layers it ever made share an id, undone or not."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._texts: dict[int, dict[str, str]] = {}
        self._last_id = max((layer.id for layer in document.picture.layers), default=0)

    def in_frame(self, pixels: Pixels, name: str, verb: str, texts: dict[str, str]) -> None:
        """Fill the frame with `pixels`, resized if need be, as a new top layer: one undo step."""
        frame = self._document.picture.frame
        self._place(fitted(pixels, frame.width, frame.height), frame, name, verb)
        self._texts[self._last_id] = texts

    def around_frame(self, pixels: Pixels, name: str, verb: str) -> None:
        """Put `pixels` at their own size with their middle on the frame's: one undo step."""
        height, width = pixels.shape[:2]
        frame = self._document.picture.frame
        left = frame.left + (frame.width - width) // 2
        top = frame.top + (frame.height - height) // 2
        self._place(pixels, Rect(left, top, width, height), name, verb)

    def texts(self, picture: Picture) -> dict[str, str]:
        """What a file of `picture` says about the results in it, the uppermost first.

        Keys of the first are plain ("prompt", "seed"), those of the second end in " 2", and so on.
        """
        known = [
            self._texts[layer.id]
            for layer in reversed(picture.layers)
            if layer.shows and layer.id in self._texts
        ]
        written: dict[str, str] = {}
        for number, texts in enumerate(known, start=1):
            ending = "" if number == 1 else f" {number}"
            written |= {key + ending: text for key, text in texts.items()}
        return written

    def _place(self, pixels: Pixels, area: Rect, name: str, verb: str) -> None:
        place = place_image(pixels, area, _layer_name(name))
        self._last_id += 1
        layer_id = self._last_id

        def apply(picture: Picture) -> Picture:
            # An id that was undone must not come back for another picture: `texts` knows it by id.
            *below, top = place.apply(picture).layers
            return replace(picture, layers=(*below, replace(top, id=layer_id)))

        self._document.do(Edit(verb, apply))


def _layer_name(text: str) -> str:
    line = " ".join(text.split()) or "Picture"
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
