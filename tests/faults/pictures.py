"""Picture files of every kind that is accepted, and how the program opens a stranger's."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.errors import PictureUnreadable
from desktop.storage.exports import ExportOptions, Kind, exported
from desktop.storage.images import decode_picture
from desktop.storage.picture_notes import notes_in
from desktop.storage.request_reading import kind_of
from engine.picture_file import encoded, notes
from tests.desktop.storage.pictures import result

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def noise(height: int, width: int, channels: int) -> Pixels:
    """The same random picture each time."""
    return np.random.default_rng(3).integers(0, 256, (height, width, channels), np.uint8)


def flat(height: int, width: int) -> Pixels:
    """A picture that packs well, so that damage in it reaches far."""
    return np.full((height, width, 3), (40, 90, 200), np.uint8)


def saved(pixels: Pixels, kind: str, **options: Any) -> bytes:
    """A file of Pillow's."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def extras() -> dict[str, Any]:
    """What a camera adds: it lies on its side, and has a profile of colours."""
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {"exif": exif, "icc_profile": profile}


def pngs() -> list[bytes]:
    """Of every kind, one of them a result of ours."""
    image = Image.fromarray(noise(20, 30, 3))
    buffers = [io.BytesIO() for _ in range(4)]
    image.quantize(16).save(buffers[0], "PNG", transparency=3)
    image.convert("1").save(buffers[1], "PNG")
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30)).save(buffers[2], "PNG")
    image.save(buffers[3], "PNG", save_all=True, append_images=[image.rotate(180)])
    made = result(pixels=noise(24, 32, 3))
    return [
        saved(noise(24, 32, 4), "PNG", **extras()),
        saved(flat(300, 400), "PNG"),
        encoded(made.pixels, notes(made)),
        *(buffer.getvalue() for buffer in buffers),
    ]


def jpegs() -> list[bytes]:
    """Plain, progressive, grey and with four inks."""
    buffer = io.BytesIO()
    Image.fromarray(noise(40, 50, 3)).convert("CMYK").save(buffer, "JPEG")
    return [
        saved(noise(60, 80, 3), "JPEG", **extras()),
        saved(flat(300, 400), "JPEG", progressive=True, restart_marker_blocks=4),
        saved(noise(30, 30, 1)[..., 0], "JPEG"),
        buffer.getvalue(),
        ours(Kind.JPEG),
    ]


def webps() -> list[bytes]:
    """With loss, without, with alpha, animated."""
    frames = [Image.fromarray(flat(20, 30)), Image.fromarray(noise(20, 30, 3))]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return [
        saved(noise(60, 80, 3), "WEBP", **extras()),
        saved(noise(40, 30, 4), "WEBP", lossless=True),
        saved(flat(300, 400), "WEBP"),
        buffer.getvalue(),
        ours(Kind.WEBP),
    ]


def tiffs() -> list[bytes]:
    """Of every compression, grey in 16 bits, and of two pages."""
    pixels, packings = noise(40, 50, 3), ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
    pages, deep = io.BytesIO(), io.BytesIO()
    image = Image.fromarray(pixels)
    image.save(pages, "TIFF", save_all=True, append_images=[image])
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30)).save(deep, "TIFF")
    return [
        *(saved(pixels, "TIFF", compression=packing) for packing in packings),
        saved(flat(100, 100), "TIFF", compression="jpeg"),
        saved(noise(40, 50, 4), "TIFF", **extras()),
        pages.getvalue(),
        deep.getvalue(),
    ]


def bmps() -> list[bytes]:
    """Of 24, 32, 8 and 1 bits."""
    image = Image.fromarray(noise(20, 30, 3))
    buffers = [io.BytesIO() for _ in range(2)]
    image.quantize(16).save(buffers[0], "BMP")
    image.convert("1").save(buffers[1], "BMP")
    return [
        saved(noise(20, 30, 3), "BMP"),
        saved(noise(20, 30, 4), "BMP"),
        *(buffer.getvalue() for buffer in buffers),
    ]


def ours(kind: Kind) -> bytes:
    """As Easel exports one, notes and all."""
    layer = Layer(1, "a", Raster.from_array(noise(24, 32, 4), 0, 0))
    return exported(
        Picture(Rect(0, 0, 32, 24), (layer,)), ExportOptions(kind=kind), {"prompt": "a boat"}
    )


def open_as_picture(content: bytes, folder: Path) -> str:
    """Open, drop, paste a file, and "use its settings"."""
    said = notes_in(content)
    kind_of(said)
    try:
        opened = decode_picture(content, "m.png")
    except PictureUnreadable:
        return "refused"
    assert opened.pixels.dtype == np.uint8
    assert opened.pixels.shape[2] == 4
    return "opened"
