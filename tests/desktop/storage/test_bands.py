"""A picture file becomes a layer's tiles as it becomes an array, pixel by pixel."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop.document.geometry import Point, Rect, Size, centred
from desktop.document.picture import Layer, Picture, check_picture
from desktop.document.raster import Raster
from desktop.storage import bands
from desktop.storage.images import open_layer, open_picture

FRAME = Rect(-70, 33, 64, 64)
SIZE = (600, 530)
"""Over the corners of several tiles, with rims that do not fill theirs."""


def noise(channels: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    width, height = SIZE
    return np.random.default_rng(channels).integers(0, 256, (height, width, channels), np.uint8)


def with_holes() -> Image.Image:
    """Whole tiles of nothing, hidden colours, and opaque tiles."""
    pixels = noise(4)
    pixels[:300, :, 3] = 0
    pixels[400:, :, 3] = 255
    return Image.fromarray(pixels)


def turned(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image, exif=exif)


def profiled(image: Image.Image) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(image, icc_profile=profile)


def saved(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


PICTURES = {
    "colours": saved(Image.fromarray(noise(3))),
    "greys": saved(Image.fromarray(noise(3)).convert("L")),
    "a palette": saved(Image.fromarray(noise(3)).convert("P")),
    "alpha": saved(Image.fromarray(noise(4))),
    "holes": saved(with_holes()),
    "a transparent colour": saved(Image.new("RGB", SIZE, (1, 2, 3)), transparency=(1, 2, 3)),
    "turned": turned(Image.fromarray(noise(3))),
    "a profile": profiled(Image.fromarray(noise(3))),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("most", [2**14, 2**22])
def test_a_layer_has_the_pixels_of_the_picture(
    name: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for constant in ("BAND", "PROFILED_BAND"):
        monkeypatch.setattr(bands, constant, most)
    path = tmp_path / "a.png"
    path.write_bytes(PICTURES[name])
    layer, pixels = open_layer(path, FRAME), open_picture(path).pixels
    assert layer.area == centred(Size(pixels.shape[1], pixels.shape[0]), FRAME)
    wanted = Raster.from_array(pixels, layer.area.left, layer.area.top)
    assert layer.raster.tiles.keys() == wanted.tiles.keys()
    assert np.array_equal(layer.raster.read(layer.area), wanted.read(layer.area))
    check_picture(Picture(FRAME, (Layer(1, "a", layer.raster),)))


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_known_of_a_tile_is_true(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PICTURES[name])
    raster = open_layer(path, FRAME).raster
    fresh = Raster.empty().write(raster.read(raster.tile_bounds()), *raster.tile_bounds().corner)
    assert raster.bounds() == fresh.bounds()
    for index in raster.tiles:
        area = raster.tile_rect(index)
        assert raster.is_full_in(area) == fresh.is_full_in(area)


def test_a_note_is_told_of_a_layer_too(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(noise(3)).save(path, icc_profile=b"no profile at all" * 20)
    layer = open_layer(path, FRAME)
    assert layer.name == "photo"
    assert layer.note == "“photo.png” was opened; its colour profile could not be used."


def test_tiles_of_another_place_would_be_noticed(tmp_path: Path) -> None:
    """The control."""
    path = tmp_path / "a.png"
    path.write_bytes(PICTURES["colours"])
    layer = open_layer(path, FRAME)
    pixels = open_picture(path).pixels
    wanted = Raster.from_array(pixels, layer.area.left + 1, layer.area.top)
    assert not np.array_equal(layer.raster.read(layer.area), wanted.read(layer.area))


def test_what_lies_beside_three_colours_is_not_taken_for_alpha() -> None:
    """Pillow keeps a fourth byte there, which a decoder may leave as it likes."""
    content = noise(4)
    image = Image.frombytes("RGB", SIZE, content.tobytes(), "raw", "RGBX")
    assert image.tobytes("raw", "RGBX") == content.tobytes()
    whole = bands.Bands(image, {})
    for made in (whole.pixels(), whole.raster(Point(3, 4)).read(Rect(3, 4, *SIZE))):
        assert np.array_equal(made[..., :3], content[..., :3])
        assert (made[..., 3] == 255).all()
