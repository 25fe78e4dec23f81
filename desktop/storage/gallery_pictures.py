"""The gallery's pictures as files: where they lie, how they are written, which may be deleted.

pictures/2026-11/20261125-143301-0f3c….png is a picture, thumbnails/ holds the same names as WebP,
sources/ what pictures were made from. A name is believed only if it has this form.
"""

import io
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.errors import NotWritable, PictureUnreadable
from desktop.storage.files import write_atomically
from desktop.storage.images import DAMAGE, fitted, open_picture
from engine.picture_file import encoded
from engine.requests import Pixels

THUMBNAIL = 256
"""Longest side of a thumbnail, in pixels."""
QUALITY = 85
LARGE = 640
"""Longest side of a picture that is looked at alone."""

_NAME = re.compile(r"\d{4}-\d{2}/\d{8}-\d{6}-[0-9a-f]{32}\.png")
_DIGEST = re.compile(r"[0-9a-f]{32}")


class GalleryPictures:
    """The files below one folder. Names are relative, with a slash on every system."""

    def __init__(self, root: Path) -> None:
        """Nothing is made before the first picture."""
        self.root = root

    def path(self, name: str) -> Path:
        """Return where the picture called `name` lies. ValueError unless it is a name of ours."""
        return self.root / "pictures" / _checked(name)

    def thumbnail_path(self, name: str) -> Path:
        """Return where its thumbnail lies. ValueError unless it is a name of ours."""
        return (self.root / "thumbnails" / _checked(name)).with_suffix(".webp")

    def write(self, content: bytes, digest: str, made_at: float) -> str:
        """Write PNG bytes and say under which name. Raises NotWritable."""
        while self.path(name := _name(digest, made_at)).exists():
            made_at += 1  # the same picture was made twice in one second
        _write(self.path(name), content)
        return name

    def write_thumbnail(self, name: str, pixels: Pixels) -> None:
        """Write the thumbnail of a picture. Raises NotWritable."""
        _write(self.thumbnail_path(name), thumbnail_bytes(pixels))

    def thumbnail(self, name: str) -> Pixels | None:
        """Read a thumbnail (HxWx4), or make it anew from the picture; None where neither is."""
        with suppress(*DAMAGE):
            return _small(self.thumbnail_path(name).read_bytes())
        try:
            pixels = open_picture(self.path(name)).pixels
        except PictureUnreadable:
            return None
        with suppress(NotWritable):  # it is shown all the same
            self.write_thumbnail(name, pixels)
        return _small(thumbnail_bytes(pixels))

    def reduced(self, name: str, side: int = LARGE) -> Pixels | None:
        """Read a picture, no larger than `side`; None where it is gone or damaged."""
        try:
            pixels = open_picture(self.path(name)).pixels
        except PictureUnreadable:
            return None
        height, width = pixels.shape[:2]
        share = min(1.0, side / max(width, height))
        return fitted(pixels, max(1, round(width * share)), max(1, round(height * share)))

    def delete(self, name: str) -> None:
        """Delete a picture and its thumbnail for good; what is not there is no matter."""
        for path in (self.path(name), self.thumbnail_path(name)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures there are, oldest month first."""
        folders = sorted(path for path in (self.root / "pictures").glob("*") if path.is_dir())
        for folder in folders:
            found = (f"{folder.name}/{path.name}" for path in folder.iterdir())
            yield from sorted(name for name in found if _NAME.fullmatch(name))

    def write_source(self, digest: str, pixels: Pixels) -> None:
        """Keep a picture that another was made from, once. Raises NotWritable."""
        path = self._source_path(digest)
        if not path.exists():
            _write(path, encoded(pixels, {}))

    def source(self, digest: str) -> Pixels | None:
        """Return HxWx4 of a picture that another was made from, None where it is not kept."""
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            return open_picture(self._source_path(digest)).pixels
        except PictureUnreadable:
            return None

    def _source_path(self, digest: str) -> Path:
        return self.root / "sources" / digest[:2] / f"{digest}.png"


def thumbnail_bytes(pixels: Pixels) -> bytes:
    """HxWx3 or HxWx4 as a WebP of at most `THUMBNAIL` pixels a side."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=2)
    return buffer.getvalue()


def _small(content: bytes) -> Pixels:
    """Decode what `thumbnail_bytes` made; a picture of any other kind or size is refused."""
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
        if max(image.size) > THUMBNAIL:
            raise ValueError("too large for a thumbnail")
        return np.asarray(image.convert("RGBA"))


def _name(digest: str, made_at: float) -> str:
    stamp = time.strftime("%Y-%m/%Y%m%d-%H%M%S", time.gmtime(made_at))
    return _checked(f"{stamp}-{digest}.png")


def is_name(name: object) -> bool:
    """Whether this is the name of a picture, as they are given here."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"no name of a picture: {name!r}")
    return name


def _write(path: Path, content: bytes) -> None:
    with suppress(OSError):  # writing is what says why
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)
