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
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias, TypeVar

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from desktop.document.geometry import Rect, Size, centred
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.errors import ModelUnreadable, PictureUnreadable
from desktop.storage import picture_memory, png_chunks
from desktop.storage.bands import REDUCED_BITS, Bands
from engine.requests import Pixels
from engine.weights.pickled import PICKLED, holds_pickle

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

REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
"""What Pillow can average; colours of a palette, say, have no mean."""

Turn: TypeAlias = Callable[[Pixels], Pixels]

TURNED: dict[int, Turn] = {
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

Made = TypeVar("Made")

Make: TypeAlias = Callable[[Bands, Turn | None], Made]
"""Makes something of a decoded picture and of how it has to be turned to be upright."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPicture:
    """pixels: HxWx4 sRGB, straight alpha. note: what was given up, one sentence, or empty."""

    pixels: Pixels
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedLayer:
    """The same as pixels of a layer, which fill `area` of the document."""

    raster: Raster
    area: Rect
    name: str
    note: str = ""


def open_picture(path: Path, most_pixels: int = MOST_PIXELS) -> OpenedPicture:
    """Read the picture in `path`, the first frame of an animation; a large one is made smaller.

    Raises PictureUnreadable when there is none, it is damaged, or it is far too large.
    """
    pixels, note = _of_file(path, most_pixels, _pixels_of)
    return OpenedPicture(pixels, path.stem, note)


def open_layer(path: Path, frame: Rect, most_pixels: int = MOST_PIXELS) -> OpenedLayer:
    """`open_picture` as a layer, whose middle is that of `frame`: half the copies, and no more."""
    (raster, area), note = _of_file(path, most_pixels, partial(_layer_of, frame))
    return OpenedLayer(raster, area, path.stem, note)


def decode_picture(content: bytes, name: str, most_pixels: int = MOST_PIXELS) -> OpenedPicture:
    """`open_picture` for bytes in memory, which never makes it smaller.

    name: what the sentences call it.
    """
    pixels, note = _whole(io.BytesIO(content), (name, most_pixels, False), _pixels_of)
    return OpenedPicture(pixels, Path(name).stem, note)


def decode_layer(content: bytes, name: str, most_pixels: int = MOST_PIXELS) -> OpenedLayer:
    """`decode_picture` as a layer, whose first pixel is at (0, 0)."""
    make = partial(_layer_of, None)
    (raster, area), note = _whole(io.BytesIO(content), (name, most_pixels, False), make)
    return OpenedLayer(raster, area, Path(name).stem, note)


def layer_of(pixels: Pixels, name: str) -> OpenedLayer:
    """Return HxWx4 pixels as a layer, the first one at (0, 0)."""
    area = Rect(0, 0, pixels.shape[1], pixels.shape[0])
    return OpenedLayer(Raster.from_array(pixels, 0, 0), area, name)


def _of_file(path: Path, most_pixels: int, make: Make[Made]) -> tuple[Made, str]:
    try:
        _check_file(path)
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise PictureUnreadable(_unreadable(path)) from error
    with file:  # and not all of it in memory beside its pixels
        return _whole(file, (path.name, most_pixels, True), make)


def _pixels_of(bands: Bands, turn: Turn | None) -> Pixels:
    pixels = bands.pixels()
    bands.image.close()  # before a turned copy is made
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))


def _layer_of(frame: Rect | None, bands: Bands, turn: Turn | None) -> tuple[Raster, Rect]:
    if turn is None:
        area = _place_of(bands.size, frame)
        return bands.raster(area.corner), area
    pixels = _pixels_of(bands, turn)
    area = _place_of(Size(pixels.shape[1], pixels.shape[0]), frame)
    return Raster.from_array(pixels, area.left, area.top), area


def _place_of(size: Size, frame: Rect | None) -> Rect:
    """Return where a picture goes: on the middle of `frame`, or at (0, 0)."""
    return Rect(0, 0, size.width, size.height) if frame is None else centred(size, frame)


def _whole(source: BinaryIO, what: tuple[str, int, bool], make: Make[Made]) -> tuple[Made, str]:
    """what: its name, the most pixels, and whether a larger one is made smaller."""
    name, most_pixels, _ = what
    try:
        try:
            return _opened(source, what, make)
        except ValueError:
            # What a picture says beside its pixels may be too long for Pillow, which then refuses
            # all of it.
            source.seek(0)
            content = source.read()
            plain = png_chunks.without_texts(content)
            if plain == content:
                raise
            made, _ = _opened(io.BytesIO(plain), what, make)
            return made, f"“{name}” was opened; what it says beside was left out."
    except UnidentifiedImageError as error:
        raise _no_picture(name, source) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureUnreadable(_too_large(name, most_pixels)) from error
    except DAMAGE as error:
        raise PictureUnreadable(
            f"“{name}” is damaged and cannot be opened; your picture is unchanged. "
            "Try another copy of the file."
        ) from error


def _no_picture(name: str, source: BinaryIO) -> PictureUnreadable:
    ending = Path(name).suffix.lower()
    if ending in PICKLED and holds_pickle(source):
        return ModelUnreadable(
            f"“{name}” looks like a pickled model, and opening such a file could run any program "
            "hidden in it; it was not opened and your picture is unchanged. Get the model as "
            ".safetensors and choose its folder under Generate ▸ Models…"
        )
    if ending == ".safetensors":
        return ModelUnreadable(
            f"“{name}” is a model and no picture; your picture is unchanged. Choose the folder it "
            "is in under Generate ▸ Models…"
        )
    return PictureUnreadable(
        f"“{name}” is not a picture Easel can read; your picture is unchanged. "
        "Choose a PNG, JPEG, WebP, BMP or TIFF file."
    )


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
        if path.is_dir():
            raise ModelUnreadable(
                f"“{path.name}” is a folder and no picture; your picture is unchanged. Choose a "
                "picture file; a folder with a model is chosen under Generate ▸ Models…"
            )
        raise PictureUnreadable(f"“{path.name}” is not a file; choose a picture file.")
    if path.stat().st_size > MOST_BYTES:
        raise PictureUnreadable(_too_large(path.name, MOST_PIXELS))


def _unreadable(path: Path) -> str:
    return (
        f"“{path.name}” could not be read from {path.parent}; check that you may open it, "
        "or choose another file."
    )


def _opened(source: BinaryIO, what: tuple[str, int, bool], make: Make[Made]) -> tuple[Made, str]:
    name, most_pixels, reduces = what
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
            return _decoded(image, name, by, make)


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


def _decoded(whole: Image.Image, name: str, by: int, make: Make[Made]) -> tuple[Made, str]:
    notes: dict[str, None] = {}
    if getattr(whole, "is_animated", False):
        notes["only its first frame was opened"] = None
    if _is_deep(whole):
        notes[REDUCED_BITS] = None
    whole.load()
    orientation = whole.getexif().get(ORIENTATION, 1)
    image = whole
    if by > 1:
        notes["it was made smaller because it has too many pixels"] = None
        image = whole.reduce(by)
        whole.close()
    made = make(Bands(image, notes), TURNED.get(orientation))
    note = f"“{name}” was opened; {' and '.join(notes)}." if notes else ""
    return made, note


def _is_deep(image: Image.Image) -> bool:
    """Whether Pillow, once it loads, keeps the upper half of 16 bits by itself, saying nothing.

    The last part of a tile is the layout of the pixels in the file, or begins with it.
    """
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    return any(";16" in str(tile[3]) for tile in tiles)
