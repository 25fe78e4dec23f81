"""What the decoder is told of its lessons is what the prior would say at run time."""

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.diffusion.schedules import Schedule
from engine.families import starter
from engine.networks.clip import TextTower
from engine.networks.prior import Prior
from engine.training.foretold import STRONGEST_GUIDANCE, Foretold
from engine.training.prior import Captioned

PICTURES = 6


@pytest.fixture(scope="module")
def foretold() -> Foretold:
    torch.manual_seed(5)
    prior, tower = Prior(starter.PRIOR), TextTower(starter.TEXT)
    for network in (prior, tower):
        for parameter in network.requires_grad_(False).parameters():
            parameter.normal_(std=0.15)
    prior.clip_std.fill_(0.7)
    return Foretold(prior.eval(), tower.eval())


@pytest.fixture(scope="module")
def captions() -> Captioned:
    generator = torch.Generator().manual_seed(6)
    ids = torch.full((PICTURES, 32), 4095)
    ids[:, 0] = 4094
    for row in range(PICTURES):
        ids[row, 1 : 3 + row] = torch.randint(0, 4000, (2 + row,), generator=generator)
    embeddings = torch.randn(PICTURES, starter.EMBED_DIM, generator=generator).numpy()
    return Captioned(embeddings.astype(np.float16), ids)


def answered(foretold: Foretold, noisy: Tensor, timesteps: Tensor, ids: Tensor) -> Tensor:
    """By the prior's own way at run time, the whole context and one text at a time."""
    states, embed = foretold.tower(ids)
    mask = torch.arange(ids.shape[1])[None] <= ids.argmax(1)[:, None]
    return foretold.prior(noisy, timesteps, states, embed, mask)


def test_estimates_are_the_guided_answers_of_run_time(
    foretold: Foretold, captions: Captioned
) -> None:
    chosen = torch.tensor([4, 0, 3])
    found = foretold.estimates(captions, chosen, torch.Generator().manual_seed(7))

    generator = torch.Generator().manual_seed(7)  # draws what `estimates` has drawn
    levels = torch.tensor(Schedule.of(starter.PRIOR_SCHEDULE).alpha_bars, dtype=torch.float32)
    timesteps = torch.randint(0, len(levels), (3,), generator=generator)
    signal = levels[timesteps][:, None]
    clean = foretold.prior.standardise(torch.from_numpy(captions.embeddings[[4, 0, 3]]).float())
    noise = torch.randn(clean.shape, generator=generator)
    guidance = 1 + (STRONGEST_GUIDANCE - 1) * torch.rand(3, 1, generator=generator)
    noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
    empty = torch.full((3, 32), 4095)
    empty[:, 0] = 4094
    nothing = answered(foretold, noisy, timesteps, empty)
    told = answered(foretold, noisy, timesteps, captions.ids[chosen])
    wanted = foretold.prior.unstandardise(nothing + guidance * (told - nothing))

    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)
    assert (nothing - told).abs().max() > 0.05, "the text has to matter"


def test_another_caption_is_told_otherwise(foretold: Foretold, captions: Captioned) -> None:
    chosen = torch.tensor([4, 0, 3])
    exchanged = Captioned(captions.embeddings, captions.ids.roll(1, 0))
    told, other = (
        foretold.estimates(each, chosen, torch.Generator().manual_seed(7))
        for each in (captions, exchanged)
    )
    assert (told - other).abs().amax(1).min() > 1e-3
