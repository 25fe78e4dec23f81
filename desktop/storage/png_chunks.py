"""What a PNG says beside its pixels, read and taken out without decoding a single one of them.

Pillow refuses a whole picture when one of its texts is too long, and reads those that follow the
pixels only with the pixels.
"""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BESIDE = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
"""Kinds of chunks whose content may be compressed without a bound (PNG, 11.3)."""
LONGEST_TEXT = 5_000_000
"""Octets of one text that are believed; a longer one is left out."""
MOST_TEXTS = 1_000
HEADER_END = 33
"""Octets of the signature and the first chunk, which has the size."""


def without_texts(content: bytes) -> bytes:
    """Return a PNG without its texts and its profile; anything else as it is."""
    if not content.startswith(SIGNATURE):
        return content
    kept = [content[start:end] for kind, start, end in _chunks(content) if kind not in BESIDE]
    return SIGNATURE + b"".join(kept)


def pixels_claimed(content: bytes) -> int:
    """Return how many pixels a PNG says it has; 0 for what is none."""
    is_png = content.startswith(SIGNATURE + b"\0\0\0\rIHDR") and len(content) >= HEADER_END
    width, height = struct.unpack_from(">II", content, 16) if is_png else (0, 0)
    return width * height


def texts(content: bytes) -> dict[str, str]:
    """Return the texts of a PNG by their keywords; those that are damaged or too long are not."""
    found: dict[str, str] = {}
    for kind, start, end in _chunks(content):
        if kind not in _READERS or len(found) >= MOST_TEXTS:
            continue
        body = content[start + 8 : end - 4]
        if zlib.crc32(kind + body) != int.from_bytes(content[end - 4 : end], "big"):
            continue
        keyword, _, rest = body.partition(b"\0")
        try:
            found[keyword.decode("latin-1")] = _READERS[kind](rest)
        except (ValueError, IndexError, zlib.error):
            continue
    return found


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of every whole chunk."""
    place = len(SIGNATURE)
    while place + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + size
        if end > len(content):
            return
        yield kind, place, end
        place = end


def _plain(rest: bytes) -> str:
    return _bounded(rest).decode("latin-1")


def _packed(rest: bytes) -> str:
    return _inflated(rest[1:]).decode("latin-1")


def _international(rest: bytes) -> str:
    packed = rest[0] == 1
    _language, _translated, text = rest[2:].split(b"\0", 2)
    return (_inflated(text) if packed else _bounded(text)).decode("utf-8")


def _inflated(packed: bytes) -> bytes:
    return _bounded(zlib.decompressobj().decompress(packed, LONGEST_TEXT + 1))


def _bounded(text: bytes) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise ValueError("too long")
    return text


_READERS = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
