"""The stack of an OpenRaster archive as layers: what any program may have written."""

from collections.abc import Callable
from math import isfinite
from pathlib import PurePosixPath

from desktop.document.blend import BlendMode
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Pixels, Raster
from desktop.storage.markup import Element, NotMarkup, TooMany
from desktop.storage.project import OPERATORS
from desktop.storage.project_limits import FARTHEST, LARGEST_SIDE, MOST_LAYERS

MODES = {operator: mode for mode, operator in OPERATORS.items()}


LONGEST_NAME, LONGEST_WORD = 200, 40
MOST_NAMED = 3
"""Layers in one sentence; the others are an ellipsis."""


class Lost(Exception):
    """A member of the archive is missing or damaged; the text is its name."""


class StackReader:
    """Makes a picture of stack.xml; `pixels_of` a member raises `Lost` when there are none.

    lost: names of the layers that could not be read. unmixed: those that mix in a way that is not
    ours, and which. left_out: what is no layer of pixels, and what it is.
    """

    def __init__(self, pixels_of: Callable[[str], Pixels]) -> None:
        self._pixels_of = pixels_of
        self._count = 0
        self.lost: list[str] = []
        self.unmixed: list[tuple[str, str]] = []
        self.left_out: list[tuple[str, str]] = []

    def picture(self, image: Element) -> Picture:
        """Return the picture of a root element; NotMarkup when it is none."""
        if image.tag != "image" or not image.children:
            raise NotMarkup("no image with a stack")
        width, height = (_whole(image, side, 1, LARGEST_SIDE, None) for side in ("w", "h"))
        layers = self._stack(image.children[0], 0, 0)
        return Picture(Rect(0, 0, width, height), layers)

    def _stack(self, stack: Element, left: int, top: int) -> tuple[Layer, ...]:
        made: list[Layer] = []
        for element in reversed(stack.children):
            layer = self._layer(element, left, top)
            if layer is not None:
                made.append(layer)
        return tuple(made)

    def _layer(self, element: Element, left: int, top: int) -> Layer | None:
        kind = _kind_of(element)
        if kind not in ("layer", "stack"):
            self.left_out.append((_name_of(element) or kind, kind))
            return None
        self._count += 1
        if self._count > MOST_LAYERS:
            raise TooMany(f"more than {MOST_LAYERS} layers")
        number = self._count
        x = left + _whole(element, "x", -FARTHEST, FARTHEST, 0)
        y = top + _whole(element, "y", -FARTHEST, FARTHEST, 0)
        name = _name_of(element) or f"Layer {number}"
        children = self._stack(element, x, y) if element.tag == "stack" else None
        try:
            raster = Raster.empty() if children is not None else self._raster(element, x, y)
        except Lost:
            self.lost.append(name)
            return None
        return Layer(
            number,
            name,
            raster,
            visible=element.attributes.get("visibility", "visible") != "hidden",
            opacity=_opacity(element),
            mode=self._mode(element, name),
            locked=element.attributes.get("edit-locked") == "true",
            children=children,
            isolated=element.attributes.get("isolation") == "isolate",
        )

    def _raster(self, element: Element, left: int, top: int) -> Raster:
        pixels = self._pixels_of(element.attributes.get("src", ""))
        return Raster.from_array(pixels, left, top)

    def _mode(self, element: Element, name: str) -> BlendMode:
        operator = element.attributes.get("composite-op", "svg:src-over")
        if operator not in MODES:
            self.unmixed.append((name, operator[:LONGEST_WORD]))
        return MODES.get(operator, BlendMode.NORMAL)


def told(name: str, reader: StackReader) -> list[str]:
    """What a person has to know of the archive `name` that was read: a sentence for each loss."""
    found: list[str] = []
    if reader.unmixed:
        layers = _listed(reader.unmixed)
        found.append(
            f"“{name}” was opened, but these layers mix in ways that Easel does not know and are "
            f"shown as normal: {layers}. The file was not changed, and saving makes a new one. "
            "Choose other blend modes here, or merge these layers in the program that made them "
            "and open the file again."
        )
    if reader.left_out:
        parts = _listed(reader.left_out)
        found.append(
            f"“{name}” was opened without what Easel cannot show: {parts}. The file was not "
            "changed, and saving makes a new one. To have these parts too, make pixels of them in "
            "the program that made them and open the file again."
        )
    return found


def _listed(pairs: list[tuple[str, str]]) -> str:
    shown = [f"“{name}” ({kind})" for name, kind in pairs[:MOST_NAMED]]
    return ", ".join([*shown, "…"] if len(pairs) > MOST_NAMED else shown)


def _name_of(element: Element) -> str:
    return element.attributes.get("name", "").strip()[:LONGEST_NAME]


def _kind_of(element: Element) -> str:
    """What an element is: "layer" and "stack" are ours, any other tag or kind of file is not."""
    kind = PurePosixPath(element.attributes.get("src", "")).suffix.lower()
    if element.tag == "layer" and kind not in ("", ".png"):
        return kind[1:LONGEST_WORD]
    return element.tag[:LONGEST_WORD]


def _whole(element: Element, key: str, low: int, high: int, default: int | None) -> int:
    text = element.attributes.get(key)
    if text is None:
        if default is None:
            raise NotMarkup(f"no {key}")
        return default
    try:
        value = int(text) if len(text) < 20 else high + 1
    except ValueError as error:
        raise NotMarkup(f"{key} is no whole number") from error
    if not low <= value <= high:
        raise NotMarkup(f"{key} is not from {low} to {high}")
    return value


def _opacity(element: Element) -> float:
    try:
        value = float(element.attributes.get("opacity", "1"))
    except ValueError as error:
        raise NotMarkup("an opacity is no number") from error
    if not isfinite(value):
        raise NotMarkup("an opacity is not finite")
    return min(max(value, 0.0), 1.0)
