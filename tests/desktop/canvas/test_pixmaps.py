"""Arrays and Qt images: colours keep their places and come back."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from desktop.canvas import pixmaps
from desktop.canvas.pixmaps import image_from_pixels, owned_image, pixels_from_image, small_image
from desktop.document.raster import Pixels


@pytest.mark.parametrize("channels", [3, 4])
def test_a_pixel_has_its_colour_at_its_place(channels: int) -> None:
    pixels = np.zeros((3, 5, channels), np.uint8)
    pixels[1, 2] = (10, 20, 30, 255)[:channels]
    image = image_from_pixels(pixels)
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(2, 1) == QColor(10, 20, 30)
    assert image.pixelColor(1, 2).red() == 0


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_opaque_pixels_come_back_bit_for_bit_at_any_width(width: int) -> None:
    pixels = np.random.default_rng(width).integers(0, 256, (4, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    assert np.array_equal(pixels_from_image(image_from_pixels(pixels)), pixels)


def test_half_transparent_white_is_straight_again() -> None:
    pixels = np.full((1, 1, 4), (255, 255, 255, 128), np.uint8)
    assert pixels_from_image(image_from_pixels(pixels)).tolist() == pixels.tolist()


def test_a_part_of_a_larger_array_is_converted_as_that_part() -> None:
    whole = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    made = pixels_from_image(image_from_pixels(whole[2:5, 1:9:2]))
    assert np.array_equal(made[..., :3], whole[2:5, 1:9:2])


def test_the_image_outlives_the_array() -> None:
    pixels = np.full((2, 2, 4), 255, np.uint8)
    image = image_from_pixels(pixels)
    pixels[:] = 0
    assert image.pixelColor(1, 1) == QColor("white")


def test_an_image_in_another_layout_is_read() -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB16)
    image.fill(QColor("red"))
    assert pixels_from_image(image).tolist() == [[[255, 0, 0, 255]] * 3] * 2


@pytest.mark.parametrize("side", [30, 160, 512, 2048])
def test_a_small_image_looks_like_the_large_one_and_touches_few_of_its_pixels(
    side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counted(part: Pixels) -> QImage:
        looked_at.append(part.shape[0] * part.shape[1])
        return image_from_pixels(part)

    monkeypatch.setattr(pixmaps, "image_from_pixels", counted)
    ramp = np.linspace(0, 255, side).astype(np.uint8)
    large = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None, :], np.uint8(90)), axis=-1)
    small = pixels_from_image(small_image(large, 80, 80)).astype(int)
    wanted = np.linspace(0, 255, 80)
    assert np.abs(small[..., 0] - wanted[:, None]).max() <= 255 / min(side, 80) + 2
    assert np.abs(small[..., 1] - wanted[None, :]).max() <= 255 / min(side, 80) + 2
    assert np.abs(small[..., 2] - 90).max() <= 1
    assert sum(looked_at) <= max(side**2 if side < 320 else 0, (3 * 80) ** 2)


@pytest.mark.parametrize("channels", [3, 4])
def test_an_image_of_its_own_outlives_the_array(channels: int) -> None:
    pixels = np.random.default_rng(8).integers(0, 256, (7, 9, channels), dtype=np.uint8)
    image, before = owned_image(pixels), pixels.copy()
    pixels[:] = 0
    assert np.array_equal(pixels_from_image(image)[..., :channels], before)
