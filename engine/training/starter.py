"""The recipe of the Starter: every stage, in order, with all its settings on this page.

    python -m engine.training train                 # all stages, each going on where it stopped
    python -m engine.training train decoder         # one stage
    python -m engine.training export                # write resources/starter

Stages 2 and 1 are independent and may run side by side, one core each, as may 3 and 4.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from engine.errors import InvalidRequest
from engine.families import starter
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.requests import Pixels
from engine.tokenizer import Tokenizer, load
from engine.training import autoencoder, clip, decoder, encodings, export, prior, upscaler
from engine.training.composer import Composer, Mix
from engine.training.draws import Draws, open_draws, write_draws
from engine.training.loop import Plan
from engine.training.vocabulary import write_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Minutes are of the whole machine or of one core, whichever a stage was given."""

    mix: Mix = field(default_factory=lambda: Mix(single=68, scene=14, two=10, count=5, pattern=3))
    shards: int = 4
    shard_size: int = 50_000
    large_pictures: int = 6_000
    autoencoder: Plan = field(
        default=Plan(minutes=60, rate=1.8e-3, half_life=100, fall=0.5, warm_up=50)
    )
    clip: Plan = field(
        default=Plan(minutes=60, rate=1e-3, warm_up=50, half_life=100, fall=0.4, decay=0.1)
    )
    prior: Plan = field(default=Plan(minutes=60, rate=7e-4, half_life=300, fall=0.4, decay=0.02))
    decoder: Plan = field(default=Plan(minutes=90, rate=1.2e-3, half_life=200, fall=0.4))
    upscaler: Plan = field(default=Plan(minutes=30, rate=1e-3, half_life=300, fall=0.4))


RECIPE = Recipe()


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder in which a training run lives: sprites, draws, and one folder per stage."""

    folder: Path
    recipe: Recipe = RECIPE

    def draws(self) -> Draws:
        """The drawn pictures, drawn now if they are not there yet."""
        folder = self.folder / "draws"
        for seed in range(self.recipe.shards):
            write_draws(folder, seed, self.recipe.shard_size, self.small_pictures)
        return open_draws(folder)

    def small_pictures(self, seed: int) -> Iterator[tuple[Pixels, str]]:
        """Captioned pictures of the base size, reduced by averaging from twice the size."""
        composer = Composer(self.folder / "sprites", seed=seed, mix=self.recipe.mix)
        size = (starter.BASE, starter.BASE)
        for pair in islice(composer, self.recipe.shard_size):
            small = cv2.resize(pair.pixels, size, interpolation=cv2.INTER_AREA)
            yield small.astype(np.uint8), pair.caption

    def large(self) -> Pixels:
        """Pictures (N,256,256,3) for the upscaler."""
        path = self.folder / "large.npy"
        if not path.exists():
            composer = Composer(self.folder / "sprites", seed=1000, side=256, mix=self.recipe.mix)
            pairs = islice(composer, self.recipe.large_pictures)
            np.save(path, np.stack([pair.pixels for pair in pairs]))
        return np.load(path, mmap_mode="r")

    def tokenizer(self) -> Tokenizer:
        """The cut vocabulary, written now if it is not there yet."""
        folder = self.folder / "tokenizer"
        if not folder.exists():
            write_tokenizer(folder, starter.TEXT)
        return load(folder, starter.TEXT.context)

    def averaged(self, stage: str, network: nn.Module) -> None:
        """Load the averaged weights of a finished stage into `network`."""
        state = torch.load(self.folder / stage / "final.pt", weights_only=True)
        network.load_state_dict(state)
        network.requires_grad_(False).eval()

    def finish(self, stage: str, network: nn.Module) -> None:
        """Keep the result of a stage."""
        torch.save(network.state_dict(), self.folder / stage / "final.pt")

    def finished_autoencoder(self) -> MoVQ:
        """The result of stage 1."""
        network = MoVQ(starter.AUTOENCODER)
        self.averaged("autoencoder", network)
        return network

    def finished_clip(self) -> clip.Clip:
        """The result of stage 2."""
        network = clip.Clip()
        self.averaged("clip", network)
        return network


def train_autoencoder(shop: Workshop) -> None:
    """Stage 1."""
    folder = shop.folder / "autoencoder"
    shop.finish("autoencoder", autoencoder.train(shop.draws(), folder, shop.recipe.autoencoder))


def train_clip(shop: Workshop) -> None:
    """Stage 2."""
    shop.finish(
        "clip", clip.train(shop.draws(), shop.tokenizer(), shop.folder / "clip", shop.recipe.clip)
    )


def encode(shop: Workshop) -> None:
    """Between the stages: latents and embeddings of every draw."""
    encodings.encode(
        shop.draws(),
        shop.finished_autoencoder(),
        shop.finished_clip().image,
        shop.folder / "encodings",
    )


def train_prior(shop: Workshop) -> None:
    """Stage 3."""
    towers = shop.finished_clip()
    data = encodings.open_encodings(shop.folder / "encodings", towers.image)
    ids = clip.token_ids(shop.draws().captions, shop.tokenizer())
    shop.finish(
        "prior",
        prior.train(data.embeddings, ids, towers.text, shop.folder / "prior", shop.recipe.prior),
    )


def train_decoder(shop: Workshop) -> None:
    """Stage 4."""
    data = encodings.open_encodings(shop.folder / "encodings", shop.finished_clip().image)
    shop.finish("decoder", decoder.train(data, shop.folder / "decoder", shop.recipe.decoder))


def train_upscaler(shop: Workshop) -> None:
    """Stage 5."""
    network = upscaler.train(
        shop.large(), shop.finished_autoencoder(), shop.folder / "upscaler", shop.recipe.upscaler
    )
    shop.finish("upscaler", network)


STAGES: dict[str, Callable[[Workshop], None]] = {
    "autoencoder": train_autoencoder,
    "clip": train_clip,
    "encode": encode,
    "prior": train_prior,
    "decoder": train_decoder,
    "upscaler": train_upscaler,
}


def export_starter(shop: Workshop, out: Path) -> None:
    """Write the finished networks as the Starter's folder."""
    towers = shop.finished_clip()
    text_prior, unet = Prior(starter.PRIOR), UNet(decoder.INPAINTING)
    large = Compact(starter.UPSCALER)
    for stage, network in (("prior", text_prior), ("decoder", unet), ("upscaler", large)):
        shop.averaged(stage, network)
    export.write_prior(out / "prior", towers.text, towers.image, text_prior)
    export.write_decoder(out / "decoder", unet, shop.finished_autoencoder())
    export.write_extras(out, unet, large)
    export.write_sums(out)


def with_minutes(recipe: Recipe, stages: Sequence[str], minutes: float) -> dict[str, Plan]:
    """The plans of `stages` with another budget."""
    plans = {name: getattr(recipe, name) for name in stages if hasattr(recipe, name)}
    return {name: replace(plan, minutes=minutes) for name, plan in plans.items()}


def train(folder: Path, stages: Sequence[str], minutes: float | None, threads: int | None) -> None:
    """Train `stages` (all, when none is named) in the workshop `folder`.

    Raises InvalidRequest for a stage that does not exist.
    """
    if unknown := [stage for stage in stages if stage not in STAGES]:
        raise InvalidRequest(f"There is no stage {unknown[0]}; choose from {', '.join(STAGES)}.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if threads:
        torch.set_num_threads(threads)
    recipe = replace(RECIPE, **with_minutes(RECIPE, stages, minutes)) if minutes else RECIPE
    for stage in stages or STAGES:
        STAGES[stage](Workshop(folder, recipe))
