"""Prior and decoder understand new towers that say the same in other numbers."""

import pytest
import torch
from torch import Tensor

from engine.families import starter
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.training.translation import Affine, Said, Translation, best_map, standardise_by

WIDTH = starter.EMBED_DIM


def noise(*shape: int, seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def mapped(change: Affine, x: Tensor) -> Tensor:
    return x @ change.matrix.T + change.shift


@pytest.fixture(scope="module")
def translation() -> Translation:
    """New towers whose every number is an affine map of what the old ones said."""
    old = Said(noise(900, WIDTH, seed=0), noise(900, WIDTH, seed=1), noise(900, WIDTH, seed=2))
    turned = [
        Affine(
            torch.linalg.qr(noise(WIDTH, WIDTH, seed=seed))[0] * 0.3, noise(WIDTH, seed=seed + 9)
        )
        for seed in (3, 4, 5)
    ]
    said = (old.images, old.texts, old.states)
    return Translation(old, Said(*(mapped(each, x) for each, x in zip(turned, said, strict=True))))


def test_an_affine_map_is_found_again() -> None:
    change = Affine(noise(5, 7, seed=6), noise(5, seed=7))
    source = noise(100, 7, seed=8)
    found = best_map(source, mapped(change, source))
    torch.testing.assert_close(found.matrix, change.matrix, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.shift, change.shift, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_the_decoder_reads_the_new_embedding_as_it_read_the_old(translation: Translation) -> None:
    torch.manual_seed(0)
    unet = UNet(starter.DECODER)
    before = unet.condition(translation.old.images[:4])
    assert not torch.allclose(before.context, unet.condition(translation.new.images[:4]).context)
    translation.teach_decoder(unet)
    after = unet.condition(translation.new.images[:4])
    torch.testing.assert_close(after.context, before.context, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(after.time, before.time, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_the_prior_answers_the_new_embedding_where_it_answered_the_old(
    translation: Translation,
) -> None:
    torch.manual_seed(0)
    prior = Prior(starter.PRIOR)
    standardise_by(prior, translation.old.images)
    before = answer(prior, translation.old)
    translation.teach_prior(prior)
    after = answer(prior, translation.new)
    expected = mapped(best_map(translation.old.images, translation.new.images), before)
    torch.testing.assert_close(after, expected, rtol=1e-3, atol=1e-3)
    assert not torch.allclose(after, before, atol=0.1)


def answer(prior: Prior, said: Said) -> Tensor:
    """What the prior makes of an almost clean embedding, in CLIP's space."""
    x = prior.standardise(said.images[:4])
    states = said.states[:128].unflatten(0, (4, 32))
    mask = torch.ones(4, 32, dtype=torch.bool)
    return prior.unstandardise(prior(x, torch.full((4,), 3), states, said.texts[:4], mask))
