"""PNGs of our own writing: two other readers see the very pixels, and their size is Pillow's."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from desktop.storage import png_writing
from desktop.storage.png_writing import BAND, png_bytes
from engine.requests import Pixels

SHAPES = [
    (1, 1),
    (1, 300),
    (300, 1),
    (7, 5, 3),
    (7, 5, 4),
    (300, 700),
    (300, 700, 3),
    (300, 700, 4),
]
LONG_ROW = (3, BAND // 4 + 1, 4)
"""A single row is more than a band."""


def noise(shape: tuple[int, ...]) -> Pixels:
    return np.random.default_rng(len(shape)).integers(0, 256, shape, np.uint8)


def by_pillow(content: bytes) -> Pixels:
    with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
        image.load()  # checks the sums of all chunks too
        return np.asarray(image)


@pytest.mark.parametrize("shape", [*SHAPES, LONG_ROW], ids=str)
def test_pillow_reads_the_very_pixels(shape: tuple[int, ...]) -> None:
    pixels = noise(shape)
    read = by_pillow(png_bytes(pixels))
    assert read.shape == shape
    assert (read == pixels).all()


def test_qt_reads_the_very_pixels() -> None:
    pixels = noise((300, 700, 4))
    image = QImage()
    assert image.loadFromData(png_bytes(pixels))
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    read = np.frombuffer(image.constBits(), np.uint8).reshape(300, 700, 4)
    assert (read == pixels).all()


def test_a_view_is_written_as_it_is_seen() -> None:
    turned = noise((40, 60, 4))[::-1, ::2].swapaxes(0, 1)
    assert not turned.flags.c_contiguous
    assert (by_pillow(png_bytes(turned)) == turned).all()


def test_a_forgotten_row_before_a_band_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the filter of the second band without the last row of the first."""
    filtered = png_writing.filtered
    monkeypatch.setattr(
        png_writing,
        "filtered",
        lambda rows: (band for half in (rows[:200], rows[200:]) for band in filtered(half)),
    )
    pixels = noise((300, 700, 4))
    assert (by_pillow(png_bytes(pixels)) != pixels).any()


def test_it_is_about_as_small_as_pillows() -> None:
    ramp = np.hypot(*np.mgrid[-1:1:512j, -1:1:512j])
    grain = np.random.default_rng(0).integers(0, 4, (512, 512))
    soft = np.dstack([*3 * [100 + grain], 255 * np.clip(1 - ramp, 0, 1)]).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(soft).save(buffer, "PNG", compress_level=1)
    assert len(png_bytes(soft)) < 1.1 * buffer.tell()
    assert len(zlib.compress(soft.tobytes(), 1)) > 1.1 * buffer.tell()  # without any filter


def test_the_same_pixels_are_the_same_bytes() -> None:
    assert png_bytes(noise((300, 700, 4))) == png_bytes(noise((300, 700, 4)).copy(order="F"))
