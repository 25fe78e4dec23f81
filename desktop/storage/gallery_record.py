"""From a result of the engine, or a picture file of anybody, to a new entry of the gallery."""

import base64
import binascii
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from desktop.document.geometry import Rect
from desktop.storage.gallery_entry import NewEntry
from desktop.storage.images import content_of, decode_picture
from desktop.storage.picture_notes import notes_in
from engine.events import Image
from engine.picture_file import digest, encoded, notes
from engine.requests import Pixels

FRAME = "frame"
"""Note that says where on the canvas a picture was made: left, top, width, height."""
LARGEST_EMBEDDING = 4096
LARGEST_FRAME, FARTHEST = 16_384, 1_000_000
"""Pixels: a side and a distance from the origin that are believed."""


def of_result(image: Image, made_at: float, frame: Rect | None = None) -> NewEntry:
    """What is kept of a finished picture; `frame` is where on the canvas it was asked for.

    Where that cannot be written down, whatever the reason, the pixels are kept without it.
    """
    try:
        said = notes(image)
        if frame is not None:
            said[FRAME] = frame_note(frame)
        content = encoded(image.pixels, said)
    except Exception:  # an hour of painting is worth more than what could be said about it
        logging.getLogger(__name__).exception("a picture without its notes")
        return NewEntry(
            content=encoded(image.pixels, {}),
            pixels=image.pixels,
            notes={},
            made_at=made_at,
            unsaid=True,
        )
    return NewEntry(
        content=content,
        pixels=image.pixels,
        notes=said,
        made_at=made_at,
        embedding=image.embedding if image.embedding.any() else None,
        sources=tuple((digest(pixels), pixels) for pixels in _pictures(image.request)),
    )


def frame_note(frame: Rect) -> str:
    """What `frame_in` reads."""
    return f"{frame.left},{frame.top},{frame.width},{frame.height}"


def frame_in(said: Mapping[str, str]) -> Rect | None:
    """Where on the canvas the notes say that a picture was made; None where they do not."""
    numbers = said.get(FRAME, "").split(",")
    try:
        left, top, width, height = (int(number) for number in numbers)
    except ValueError:
        return None
    if not (min(width, height) >= 16 and max(width, height) <= LARGEST_FRAME):
        return None
    return Rect(left, top, width, height) if max(abs(left), abs(top)) <= FARTHEST else None


def of_file(path: Path, made_at: float | None = None) -> NewEntry:
    """What a picture file says of itself. Raises PictureUnreadable."""
    content = content_of(path)
    opened = decode_picture(content, path.name)
    pixels = opened.pixels
    if bool((pixels[..., 3] == 255).all()):
        pixels = np.ascontiguousarray(pixels[..., :3])
    said = notes_in(content)
    if made_at is None:
        made_at = time.time()
    return NewEntry(
        content=content if content.startswith(b"\x89PNG") else encoded(pixels, said),
        pixels=pixels,
        notes=said or {"prompt": opened.name},
        made_at=made_at,
        embedding=read_embedding(said.get("embedding", "")),
    )


def read_embedding(text: str) -> NDArray[np.float16] | None:
    """Read what `notes` wrote; None for anything that is no finite vector."""
    try:
        content = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    if not content or len(content) % 2 or len(content) > 2 * LARGEST_EMBEDDING:
        return None
    vector = np.frombuffer(content, "<f2").astype(np.float16)
    return vector if bool(np.isfinite(vector).all()) and bool(vector.any()) else None


def _pictures(value: object) -> Iterator[Pixels]:
    """Yield every picture inside a request."""
    if isinstance(value, np.ndarray):
        array = cast(NDArray[np.generic], value)
        if array.ndim == 3:
            yield cast(Pixels, array)
    elif isinstance(value, tuple):
        for part in cast("tuple[object, ...]", value):
            yield from _pictures(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _pictures(getattr(value, field.name))
