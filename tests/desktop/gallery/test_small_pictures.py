"""Thumbnails that Qt decodes are what Pillow makes of them, and nothing else is let in."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from desktop.canvas.pixmaps import image_from_pixels
from desktop.gallery.small_pictures import small_picture
from desktop.storage.gallery_pictures import GalleryPictures, thumbnail_bytes

NAME = "2026-11/20261125-143301-" + 32 * "a" + ".png"


def drawn(channels: int) -> np.ndarray:
    """A picture of 300 x 170 of which every pixel is another, half of it smooth."""
    random = np.random.default_rng(channels)
    pixels = random.integers(0, 256, (170, 300, channels), dtype=np.uint8)
    pixels[:, :150] = np.arange(150, dtype=np.uint8)[:, None]
    return pixels


@pytest.mark.parametrize("channels", [3, 4])
def test_a_thumbnail_has_the_pixels_that_pillow_makes_of_it(
    qapp: object, tmp_path: Path, channels: int
) -> None:
    pictures = GalleryPictures(tmp_path)
    pictures.write_thumbnail(NAME, drawn(channels))
    made = small_picture(pictures.thumbnail_path(NAME))
    pixels = pictures.thumbnail(NAME)
    assert made is not None
    assert pixels is not None
    assert made.hasAlphaChannel() == (channels == 4)
    ready = QImage.Format.Format_ARGB32_Premultiplied
    assert made.convertToFormat(ready) == image_from_pixels(pixels)


def test_what_is_no_small_webp_is_none(qapp: object, tmp_path: Path) -> None:
    path, sound = tmp_path / "one.webp", thumbnail_bytes(drawn(3))
    large, other = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (257, 8)).save(large, "WEBP")
    Image.new("RGB", (8, 8)).save(other, "PNG")
    path.write_bytes(sound)
    assert small_picture(path) is not None
    damaged = [sound[:end] for end in (0, 12, 40, len(sound) // 2, len(sound) - 9)]
    for content in (*damaged, large.getvalue(), other.getvalue(), bytes(400)):
        path.write_bytes(content)
        assert small_picture(path) is None
    path.unlink()
    assert small_picture(path) is None
