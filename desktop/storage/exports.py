"""Export as PNG, JPEG, WebP, TIFF or layered PSD: as bytes, whose size can be shown first."""

import io
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from desktop.document.composite import composite
from desktop.document.picture import Picture
from desktop.errors import NotWritable, PictureTooLarge
from desktop.storage.files import write_atomically
from desktop.storage.images import export_area
from engine.picture_file import SOFTWARE, encoded
from engine.requests import Pixels

MOST_PIXELS = 89_000_000
"""Of an exported picture: 9,433 squared, 356 MB of memory."""

DESCRIPTION, PROGRAM, EXIF_PART, COMMENT = 0x010E, 0x0131, 0x8769, 0x9286
"""Tags of EXIF: ImageDescription, Software, the EXIF part, UserComment."""
ASCII_COMMENT = b"ASCII\0\0\0"
LONGEST_COMMENT = 60_000
"""Bytes: a JPEG can hold 65,533 of EXIF."""


class Kind(Enum):
    """A format; the value is its ending without the dot."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    TIFF = "tif"
    PSD = "psd"


LARGEST_SIDE = {Kind.JPEG: 65_535, Kind.WEBP: 16_383, Kind.PSD: 30_000}
ENDINGS: dict[Kind, tuple[str, ...]] = {Kind.JPEG: (".jpg", ".jpeg"), Kind.TIFF: (".tif", ".tiff")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """quality: 1..100 of JPEG and WebP. lossless: of WebP. notes: whether to say how it was made.

    matte: what JPEG, which knows no transparency, shows through it.
    """

    kind: Kind = Kind.PNG
    quality: int = 92
    lossless: bool = False
    notes: bool = True
    matte: tuple[int, int, int] = (255, 255, 255)

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert 1 <= self.quality <= 100, self.quality


def export(
    picture: Picture,
    path: Path,
    options: ExportOptions,
    texts: Mapping[str, str],
    lose: Callable[[], object] = lambda: None,
) -> Path:
    """Write everything visible, cropped to it; says where. A name without its ending gets one.

    Calls `lose` where the texts cannot be written down: the picture is worth more than they are.
    Raises PictureTooLarge or NotWritable; an older file is then untouched.
    """
    target = _target(path, options.kind)
    try:
        content = exported(picture, options, texts)
    except PictureTooLarge:
        raise
    except Exception:  # whatever it is, it may be the texts' fault
        content = exported(picture, options, {})
        logging.getLogger(__name__).exception("an export without its texts")
        lose()
    write_atomically(target, content)
    return target


def exported(picture: Picture, options: ExportOptions, texts: Mapping[str, str]) -> bytes:
    """Return what an exported file would hold. Raises PictureTooLarge, before any work."""
    area = export_area(picture)
    _check_size(area.width, area.height, options.kind)
    pixels = composite(picture, area)
    said = dict(texts) if options.notes else {}
    if options.kind is Kind.PSD:
        from desktop.storage.layered_psd import psd_bytes  # seldom wanted, and slow to import

        return psd_bytes(picture, area, pixels)
    if options.kind is Kind.PNG:
        return encoded(_without_idle_alpha(pixels), said)
    return _ENCODERS[options.kind](pixels, options, said)


def _jpeg(pixels: Pixels, options: ExportOptions, texts: dict[str, str]) -> bytes:
    alpha = pixels[..., 3:].astype(np.uint16)
    matte = np.array(options.matte, np.uint16)
    flat = ((pixels[..., :3] * alpha + matte * (255 - alpha) + 127) // 255).astype(np.uint8)
    # Colours are halved in resolution only where quality is not the point. Optimised codes would
    # save some per cent, but Pillow's buffer for them is too small for a noisy picture.
    subsampling = 0 if options.quality >= 90 else 2
    return _saved(flat, "JPEG", texts, quality=options.quality, subsampling=subsampling)


def _webp(pixels: Pixels, options: ExportOptions, texts: dict[str, str]) -> bytes:
    shown = _without_idle_alpha(pixels)
    return _saved(
        shown, "WEBP", texts, quality=options.quality, lossless=options.lossless, exact=True
    )


def _tiff(pixels: Pixels, _options: ExportOptions, texts: dict[str, str]) -> bytes:
    # The parts of EXIF are lost where libtiff compresses, so the notes are the description.
    about = {"description": _comment(texts)} if texts else {}
    shown = _without_idle_alpha(pixels)
    return _saved(shown, "TIFF", {}, compression="tiff_adobe_deflate", software=SOFTWARE, **about)


_ENCODERS: dict[Kind, Callable[[Pixels, ExportOptions, dict[str, str]], bytes]] = {
    Kind.JPEG: _jpeg,
    Kind.WEBP: _webp,
    Kind.TIFF: _tiff,
}


def _saved(pixels: Pixels, kind: str, texts: dict[str, str], **options: object) -> bytes:
    buffer = io.BytesIO()
    about: dict[str, object] = {"icc_profile": _srgb()}
    if texts:
        about["exif"] = _exif(texts)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.save(buffer, kind, **about, **options)  # pyright: ignore[reportArgumentType]
    return buffer.getvalue()


def _exif(texts: dict[str, str]) -> Image.Exif:
    exif = Image.Exif()
    exif[PROGRAM] = SOFTWARE
    prompt = texts.get("prompt", "")
    exif[DESCRIPTION] = prompt.encode("ascii", "replace").decode()[: LONGEST_COMMENT // 8]
    exif.get_ifd(EXIF_PART)[COMMENT] = ASCII_COMMENT + _comment(texts).encode("ascii")
    return exif


def _comment(texts: dict[str, str]) -> str:
    comment = json.dumps(texts)
    if len(comment) <= LONGEST_COMMENT:
        return comment
    # Whole texts or none: half a request is of no use.
    return json.dumps({"prompt": texts.get("prompt", "")[: LONGEST_COMMENT // 12]})


def notes_in(content: bytes) -> dict[str, str]:
    """Return the texts that `export` wrote into JPEG, WebP or TIFF; empty when there are none."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "WEBP", "TIFF")) as image:
        exif = image.getexif()
        comment = exif.get_ifd(EXIF_PART).get(COMMENT) or exif.get(DESCRIPTION)
    if isinstance(comment, bytes):
        comment = comment.removeprefix(ASCII_COMMENT).decode("ascii", "replace")
    try:
        said: object = json.loads(str(comment))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {str(k): v for k, v in said.items() if isinstance(v, str)}  # pyright: ignore


def _check_size(width: int, height: int, kind: Kind) -> None:
    if width * height > MOST_PIXELS:
        raise PictureTooLarge(
            f"The picture spans {width:,} × {height:,} pixels, too many for one file; "
            "nothing was written. Hide or move layers that lie far out and export again."
        )
    if max(width, height) > LARGEST_SIDE.get(kind, 10**9):
        raise PictureTooLarge(
            f"The picture is {max(width, height):,} pixels long and {kind.name} ends at "
            f"{LARGEST_SIDE[kind]:,}; nothing was written. Export it as PNG instead."
        )


def kind_of(path: Path) -> Kind | None:
    """Return the format that the ending of a name means, None for no ending or another one."""
    ending = path.suffix.lower()
    return next((kind for kind in Kind if ending in endings_of(kind)), None)


def endings_of(kind: Kind) -> tuple[str, ...]:
    """Return the endings of a format, the usual one first."""
    return ENDINGS.get(kind, (f".{kind.value}",))


def with_ending(path: Path, kind: Kind) -> Path:
    """Return the path with the ending of the format behind it, unless it has one already."""
    named = path.suffix.lower() in endings_of(kind)
    return path if named else path.with_name(path.name + endings_of(kind)[0])


def _target(path: Path, kind: Kind) -> Path:
    target = with_ending(path, kind)
    if target != path and target.exists():
        raise NotWritable(
            f"“{target.name}” exists already and is unchanged; choose that very name to replace "
            "it, or another one."
        )
    return target


def _without_idle_alpha(pixels: Pixels) -> Pixels:
    return pixels[..., :3] if bool((pixels[..., 3] == 255).all()) else pixels


def _srgb() -> bytes:
    profile = ImageCms.createProfile("sRGB")  # pyright: ignore
    return ImageCms.ImageCmsProfile(profile).tobytes()  # pyright: ignore
