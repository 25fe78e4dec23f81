"""Pictures change form in one place: levels, order of axes, size."""

import numpy as np
import pytest
import torch
from PIL import Image

from engine.images import clip_input, from_signed, resized, to_pixels, to_tensor


def noise(height: int, width: int) -> np.ndarray:
    """A picture that no resize leaves alone."""
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_every_level_survives_the_way_to_floats_and_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    tensor = to_tensor(levels)
    assert tensor.shape == (1, 3, 16, 16)
    assert np.array_equal(to_pixels(tensor)[0], levels)


def test_values_outside_the_range_are_clamped() -> None:
    (pixels,) = to_pixels(torch.tensor([-2.0, 0.5, 7.0]).reshape(1, 3, 1, 1))
    assert pixels.tolist() == [[[0, 128, 255]]]
    assert from_signed(torch.tensor([-3.0, 0.0, 1.0])).tolist() == [0.0, 0.5, 1.0]


def test_a_picture_of_the_right_size_is_left_alone() -> None:
    pixels = noise(8, 12)
    assert resized(pixels, 12, 8) is pixels
    assert resized(pixels, 6, 5).shape == (5, 6, 3)


@pytest.mark.oracle
@pytest.mark.parametrize("size", [(40, 64), (64, 40), (224, 224), (301, 517)])
def test_clip_sees_pictures_as_the_published_processor_shows_them(size: tuple[int, int]) -> None:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    processor = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=32)
    pixels = noise(*size)
    expected = processor(Image.fromarray(pixels), return_tensors="pt").pixel_values
    assert torch.allclose(clip_input(pixels, 32), expected, atol=1e-5)
