"""The stages' own arithmetic: shared prefixes, folded scales, masks, what is written."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.families import Part, starter
from engine.families import find as find_family
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.specs import TextSpec
from engine.training import decoder, export, upscaler
from engine.training.autoencoder import fold, network_for_training, train_decoding
from engine.training.clip import Clip
from engine.training.draws import Draws, as_signed
from engine.training.holes import random_keep
from engine.training.loop import Plan
from engine.training.prior import shared_forward
from engine.training.vocabulary import write_tokenizer
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore


def randomised(network: nn.Module, deviation: float = 0.1) -> nn.Module:
    generator = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        parameter.data.normal_(std=deviation, generator=generator)
    return network.requires_grad_(False).eval()


def test_one_text_shared_by_several_noise_levels_gives_the_numbers_of_separate_runs() -> None:
    prior = Prior(starter.PRIOR)
    randomised(prior, 0.2)
    generator = torch.Generator().manual_seed(1)
    states = torch.randn(3, 20, 256, generator=generator)
    embed = torch.randn(3, 256, generator=generator)
    noisy = torch.randn(3, 4, 256, generator=generator)
    timesteps = torch.randint(0, 1000, (3, 4), generator=generator)
    lengths = torch.tensor([5, 20, 12])
    mask = torch.arange(20)[None] < lengths[:, None]

    together = shared_forward(prior, noisy, timesteps, (states, embed, mask))

    padded = nn.functional.pad(states, (0, 0, 0, 12))
    wide = nn.functional.pad(mask, (0, 12))
    apart = torch.stack(
        [prior(noisy[:, i], timesteps[:, i], padded, embed, wide) for i in range(4)], dim=1
    )
    torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-5)


def test_folding_the_scale_of_latents_changes_no_decoded_pixel() -> None:
    network = network_for_training()
    randomised(network)
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(2)) * 2 - 1
    before = network.encode(pictures)
    mean, deviation = before.mean((0, 2, 3)), before.std((0, 2, 3))
    decoded = network.decode(before)

    fold(network, mean, deviation)

    after = network.encode(pictures)
    torch.testing.assert_close(after.mean((0, 2, 3)), torch.zeros(4), atol=1e-4, rtol=0)
    torch.testing.assert_close(after.std((0, 2, 3)), torch.ones(4), atol=1e-4, rtol=0)
    torch.testing.assert_close(network.decode(after), decoded, rtol=1e-3, atol=1e-3)


def test_training_the_decoding_half_leaves_every_latent_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", lambda function: function)  # a minute, for one step
    pixels = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    draws = Draws((pixels,), ("", "", "", ""), (0,))
    network = network_for_training()
    pictures = as_signed(pixels)
    latents, painted = network.encode(pictures).detach(), network.decode(network.encode(pictures))
    plan = Plan(minutes=1e-6, rate=1e-2, warm_up=1)

    average = train_decoding(network, draws, tmp_path, plan)

    with torch.no_grad():
        assert torch.equal(average.encode(pictures), latents)
        assert torch.equal(network.encode(pictures), latents)
        assert not torch.allclose(average.decode(latents), painted, atol=1e-3)


def test_a_new_autoencoder_begins_with_plain_norms() -> None:
    norm = network_for_training().decoder.conv_norm_out
    x = torch.randn(1, 32, 8, 8, generator=torch.Generator().manual_seed(3))
    plain = nn.functional.group_norm(x, 32, eps=1e-6)
    assert (norm(x, torch.zeros(1, 4, 4, 4)) - plain).abs().max() < 1e-5


def test_masks_keep_some_and_clear_some_of_every_picture() -> None:
    keep = random_keep(200, 16, torch.Generator().manual_seed(4))
    assert keep.shape == (200, 1, 16, 16)
    assert set(keep.unique().tolist()) == {0.0, 1.0}
    share = keep.mean((1, 2, 3))
    assert share.min() > 0
    assert share.max() < 1
    edges = (
        keep[:, 0, 0].sum(1),
        keep[:, 0, -1].sum(1),
        keep[:, 0, :, 0].sum(1),
        keep[:, 0, :, -1].sum(1),
    )
    assert all((edge == 0).any() for edge in edges), "outpainting is asked for at every edge"


def test_the_full_vocabulary_is_byte_for_byte_the_published_one(tmp_path: Path) -> None:
    write_tokenizer(tmp_path, TextSpec(width=8, layers=1, heads=1, embed_dim=8))
    sums = {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("vocab.json", "merges.txt")
    }
    assert sums == {
        "vocab.json": "5047b556ce86ccaf6aa22b3ffccfc52d391ea4accdab9c2f2407da5b742d4363",
        "merges.txt": "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a",
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[WeightStore, UNet]:
    """A Starter of random weights, written as the trained one is."""
    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("resources") / "starter"
    towers, unet = Clip(), UNet(decoder.INPAINTING)
    export.write_prior(folder / "prior", towers.text, towers.image, Prior(starter.PRIOR))
    export.write_decoder(folder / "decoder", unet, MoVQ(starter.AUTOENCODER))
    export.write_extras(folder, unet, Compact(starter.UPSCALER))
    export.write_sums(folder)
    return WeightStore([folder.parent]), unet


@pytest.mark.slow
def test_what_is_written_is_what_the_family_says(written: tuple[WeightStore, UNet]) -> None:
    store, _ = written
    family, target = find_family("starter"), Target(torch.float32)
    loaded = [
        parts.load_text(store, family, target),
        parts.load_vision(store, family, target),
        parts.load_prior(store, family, target),
        parts.load_decoder(store, family, target),
        parts.load_autoencoder(store, family, target),
        parts.load_upscaler(store, family, target),
    ]
    assert all(not network.training for network in loaded)
    assert store.missing(family) == ()
    assert all(verified.known for verified in store.verify(family))


def test_the_inpainting_decoder_is_put_together_again(written: tuple[WeightStore, UNet]) -> None:
    store, unet = written
    loaded = parts.load_inpaint(store, find_family("starter"), Target(torch.float32))
    assert store.has(find_family("starter"), Part.INPAINT)
    half = unet.conv_in.weight.detach().half().float()
    assert torch.equal(loaded.conv_in.weight, half)


def test_weights_that_do_not_fit_into_float16_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not finite"):
        export.write_weights(tmp_path / "a.safetensors", {"w": torch.tensor([1e6])})


class Mirror(MoVQ):
    """An autoencoder that changes nothing."""

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return latents


def test_the_upscaler_sees_latents_with_more_or_less_noise() -> None:
    small = torch.full((64, 3, 64, 64), 0.5)
    generator = torch.Generator().manual_seed(7)
    seen = upscaler.rebuilt(small, Mirror(starter.AUTOENCODER), generator)
    spread = (seen - small).flatten(1).std(1) * 2  # latents span twice as much
    assert spread.max() <= upscaler.LATENT_NOISE * 1.05
    assert spread.min() < upscaler.LATENT_NOISE / 5
    assert spread.mean() == pytest.approx(upscaler.LATENT_NOISE / 2, rel=0.3)
