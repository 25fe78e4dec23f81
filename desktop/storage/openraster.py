"""The stack of an OpenRaster archive as layers: what any program may have written."""

from collections.abc import Callable
from math import isfinite

from desktop.document.blend import BlendMode
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Pixels, Raster
from desktop.storage.markup import Element, NotMarkup, TooMany
from desktop.storage.project import OPERATORS
from desktop.storage.project_limits import FARTHEST, LARGEST_SIDE, MOST_LAYERS

MODES = {operator: mode for mode, operator in OPERATORS.items()}


class Lost(Exception):
    """A member of the archive is missing or damaged; the text is its name."""


class StackReader:
    """Makes a picture of stack.xml; `pixels_of` a member raises `Lost` when there are none.

    lost: names of the layers that could not be read. unknown: ways of mixing that are not ours.
    """

    def __init__(self, pixels_of: Callable[[str], Pixels]) -> None:
        self._pixels_of = pixels_of
        self._count = 0
        self.lost: list[str] = []
        self.unknown: set[str] = set()

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
        if element.tag not in ("layer", "stack"):
            return None
        self._count += 1
        if self._count > MOST_LAYERS:
            raise TooMany(f"more than {MOST_LAYERS} layers")
        number = self._count
        x = left + _whole(element, "x", -FARTHEST, FARTHEST, 0)
        y = top + _whole(element, "y", -FARTHEST, FARTHEST, 0)
        name = element.attributes.get("name", "").strip()[:200] or f"Layer {number}"
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
            mode=self._mode(element),
            locked=element.attributes.get("edit-locked") == "true",
            children=children,
            isolated=element.attributes.get("isolation") == "isolate",
        )

    def _raster(self, element: Element, left: int, top: int) -> Raster:
        pixels = self._pixels_of(element.attributes.get("src", ""))
        return Raster.from_array(pixels, left, top)

    def _mode(self, element: Element) -> BlendMode:
        operator = element.attributes.get("composite-op", "svg:src-over")
        if operator not in MODES:
            self.unknown.add(operator[:40])
        return MODES.get(operator, BlendMode.NORMAL)


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
