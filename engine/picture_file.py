"""PNG files that carry how they were made: prompt, seed, model and request as text chunks.

The only place that writes engine results as files; it never overwrites one.
"""

import base64
import hashlib
import io
import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from engine.events import Image
from engine.requests import (
    Generate,
    Guide,
    Inpaint,
    Mix,
    Morph,
    Painting,
    Pixels,
    Reword,
    Upscale,
    Vary,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SOFTWARE = "Easel"
KEYWORD = re.compile(r"[ -~\xa1-\xff]{1,79}")
"""What a text of a PNG may be called (PNG, 11.3.4.2)."""
LONGEST_NOTE = 100_000
"""Characters of one text chunk: far below the size at which readers refuse the whole picture."""
LONGEST_MASK = 40_000
"""Characters of a mask inside a request, which must fit into a note and into the EXIF of a JPEG."""


def notes(image: Image) -> dict[str, str]:
    """What is written beside the pixels; the request is JSON and repeats this picture alone.

    A path cannot be repeated in part, so a Morph keeps its count and says which picture it was.
    """
    request = image.request
    described = fields_of(request) | {"sampling": fields_of(image.sampling)}
    if image.like is not None:
        described["like"] = fields_of(image.like)
    described |= {"index": image.index} if isinstance(request, Morph) else {"count": 1}
    texts = {
        "Software": SOFTWARE,
        "prompt": prompt_of(request),
        "seed": str(image.seed),
        "model": image.model,
        "embedding": base64.b64encode(image.embedding.astype("<f2").tobytes()).decode("ascii"),
        "request": json.dumps({"kind": type(request).__name__, **described}),
    }
    return {key: text for key, text in texts.items() if text}


def prompt_of(request: Painting) -> str:
    """What a person wrote about the picture, on one line; empty where nothing was written."""
    match request:
        case Generate() | Inpaint() | Guide():
            return request.prompt
        case Mix():
            return " + ".join(part.idea.text for part in request.ingredients if part.idea.text)
        case Morph():
            return " → ".join(end.text for end in (request.start, request.end) if end.text)
        case Reword():
            return ", ".join(change.after for change in request.changes)
        case Vary() | Upscale():
            return ""


def fields_of(value: "DataclassInstance") -> dict[str, object]:
    """A request or a part of one as JSON can say it, by field.

    A picture is too large to be repeated and becomes {"picture": its digest}; a mask becomes
    {"png": base64} unless it is too intricate, an embedding {"float16": base64, little-endian}.
    """
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: object) -> object:
    match value:
        case np.ndarray():
            return _array(cast(NDArray[np.generic], value))
        case tuple():
            return [_plain(part) for part in cast(tuple[object, ...], value)]
        case Path():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case _ if is_dataclass(value) and not isinstance(value, type):
            return fields_of(value)
        case _:
            return repr(value)


def _array(array: NDArray[np.generic]) -> dict[str, str] | None:
    if array.dtype == np.float16:
        return {"float16": base64.b64encode(array.astype("<f2").tobytes()).decode("ascii")}
    pixels = cast(NDArray[np.uint8], array)
    if pixels.ndim == 3:
        return {"picture": digest(pixels)}
    mask = base64.b64encode(encoded(pixels, {})).decode("ascii")
    return {"png": mask} if len(mask) <= LONGEST_MASK else None


def digest(pixels: Pixels) -> str:
    """A name for a picture by what is in it; alpha that is full everywhere counts as none."""
    if pixels.shape[2] == 4 and bool((pixels[..., 3] == 255).all()):
        pixels = pixels[..., :3]
    content = hashlib.blake2b(repr(pixels.shape).encode(), digest_size=16)
    content.update(np.ascontiguousarray(pixels).data)
    return content.hexdigest()


def encoded(pixels: Pixels, texts: dict[str, str]) -> bytes:
    """A PNG of `pixels` (HxWx3 RGB, HxWx4 RGBA or HxW grey) with `texts` as chunks.

    A text that is too long is cut, half a surrogate pair becomes a question mark, and one whose
    keyword PNG does not allow is left out: no text may cost the picture.
    """
    chunks = PngInfo()
    for key, text in texts.items():
        if not KEYWORD.fullmatch(key):
            continue
        safe = text[:LONGEST_NOTE].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
        chunks.add_itxt(key, safe)
    buffer = io.BytesIO()
    PillowImage.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


def save_new(folder: Path, name: str, content: bytes, ending: str = ".png") -> Path:
    """Write `content` as folder/name.png, or name-2.png and so on where that exists; says which.

    Raises OSError when the folder cannot be made or written; a file cut short is taken away again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = folder / (f"{name}{ending}" if number == 1 else f"{name}-{number}{ending}")
        try:
            file = path.open("xb")
        except FileExistsError:
            number += 1
            continue
        try:
            with file:
                file.write(content)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path


def save_image(folder: Path, name: str, image: Image) -> Path:
    """`save_new` for one result of a run, with its notes."""
    return save_new(folder, name, encoded(image.pixels, notes(image)))


def read_notes(path: Path) -> dict[str, str]:
    """The text chunks of a PNG file. Raises OSError when it is not a readable picture."""
    with PillowImage.open(path, formats=("PNG",)) as picture:
        picture.load()
        return {str(key): str(text) for key, text in picture.info.items() if isinstance(text, str)}
