"""PNG files that carry how they were made: prompt, seed, model and request as text chunks.

The only place that writes engine results as files; it never overwrites one.
"""

import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from engine.events import Image
from engine.requests import Pixels, Request

SOFTWARE = "Easel"
LONGEST_NOTE = 100_000
"""Characters of one text chunk: far below the size at which readers refuse the whole picture."""


def notes(image: Image, request: Request) -> dict[str, str]:
    """What is written beside the pixels; the request is JSON and repeats this picture alone."""
    described = asdict(request) | {"count": 1, "sampling": asdict(image.sampling)}
    return {
        "Software": SOFTWARE,
        "prompt": request.prompt,
        "seed": str(image.seed),
        "model": image.model,
        "request": json.dumps({"kind": type(request).__name__, **described}),
    }


def encoded(pixels: Pixels, texts: dict[str, str]) -> bytes:
    """A PNG of `pixels` (HxWx3 RGB or HxWx4 RGBA) with `texts` as chunks.

    A text that is too long is cut and half a surrogate pair becomes a question mark: no text may
    cost the picture.
    """
    chunks = PngInfo()
    for key, text in texts.items():
        safe = text[:LONGEST_NOTE].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
        chunks.add_itxt(key, safe)
    buffer = io.BytesIO()
    PillowImage.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


def save_new(folder: Path, name: str, content: bytes) -> Path:
    """Write `content` as folder/name.png, or name-2.png and so on where that exists; says which.

    Raises OSError when the folder cannot be made or written; a file cut short is taken away again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = folder / (f"{name}.png" if number == 1 else f"{name}-{number}.png")
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


def save_image(folder: Path, name: str, image: Image, request: Request) -> Path:
    """`save_new` for one result of a run, with its notes."""
    return save_new(folder, name, encoded(image.pixels, notes(image, request)))


def read_notes(path: Path) -> dict[str, str]:
    """The text chunks of a PNG file. Raises OSError when it is not a readable picture."""
    with PillowImage.open(path, formats=("PNG",)) as picture:
        picture.load()
        return {str(key): str(text) for key, text in picture.info.items() if isinstance(text, str)}
