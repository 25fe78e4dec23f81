"""One layer as a value: its pixels or its children, and how it is laid over what is below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.geometry import EMPTY, Point, Rect
from desktop.document.raster import Raster
from desktop.document.result import Result


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One sheet of pixels, or a group of layers. `id` is unique within its picture, groups too.

    raster: in document pixels; empty for a group. opacity: 0..1.
    locked: its pixels, place and existence are left alone by every edit of pixels or place.
    alpha_locked: painting keeps its alpha as it is.
    mask: 255 shows the layer, 0 hides it; None shows all of it.
    children: of a group, the lowest first; None for a sheet of pixels.
    isolated: whether a group's layers mix among themselves before they meet what is below.
    result: what the engine painted, as long as feather, growth and colours can still be changed.
    notes: how it was made, key and text, as written into a picture file.
    """

    id: int
    name: str
    raster: Raster
    visible: bool = True
    opacity: float = 1.0
    mode: BlendMode = BlendMode.NORMAL
    locked: bool = False
    alpha_locked: bool = False
    mask: Channel | None = None
    children: tuple["Layer", ...] | None = None
    isolated: bool = True
    result: Result | None = None
    notes: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert 0.0 <= self.opacity <= 1.0, self.opacity
        assert self.children is None or self.raster.is_empty, "a group has no pixels of its own"
        assert self.children is None or self.result is None, "a group is no result"

    @classmethod
    def group(cls, layer_id: int, name: str, children: Iterable["Layer"] = ()) -> "Layer":
        """Return a visible group of `children`, the lowest first."""
        return cls(layer_id, name, Raster.empty(), children=tuple(children))

    @property
    def is_group(self) -> bool:
        """Whether it holds layers instead of pixels."""
        return self.children is not None

    @property
    def shows(self) -> bool:
        """Whether any of its pixels can be seen, as far as it alone decides."""
        return self.visible and self.opacity > 0.0

    @property
    def isolates(self) -> bool:
        """Whether the group is composited on its own: asked for, or needed by how it is laid."""
        plain = self.opacity == 1.0 and self.mode is BlendMode.NORMAL and self.mask is None
        return self.isolated or not plain

    @property
    def offset(self) -> Point:
        """Left and top of its content in document pixels, (0, 0) without any."""
        bounds = self.bounds()
        return Point(bounds.left, bounds.top)

    def bounds(self) -> Rect:
        """Return the smallest rectangle around its pixels, hidden children left out."""
        if self.children is None:
            return self.raster.bounds()
        return united(child.bounds() for child in self.children if child.shows)

    def tile_bounds(self) -> Rect:
        """Return a rectangle around all its pixels: quick, and never too small."""
        if self.children is None:
            return self.raster.tile_bounds()
        return united(child.tile_bounds() for child in self.children)


def united(rects: Iterable[Rect]) -> Rect:
    """Return the smallest rectangle around all of them."""
    around = EMPTY
    for rect in rects:
        around = around.united(rect)
    return around
