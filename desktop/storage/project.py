"""Project files: a valid OpenRaster archive, with all that OpenRaster lacks in `easel.json`.

Members, in their order: mimetype, stack.xml, easel.json, Thumbnails/thumbnail.png, data/*.png (what
other programs show), easel/*.png (masks, selections, raw results, candidates), mergedimage.png.
`easel.json` holds the SHA-256 of every other member, so that damage is found and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.document.blend import BlendMode
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.result import Result
from engine.requests import Pixels

MIMETYPE = b"image/openraster"
ENDING = ".ora"
FORMAT = 1
"""Of `easel.json`; a later one is not opened, so that nothing of it is lost by saving."""

MANIFEST, STACK = "easel.json", "stack.xml"
MERGED, THUMBNAIL = "mergedimage.png", "Thumbnails/thumbnail.png"

THUMBNAIL_SIDE = 256

OPERATORS: dict[BlendMode, str] = {
    mode: "svg:src-over" if mode is BlendMode.NORMAL else f"svg:{mode.value}" for mode in BlendMode
}
"""`composite-op` of OpenRaster for each mode; "exclusion" is not in its list, but the SVG name."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A candidate of the tray.

    pixels: HxWx3, or HxWx4 where it has alpha. notes: how it was made, key and text. frame: where
    it belongs, None where the file does not say. result: of a hole, what was painted before it was
    joined. replaces: the layer that it takes the place of. agreement: with its prompt, -1..1.
    """

    pixels: Pixels
    notes: Mapping[str, str]
    frame: Rect | None = None
    result: Result | None = None
    replaces: int | None = None
    agreement: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """What one project file holds. prompts: texts of the prompt bar by the name of their field."""

    picture: Picture
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    candidates: tuple[Kept, ...] = ()
