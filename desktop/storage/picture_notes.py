"""What any picture file says of how it was made: PNG's texts, or the EXIF that `exports` writes."""

import warnings

from desktop.storage import exports, png_chunks
from desktop.storage.images import DAMAGE


def notes_in(content: bytes) -> dict[str, str]:
    """The notes inside PNG, JPEG, WebP or TIFF bytes; empty where there are none of ours."""
    if content.startswith(png_chunks.SIGNATURE):
        return png_chunks.texts(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata of others
            return exports.notes_in(content)
    except DAMAGE:
        return {}
