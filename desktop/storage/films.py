"""Films as files: animated GIF or WebP, or a folder of numbered PNGs, all or nothing."""

import io
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.errors import NotWritable
from desktop.storage.files import write_atomically
from engine.picture_file import encoded
from engine.requests import Pixels


class FilmKind(Enum):
    """A way to write a film; the value is its ending without the dot, empty for a folder."""

    GIF = "gif"
    WEBP = "webp"
    FRAMES = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilmFile:
    """frames: RGB or RGBA of one size, as they are played. notes: of each, for PNGs alone.

    milliseconds: that each frame is seen; GIF counts in hundredths of a second.
    """

    frames: tuple[Pixels, ...]
    notes: tuple[Mapping[str, str], ...]
    milliseconds: int

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert self.frames
        assert len({frame.shape for frame in self.frames}) == 1


def kind_named(path: Path, chosen: FilmKind) -> FilmKind:
    """The kind that the ending of a name says, or the chosen one where it says none."""
    endings = {f".{kind.value}": kind for kind in FilmKind if kind.value}
    return endings.get(path.suffix.lower(), chosen)


def write_film(film: FilmFile, path: Path, kind: FilmKind) -> Path:
    """Write a film and say where. A name without its ending gets one. Raises NotWritable."""
    if kind is FilmKind.FRAMES:
        return _write_folder(film, path)
    ending = f".{kind.value}"
    target = path if path.suffix.lower() == ending else path.with_name(path.name + ending)
    if target != path and target.exists():
        raise _in_the_way(target)
    write_atomically(target, _gif(film) if kind is FilmKind.GIF else _webp(film))
    return target


def _gif(film: FilmFile) -> bytes:
    """A palette for each frame: one for all would spoil the colours of the way."""
    images = [
        Image.fromarray(np.ascontiguousarray(frame[..., :3])).quantize(256) for frame in film.frames
    ]
    return _animated(images, "GIF", film.milliseconds, optimize=False, disposal=1)


def _webp(film: FilmFile) -> bytes:
    images = [Image.fromarray(np.ascontiguousarray(frame)) for frame in film.frames]
    return _animated(images, "WEBP", film.milliseconds, quality=90, method=4)


def _animated(images: list[Image.Image], kind: str, milliseconds: int, **options: object) -> bytes:
    buffer = io.BytesIO()
    first, *others = images
    first.save(
        buffer,
        kind,
        save_all=True,
        append_images=others,
        duration=milliseconds,
        loop=0,
        **options,  # pyright: ignore[reportArgumentType]
    )
    return buffer.getvalue()


def _write_folder(film: FilmFile, folder: Path) -> Path:
    """A folder is made whole beside its place and gets its name when everything is in it."""
    if folder.exists():
        raise _in_the_way(folder)
    growing = folder.parent / f".easel-{secrets.token_hex(6)}.part"
    digits = len(str(len(film.frames)))
    try:
        growing.mkdir()
        for number, (frame, notes) in enumerate(zip(film.frames, film.notes, strict=True), start=1):
            name = f"{folder.name}-{number:0{digits}}.png"
            write_atomically(growing / name, encoded(frame, dict(notes)))
        os.rename(growing, folder)
    except OSError as error:
        raise NotWritable(
            f"The folder “{folder.name}” could not be made in {folder.parent}; nothing was "
            "written. Choose another place."
        ) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return folder


def _in_the_way(path: Path) -> NotWritable:
    return NotWritable(
        f"“{path.name}” exists already in {path.parent} and is unchanged; choose another name."
    )
