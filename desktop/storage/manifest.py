"""Reads what `desktop.storage.description` says: the picture as Easel knows it, layer by layer.

Each layer stands by itself, so that one whose pixels are lost takes no other along. Where pixels
come from is for a `Source` to know: PNG files in a project, records in a journal.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Guide, Picture
from desktop.document.raster import Pixels, Raster
from desktop.document.result import Result, Seam
from desktop.storage.fields import BadField, Fields
from desktop.storage.markup import TooMany
from desktop.storage.openraster import Lost
from desktop.storage.project import Kept, Project
from desktop.storage.project_limits import (
    DEEPEST,
    FARTHEST,
    LARGEST_SIDE,
    MOST_CANDIDATES,
    MOST_GUIDES,
    MOST_LAYERS,
    MOST_SAVED,
)

MOST_ENTRIES = 100_000
LARGEST_ID = 2**53


class Source(Protocol):
    """Finds what a Keeper has kept, by what the Keeper said; raises Lost or BadField."""

    def raster(self, said: Fields, /) -> Raster:
        """Return a layer's pixels."""
        ...

    def channel(self, said: Fields, /) -> Channel:
        """Return a mask or selection."""
        ...

    def pixels(self, name: str, /) -> Pixels:
        """Return HxWx3 or HxWx4 pixels of a candidate."""
        ...


class PictureSource:
    """Planes that were kept as pictures; `pixels_of` a name returns HxWx4 or raises Lost."""

    def __init__(self, pixels_of: Callable[[str], Pixels]) -> None:
        """Read nothing yet."""
        self._pixels_of = pixels_of

    def raster(self, said: Fields, /) -> Raster:
        """Return the picture at its corner; nothing where no file is named."""
        if "file" not in said:
            return Raster.empty()
        return Raster.from_array(self._pixels_of(said.text("file")), *_corner(said))

    def channel(self, said: Fields, /) -> Channel:
        """Return the red of a picture, and the default around it."""
        default = 255 if said.whole("default", 0, 255, 0) > 127 else 0
        if "file" not in said:
            return Channel.empty(default)
        values = np.ascontiguousarray(self._pixels_of(said.text("file"))[..., 0])
        return Channel.from_array(values, *_corner(said), default)

    def pixels(self, name: str, /) -> Pixels:
        """Return the picture, without an alpha that says nothing."""
        return _without_idle_alpha(self._pixels_of(name))


class ManifestReader:
    """Makes a project of the manifest. lost: names of the parts that could not be read."""

    def __init__(
        self, source: Source, most_layers: int = MOST_LAYERS, deepest: int = DEEPEST
    ) -> None:
        """Find pixels in `source`; more layers, or deeper groups, are refused."""
        self._source = source
        self._most_layers, self._deepest = most_layers, deepest
        self._ids: set[int] = set()
        self.lost: list[str] = []

    @property
    def count(self) -> int:
        """How many layers there are in the manifest, as far as it has been read."""
        return len(self._ids)

    def project(self, said: Fields) -> Project:
        """Return the project; BadField when the manifest itself is wrong."""
        layers = self._layers(said, 0)
        saved = [
            (each.text("name"), self._area(each.inside("area")))
            for each in said.each("saved", MOST_SAVED)
        ]
        picture = Picture(
            _rect(said, "frame", least=1),
            layers,
            mask=self._area(said.inside("mask")) or Channel.empty(),
            selection=self._area(said.inside("selection")) if "selection" in said else None,
            saved=tuple((name, area) for name, area in saved if area is not None),
            guides=tuple(
                Guide(each.flag("vertical"), each.whole("place", -FARTHEST, FARTHEST))
                for each in said.each("guides", MOST_GUIDES)
            ),
        )
        candidates = tuple(self._kept(each) for each in said.each("candidates", MOST_CANDIDATES))
        kept = tuple(candidate for candidate in candidates if candidate is not None)
        return Project(picture, said.texts("prompts"), kept)

    def _layers(self, said: Fields, depth: int, key: str = "layers") -> tuple[Layer, ...]:
        if depth > self._deepest:
            raise TooMany(f"groups deeper than {self._deepest}")
        made: list[Layer] = []
        for each in said.each(key, MOST_ENTRIES):  # so that too many are told from nonsense
            name = each.text("name")
            try:
                made.append(self._layer(each, name, depth))
            except Lost:
                self.lost.append(name)
        return tuple(made)

    def _layer(self, said: Fields, name: str, depth: int) -> Layer:
        layer_id = said.whole("id", 0, LARGEST_ID)
        if layer_id in self._ids:
            raise BadField("two layers of one id")
        if len(self._ids) >= self._most_layers:
            raise TooMany(f"more than {self._most_layers} layers")
        self._ids.add(layer_id)
        children = self._layers(said, depth + 1, "children") if "children" in said else None
        pixels = (
            Raster.empty() if children is not None else self._source.raster(said.inside("pixels"))
        )
        has_result = "result" in said and children is None
        return Layer(
            layer_id,
            name,
            pixels,
            visible=said.flag("visible", True),
            opacity=said.number("opacity", 0.0, 1.0, 1.0),
            mode=_mode(said.text("mode", BlendMode.NORMAL.value)),
            locked=said.flag("locked", False),
            alpha_locked=said.flag("alpha_locked", False),
            mask=self._source.channel(said.inside("mask")) if "mask" in said else None,
            children=children,
            isolated=said.flag("isolated", True),
            result=self._result(said.inside("result")) if has_result else None,
            notes=said.texts("notes"),
        )

    def _result(self, said: Fields) -> Result:
        return Result(
            _rect(said, "area", least=1),
            self._source.raster(said.inside("raw")),
            self._source.channel(said.inside("mask")),
            self._source.raster(said.inside("below")),
            Seam(
                said.whole("feather", 0, 256, 8),
                said.whole("grow", -256, 256, 0),
                said.number("match_colours", 0.0, 1.0, 0.5),
            ),
            _rect(said, "frame", least=1) if "frame" in said else None,
        )

    def _area(self, said: Fields) -> Channel | None:
        try:
            return self._source.channel(said)
        except Lost as error:
            self.lost.append(str(error))
            return None

    def _kept(self, said: Fields) -> Kept | None:
        name = said.text("file")
        try:
            return Kept(
                self._source.pixels(name),
                said.texts("notes"),
                _rect(said, "frame", least=1) if "frame" in said else None,
                self._result(said.inside("result")) if "result" in said else None,
                said.whole("replaces", -1, LARGEST_ID) if "replaces" in said else None,
                said.number("agreement", -1.0, 1.0) if "agreement" in said else None,
            )
        except Lost:
            self.lost.append(name)
            return None


def _without_idle_alpha(pixels: Pixels) -> Pixels:
    seen_through = bool((pixels[..., 3] < 255).any())
    return pixels if seen_through else np.ascontiguousarray(pixels[..., :3])


def _corner(said: Fields) -> tuple[int, int]:
    return said.whole("left", -FARTHEST, FARTHEST), said.whole("top", -FARTHEST, FARTHEST)


def _rect(said: Fields, key: str, least: int) -> Rect:
    left, top, width, height = said.numbers(key, 4, -FARTHEST, FARTHEST)
    if not (least <= width <= LARGEST_SIDE and least <= height <= LARGEST_SIDE):
        raise BadField(f"{key} is {width} x {height}")
    return Rect(left, top, width, height)


def _mode(text: str) -> BlendMode:
    # A mode of a later version is shown as if it were normal rather than lose the layer.
    return next((mode for mode in BlendMode if mode.value == text), BlendMode.NORMAL)
