"""What any picture file says of how it was made: PNG's texts, or the EXIF that `exports` writes."""

import io
import warnings

from PIL import Image

from desktop.storage import exports

LONGEST = 5_000_000
"""Characters of one text that are believed."""


def notes_in(content: bytes) -> dict[str, str]:
    """The notes inside PNG, JPEG, WebP or TIFF bytes; empty where there are none of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata of others
            return _png(content) if content.startswith(b"\x89PNG") else exports.notes_in(content)
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, MemoryError):
        return {}


def _png(content: bytes) -> dict[str, str]:
    with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
        picture.load()
        texts = {key: text for key, text in picture.info.items() if isinstance(text, str)}
    return {str(key): text for key, text in texts.items() if len(text) <= LONGEST}
