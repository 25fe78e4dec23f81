"""What the engine painted for a layer, kept whole so that its seam can be changed afterwards.

How pixels are laid into their surroundings is the engine's knowledge, and the document imports no
engine: a `Join` is handed to the edit that needs one, and only its values are stored (decision 22).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.raster import Pixels, Raster


@dataclass(frozen=True, slots=True)
class Seam:
    """How a result meets its surroundings.

    feather: pixels over which both fade into each other. grow: pixels by which the mask is enlarged
    first. match_colours, 0..1: how far the result takes on the colours around it.
    """

    feather: int = 8
    grow: int = 0
    match_colours: float = 0.5

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert 0 <= self.feather <= 256, self.feather
        assert -256 <= self.grow <= 256, self.grow
        assert 0.0 <= self.match_colours <= 1.0, self.match_colours


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The engine's own pixels and the mask it was given, in the area it was asked for.

    raw: opaque pixels over `area`. mask: 255 where new pixels were wanted. below: what the picture
    looked like in `area` when the engine was asked; colours are matched to it. frame: what the
    engine was shown, at least `area`; None where that is not known.
    """

    area: Rect
    raw: Raster
    mask: Channel
    below: Raster
    seam: Seam = Seam()
    frame: Rect | None = None

    def translated(self, dx: int, dy: int) -> "Result":
        """Return the same elsewhere."""
        return replace(
            self,
            area=self.area.translated(dx, dy),
            raw=self.raw.translated(dx, dy),
            mask=self.mask.translated(dx, dy),
            below=self.below.translated(dx, dy),
            frame=self.frame and self.frame.translated(dx, dy),
        )


Join: TypeAlias = Callable[[Result], Pixels]
"""Lays a result into its surroundings: RGBA of the layer in `result.area`, by `result.seam`."""
