"""Pixels as a PNG, quickly: one filter for every row, where Pillow tries all five on each.

That is half the time of the processor for files of the same size, give or take a tenth; saving a
large project is little else than this.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from desktop.storage.png_chunks import SIGNATURE
from engine.requests import Pixels

LEVEL = 1
"""Of compression: higher levels take three times as long for a tenth."""
COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
"""Of the header, by the number of channels: grey, RGB, RGBA (PNG, 11.2.2)."""
UP = 2
"""The filter that keeps the difference to the pixel above (PNG, 9.2)."""
BAND = 1 << 18
"""Octets that are filtered together: few enough to stay in the processor's cache."""


def png_bytes(pixels: Pixels) -> bytes:
    """Return HxW grey, HxWx3 RGB or HxWx4 straight-alpha RGBA, 8 bits each, as a PNG."""
    assert pixels.dtype == np.uint8, pixels.dtype
    assert min(pixels.shape) > 0, pixels.shape
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    rows = np.ascontiguousarray(pixels).reshape(height, width * channels)
    buffer = io.BytesIO()
    buffer.write(SIGNATURE + _chunk(b"IHDR", header))
    _write_chunk(buffer, b"IDAT", _packed(rows))
    buffer.write(_chunk(b"IEND", b""))
    return buffer.getvalue()


def _packed(rows: Pixels) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL)
    for band in filtered(rows):
        yield packer.compress(band.data)
    yield packer.flush()


def filtered(rows: Pixels) -> Iterator[Pixels]:
    """Yield the rows in bands, each row after the number of its filter."""
    height, length = rows.shape
    step = max(1, BAND // length)
    for top in range(0, height, step):
        part = rows[top : top + step]
        band = np.empty((len(part), length + 1), np.uint8)
        band[:, 0] = UP
        band[0, 1:] = part[0] - rows[top - 1] if top else part[0]
        np.subtract(part[1:], part[:-1], out=band[1:, 1:])
        yield band


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk: its length, its kind, its content, their sum (PNG, 5.3)."""
    check = zlib.crc32(content, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(content)), kind, content, struct.pack(">I", check)))


def _write_chunk(buffer: io.BytesIO, kind: bytes, pieces: Iterable[bytes]) -> None:
    """Write a chunk piece by piece: to join a large one holds every other thread up."""
    start, check = buffer.tell(), zlib.crc32(kind)
    buffer.write(bytes(8))
    for piece in pieces:
        check = zlib.crc32(piece, check)
        buffer.write(piece)
    size = buffer.tell() - start - 8
    buffer.write(struct.pack(">I", check))
    buffer.seek(start)
    buffer.write(struct.pack(">I4s", size, kind))
    buffer.seek(0, os.SEEK_END)
