"""The figures of the encoders: right where the right answer is known."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.training.draws import Draws, parts
from engine.training.measure import AMONG, components_error, share_found


def draws(count: int, seed: int) -> Draws:
    """Plain pictures: three numbers say all of each."""
    colours = np.random.default_rng(seed).integers(0, 256, (count, 1, 1, 3), dtype=np.uint8)
    return Draws((np.broadcast_to(colours, (count, 64, 64, 3)),), ("plain",) * count, (0,))


@pytest.mark.slow
def test_three_components_hold_plain_pictures_and_two_do_not() -> None:
    small = torch.rand(50, 3, 1, 1, generator=torch.Generator().manual_seed(0)).mul(2).sub(1)
    small = small.expand(-1, -1, 32, 32)
    assert components_error(draws(200, 1), small, 3) < 1e-6
    assert components_error(draws(200, 1), small, 2) > 0.05


def test_a_text_is_found_where_it_agrees_best_among_so_many() -> None:
    texts = nn.functional.one_hot(torch.arange(2 * AMONG) % AMONG).float()
    assert share_found(texts, texts) == 1.0, "the same text in another group is no rival"
    assert share_found(texts.roll(1, 0), texts) == 0.0
    half = torch.cat([texts[:AMONG], texts[AMONG:].roll(1, 0)])
    assert share_found(half, texts) == pytest.approx(0.5)


def test_parts_make_up_the_whole() -> None:
    rows = torch.arange(7)
    assert [len(part) for part in parts(rows, 3)] == [3, 3, 1]
    assert torch.equal(torch.cat(parts(rows, 3)), rows)
