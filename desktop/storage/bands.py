"""A picture that Pillow has decoded, band by band as it is shown: sRGB, 8 bits, straight alpha.

By bands, so that a large picture is in memory twice and no more; and, where it becomes a layer,
tile by tile, so that it is copied into them and nowhere else. With a profile, by bands that end
where tiles do.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from desktop.document.geometry import Point, Rect, Size
from desktop.document.plane import TILE, TileIndex, tile_rect, tiles_over
from desktop.document.raster import Pixels, Raster, is_opaque, tile_of
from desktop.document.tile import Tile

REDUCED_BITS = "its 16 bits per colour were reduced to 8"

BAND, PROFILED_BAND = 2**18, 2**22
"""Pixels that are converted together.

A megabyte of them stays in the memory that the C library keeps at hand, and near the processor. A
colour profile is made ready for each band anew, which takes as long as converting a megabyte.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """image: decoded, in any colours. notes: what was given up is added to them on the way."""

    image: Image.Image
    notes: dict[str, None]

    @property
    def size(self) -> Size:
        """Width and height of the whole."""
        return Size(self.image.width, self.image.height)

    def pixels(self) -> Pixels:
        """Return all of it as HxWx4."""
        pixels = np.empty((self.image.height, self.image.width, 4), np.uint8)
        across, down = self.image.width, max(1, self._most // self.image.width)
        for area, band in self._cut(Point(0, 0), across, down):
            pixels[area.top : area.bottom] = _values(band)
        return pixels

    def raster(self, corner: Point) -> Raster:
        """Return all of it in tiles, with its first pixel at `corner`."""
        tiles: dict[TileIndex, Tile] = {}
        first, across, down = Point(-(corner.x % TILE), -(corner.y % TILE)), TILE, TILE
        if self._has_profile:
            first, across = Point(0, first.y), self.image.width
            down = max(1, self._most // across // TILE) * TILE
        for area, band in self._cut(first, across, down):
            for index in tiles_over(area.translated(*corner)):
                whole = tile_rect(index).translated(-corner.x, -corner.y)
                part = whole.intersected(area)
                place = part.left - whole.left, part.top - whole.top
                tile = tile_of(_values(_part(band, area, part)), *place)
                if tile is not None:
                    tiles[index] = tile
        return Raster(tiles)

    @property
    def _has_profile(self) -> bool:
        return "icc_profile" in self.image.info

    @property
    def _most(self) -> int:
        return PROFILED_BAND if self._has_profile else BAND

    def _cut(self, first: Point, across: int, down: int) -> Iterator[tuple[Rect, Image.Image]]:
        """Yield parts of at most so many columns and rows, of which one would begin at `first`."""
        whole = Rect(0, 0, *self.image.size)
        for top in range(first.y, whole.bottom, down):
            for left in range(first.x, whole.right, across):
                area = Rect(left, top, across, down).intersected(whole)
                band = self.image.crop((area.left, area.top, area.right, area.bottom))
                yield area, _as_shown(band, self.notes)


def _part(band: Image.Image, area: Rect, part: Rect) -> Image.Image:
    """Return a part of what fills `area` of the picture."""
    if part == area:
        return band
    left, top = part.left - area.left, part.top - area.top
    return band.crop((left, top, left + part.width, top + part.height))


def _values(band: Image.Image) -> Pixels:
    """Return HxWx4 of RGB, handed over, or of RGBA.

    Beside RGB Pillow keeps a fourth byte. It is 255 as a rule, and then need not be written.
    """
    if band.mode == "RGB":
        content = np.frombuffer(band.tobytes("raw", "RGBX"), np.uint8)
        pixels = content.reshape(band.height, band.width, 4)
        if is_opaque(pixels):
            return pixels
        band.putalpha(255)  # in place, in half the time of a conversion
    return np.asarray(band)


def _as_shown(band: Image.Image, notes: dict[str, None]) -> Image.Image:
    """Return a part of a picture, handed over, in sRGB: RGB where all is opaque, or RGBA.

    notes: what was given up is added to them.
    """
    if band.mode == "CMYK":
        notes["its colours for print were converted"] = None
    profile = band.info.get("icc_profile")
    straight = _eight_bits(band, notes)
    shown = _to_srgb(straight, profile, notes) if isinstance(profile, bytes) else straight
    if shown.mode == "RGB" and "transparency" not in shown.info:
        return shown
    return shown.convert("RGBA")


def _eight_bits(image: Image.Image, notes: dict[str, None]) -> Image.Image:
    """Scale what Pillow keeps in more than 8 bits; its own conversion would clip."""
    if image.mode == "F":
        raise ValueError("floating point pixels have no agreed white")
    if not image.mode.startswith("I"):
        return image
    notes[REDUCED_BITS] = None
    wide = np.asarray(image).astype(np.int64)
    return Image.fromarray((wide.clip(0, 65535) // 257).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes, notes: dict[str, None]) -> Image.Image:
    """Convert from the embedded ICC profile; one that cannot be used leaves the colours alone."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        # Bytes 16 to 20 of a profile name the colours it describes (ICC.1, 7.2.6).
        mode = {b"GRAY": "L", b"CMYK": "CMYK"}.get(profile[16:20], "RGB")
        alpha = image.convert("RGBA").getchannel("A") if image.mode != "CMYK" else None
        colours = image if image.mode == mode else image.convert(mode)
        target = _srgb_profile()
        converted = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes["its colour profile could not be used"] = None
        return image
    if converted is None:
        return image
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _srgb_profile() -> ImageCms.ImageCmsProfile:
    profile = ImageCms.createProfile("sRGB")  # pyright: ignore
    return ImageCms.ImageCmsProfile(profile)  # pyright: ignore[reportUnknownArgumentType]
