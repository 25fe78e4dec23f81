"""Putting pictures onto the document as layers that carry how they were made.

Free of Qt. What a layer carries goes into exported files and projects.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from desktop.document.document import Document
from desktop.document.edits import Edit, place_image
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.storage.images import fitted
from engine.requests import Pixels

LONGEST_NAME = 60


class Placing:
    """Places pictures on one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def in_frame(self, pixels: Pixels, name: str, verb: str, texts: dict[str, str]) -> None:
        """Fill the frame with `pixels`, resized if need be, as a new top layer: one undo step."""
        frame = self._document.picture.frame
        place = place_image(fitted(pixels, frame.width, frame.height), frame, _layer_name(name))

        def apply(picture: Picture) -> Picture:
            *below, top = place.apply(picture).layers
            return replace(picture, layers=(*below, replace(top, notes=texts)))

        self._document.do(Edit(verb, apply))

    def around_frame(self, pixels: Pixels, name: str, verb: str) -> None:
        """Put `pixels` at their own size with their middle on the frame's: one undo step."""
        height, width = pixels.shape[:2]
        frame = self._document.picture.frame
        left = frame.left + (frame.width - width) // 2
        top = frame.top + (frame.height - height) // 2
        place = place_image(pixels, Rect(left, top, width, height), _layer_name(name))
        self._document.do(Edit(verb, place.apply))

    def texts(self, picture: Picture) -> dict[str, str]:
        """What a file of `picture` says about the results in it, the uppermost first.

        Keys of the first are plain ("prompt", "seed"), those of the second end in " 2", and so on.
        """
        known = [layer.notes for layer in _seen(picture.layers) if layer.notes]
        written: dict[str, str] = {}
        for number, texts in enumerate(known, start=1):
            ending = "" if number == 1 else f" {number}"
            written |= {key + ending: text for key, text in texts.items()}
        return written


def _seen(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield what can be seen, the uppermost first; of a group the layers in it."""
    for layer in reversed(tuple(layers)):
        if layer.shows:
            yield from (layer,) if layer.children is None else _seen(layer.children)


def _layer_name(text: str) -> str:
    line = " ".join(text.split()) or "Picture"
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
