"""The texts of a PNG are read without its pixels, and none of them without a bound."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from desktop.storage import png_chunks
from desktop.storage.picture_notes import notes_in
from tests.desktop.storage.test_images import png_claiming


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk with the right sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes) -> bytes:
    """Chunks behind a signature."""
    return png_chunks.SIGNATURE + b"".join(chunks)


def test_texts_of_every_kind_are_those_that_pillow_reads() -> None:
    info, buffer = PngInfo(), io.BytesIO()
    info.add_text("plain", "ein Böot")
    info.add_text("packed", "ein Böot", zip=True)
    info.add_itxt("international", "船 \U0001f34e")
    info.add_itxt("both", "船" * 99, lang="ja", tkey="舟", zip=True)
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "PNG", pnginfo=info)
    with Image.open(io.BytesIO(buffer.getvalue())) as picture:
        picture.load()
        assert notes_in(buffer.getvalue()) == picture.info
    assert len(picture.info) == 4


def test_a_text_behind_the_pixels_is_read_and_no_pixel_is() -> None:
    bomb = png_claiming(60_000, 60_000)
    assert notes_in(bomb[:-12] + chunk(b"tEXt", b"prompt\0a boat") + bomb[-12:]) == {
        "prompt": "a boat"
    }


LONG = b"x" * (png_chunks.LONGEST_TEXT + 1)


@pytest.mark.parametrize(
    "damaged",
    [
        chunk(b"zTXt", b"a\0\0" + zlib.compress(LONG)),
        chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(LONG)),
        chunk(b"tEXt", b"a\0" + LONG),
        chunk(b"iTXt", b"a\0\0\0\0\0" + LONG),
        chunk(b"iTXt", b"a\0\0\0\0\0\xed\xa0\x80"),
        chunk(b"iTXt", b"a\0"),
        chunk(b"iTXt", b"a\0\0\0no end"),
        chunk(b"zTXt", b"a\0\0no packing"),
        chunk(b"tEXt", b"a\0b")[:-1] + b"!",
        chunk(b"IHDR", b"a\0b"),
    ],
    ids=range(10),
)
def test_a_text_that_is_damaged_or_too_long_costs_no_other(damaged: bytes) -> None:
    assert png_chunks.texts(png(damaged, chunk(b"tEXt", b"kept\0b"))) == {"kept": "b"}


def test_a_chunk_that_reaches_beyond_the_end_ends_the_reading() -> None:
    content = png(chunk(b"tEXt", b"kept\0b"), chunk(b"tEXt", b"cut\0b"))
    assert png_chunks.texts(content[:-1]) == {"kept": "b"}
    assert png_chunks.texts(b"") == {}


def test_what_is_taken_out_leaves_every_other_octet_and_other_formats_alone() -> None:
    pixels, text = chunk(b"IDAT", b"pixels"), chunk(b"zTXt", b"a\0\0b")
    assert png_chunks.without_texts(png(text, pixels, chunk(b"iCCP", b"x"), text)) == png(pixels)
    assert png_chunks.without_texts(b"\xff\xd8 a JPEG") == b"\xff\xd8 a JPEG"


def test_a_size_is_read_from_the_header_alone() -> None:
    assert png_chunks.pixels_claimed(png_claiming(60_000, 50_000)[:33]) == 3_000_000_000
    for none in (b"", png(), png_claiming(9, 9)[:32], b"BM" + png_claiming(9, 9)):
        assert png_chunks.pixels_claimed(none) == 0
