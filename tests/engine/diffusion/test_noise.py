"""The noise of a picture belongs to its seed alone."""

import pytest
import torch

from engine.diffusion.noise import SeededNoise


@pytest.mark.parametrize("shape", [(5,), (4, 8, 8), (3, 7, 5)])
def test_a_picture_draws_the_same_noise_alone_and_in_a_batch(shape: tuple[int, ...]) -> None:
    batch, alone = SeededNoise([3, 2**63 - 1, 8]), SeededNoise([8])
    for _ in range(3):
        assert torch.equal(batch.draw(shape)[2:], alone.draw(shape))


def test_another_seed_and_another_draw_give_other_noise() -> None:
    noise = SeededNoise([3, 4])
    first, second = noise.draw((16,)), noise.draw((16,))
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first, second)


def test_noise_is_drawn_in_single_precision_and_then_rounded() -> None:
    half = SeededNoise([7], dtype=torch.bfloat16).draw((64,))
    assert torch.equal(half, SeededNoise([7]).draw((64,)).bfloat16())


def test_noise_is_the_stream_of_a_seeded_generator() -> None:
    generator = torch.Generator().manual_seed(9)
    noise = SeededNoise([9])
    for shape in ((1280,), (4, 8, 8)):  # the prior first, then the decoder
        assert torch.equal(noise.draw(shape)[0], torch.randn(shape, generator=generator))


def test_noise_does_not_touch_the_global_generator() -> None:
    before = torch.get_rng_state()
    SeededNoise([1]).draw((4,))
    assert torch.equal(before, torch.get_rng_state())
