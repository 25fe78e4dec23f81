"""Picture files that come in: any common picture, and what of a picture goes out.

Outside files are decoded by Pillow alone, from a list of formats, after their size was asked. What
that gives is sRGB, upright, 8 bits, with straight alpha; what had to be given up is said in a note.
"""

import io
import math
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import PictureUnreadable
from desktop.storage import picture_memory, png_chunks
from engine.requests import Pixels

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
MOST_PIXELS = 64_000_000
"""Width times height: 256 MB as RGBA. Below the size at which Pillow itself suspects a bomb."""
MOST_BYTES = 1_000_000_000

DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    MemoryError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombWarning,
    Image.DecompressionBombError,
)
"""What decoders raise on damaged or hostile data: none of it is a bug of ours."""

REDUCED_BITS = "its 16 bits per colour were reduced to 8"

BAND, PROFILED_BAND = 2**18, 2**22
"""Pixels that are converted together, so that a large picture is in memory twice and no more.

A megabyte of them stays in the memory that the C library keeps at hand, and near the processor. A
colour profile is made ready for each band anew, which takes as long as converting a megabyte.
"""

REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
"""What Pillow can average; colours of a palette, say, have no mean."""

TURNED: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda lying: lying[:, ::-1],
    3: lambda lying: lying[::-1, ::-1],
    4: lambda lying: lying[::-1],
    5: lambda lying: lying.swapaxes(0, 1),
    6: lambda lying: lying[::-1].swapaxes(0, 1),
    7: lambda lying: lying[::-1, ::-1].swapaxes(0, 1),
    8: lambda lying: lying[:, ::-1].swapaxes(0, 1),
}
"""How a picture is put upright, by the Orientation tag (EXIF 2.3, 4.6.4)."""
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPicture:
    """pixels: HxWx4 sRGB, straight alpha. note: what was given up, one sentence, or empty."""

    pixels: Pixels
    name: str
    note: str = ""


def open_picture(path: Path, most_pixels: int = MOST_PIXELS) -> OpenedPicture:
    """Read the picture in `path`, the first frame of an animation; a large one is made smaller.

    Raises PictureUnreadable when there is none, it is damaged, or it is far too large.
    """
    try:
        _check_file(path)
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise PictureUnreadable(_unreadable(path)) from error
    with file:  # and not all of it in memory beside its pixels
        return _whole(file, path.name, most_pixels, reduces=True)


def decode_picture(content: bytes, name: str, most_pixels: int = MOST_PIXELS) -> OpenedPicture:
    """`open_picture` for bytes in memory, which never makes it smaller.

    name: what the sentences call them.
    """
    return _whole(io.BytesIO(content), name, most_pixels, reduces=False)


def _whole(source: BinaryIO, name: str, most_pixels: int, *, reduces: bool) -> OpenedPicture:
    try:
        try:
            return _opened(source, name, most_pixels, reduces)
        except ValueError:
            # What a picture says beside its pixels may be too long for Pillow, which then refuses
            # all of it.
            source.seek(0)
            content = source.read()
            plain = png_chunks.without_texts(content)
            if plain == content:
                raise
            opened = _opened(io.BytesIO(plain), name, most_pixels, reduces)
            return replace(opened, note=f"“{name}” was opened; what it says beside was left out.")
    except UnidentifiedImageError as error:
        raise PictureUnreadable(
            f"“{name}” is not a picture Easel can read; your picture is unchanged. "
            "Choose a PNG, JPEG, WebP, BMP or TIFF file."
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureUnreadable(_too_large(name, most_pixels)) from error
    except DAMAGE as error:
        raise PictureUnreadable(
            f"“{name}” is damaged and cannot be opened; your picture is unchanged. "
            "Try another copy of the file."
        ) from error


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """`pixels` at width x height: the same array when it fits already, else resized by Lanczos."""
    if pixels.shape[:2] == (height, width):
        return pixels
    resized = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(resized)


def export_area(picture: Picture) -> Rect:
    """The smallest rectangle around all visible content; the frame when there is none."""
    content = picture.content()
    return picture.frame if content.is_empty else content


def content_of(path: Path) -> bytes:
    """What is in a file; raises PictureUnreadable when it cannot be read or is too large."""
    try:
        _check_file(path)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise PictureUnreadable(_unreadable(path)) from error


def _check_file(path: Path) -> None:
    if not path.exists():
        raise PictureUnreadable(f"“{path.name}” is not there any more; choose another file.")
    if not path.is_file():
        raise PictureUnreadable(f"“{path.name}” is not a file; choose a picture file.")
    if path.stat().st_size > MOST_BYTES:
        raise PictureUnreadable(_too_large(path.name, MOST_PIXELS))


def _unreadable(path: Path) -> str:
    return (
        f"“{path.name}” could not be read from {path.parent}; check that you may open it, "
        "or choose another file."
    )


def _opened(source: BinaryIO, name: str, most_pixels: int, reduces: bool) -> OpenedPicture:
    with warnings.catch_warnings():
        # Pillow warns about odd metadata, which is not used here, and about bombs.
        warnings.simplefilter("ignore")
        if not reduces:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(source, formats=FORMATS) as image:
            most = picture_memory.most_pixels(image, most_pixels)
            by = _reduced_by(image, most) if reduces else 1
            if image.width * image.height > most * by * by:
                raise PictureUnreadable(_too_large(name, most))
            return _decoded(image, name, by)


def _reduced_by(image: Image.Image, most_pixels: int) -> int:
    """By how much the sides have to be divided; 1 where that is not needed, or not possible."""
    count = image.width * image.height
    can = picture_memory.can_be_reduced(image) and image.mode in REDUCIBLE
    if count <= most_pixels or not can:
        return 1
    return math.ceil((count / most_pixels) ** 0.5)


def _too_large(name: str, most_pixels: int) -> str:
    return (
        f"“{name}” is too large; your picture is unchanged. "
        f"Make it smaller than {most_pixels // 1_000_000} million pixels and open it again."
    )


def _decoded(whole: Image.Image, name: str, by: int) -> OpenedPicture:
    notes: dict[str, None] = {}
    if getattr(whole, "is_animated", False):
        notes["only its first frame was opened"] = None
    if _is_deep(whole):
        notes[REDUCED_BITS] = None
    whole.load()
    turn = TURNED.get(whole.getexif().get(ORIENTATION, 1))
    image = whole
    if by > 1:
        notes["it was made smaller because it has too many pixels"] = None
        image = whole.reduce(by)
        whole.close()
    pixels = np.empty((image.height, image.width, 4), np.uint8)
    rows = max(1, (PROFILED_BAND if "icc_profile" in image.info else BAND) // image.width)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        pixels[top : top + rows] = np.asarray(_as_shown(band, notes))
    image.close()  # before a turned copy is made
    upright = pixels if turn is None else np.ascontiguousarray(turn(pixels))
    note = f"“{name}” was opened; {' and '.join(notes)}." if notes else ""
    return OpenedPicture(upright, Path(name).stem, note)


def _as_shown(band: Image.Image, notes: dict[str, None]) -> Image.Image:
    """Return a part of a picture in sRGB with alpha; what was given up is added to `notes`."""
    if band.mode == "CMYK":
        notes["its colours for print were converted"] = None
    profile = band.info.get("icc_profile")
    straight = _eight_bits(band, notes)
    rgba = _to_srgb(straight, profile, notes) if isinstance(profile, bytes) else straight
    return rgba.convert("RGBA")


def _is_deep(image: Image.Image) -> bool:
    """Whether Pillow, once it loads, keeps the upper half of 16 bits by itself, saying nothing.

    The last part of a tile is the layout of the pixels in the file, or begins with it.
    """
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    return any(";16" in str(tile[3]) for tile in tiles)


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
