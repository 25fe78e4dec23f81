"""The recipe of the Starter: every stage, in order, with all its settings on this page.

    python -m engine.training train                 # all stages, each going on where it stopped
    python -m engine.training train decoder         # one stage
    python -m engine.training export                # write resources/starter

Stages 2 and 1 are independent and may run side by side, one core each, as may 3 and 4; but only a
decoder that begins after a prior was finished learns from what that prior says.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
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
from engine.training import (
    autoencoder,
    clip,
    decoder,
    decoder_error,
    encodings,
    export,
    measure,
    open_vocabulary,
    prior,
    upscaler,
)
from engine.training.composer import Composer, Mix
from engine.training.draws import Draws, as_signed, open_draws, parts, write_draws
from engine.training.encodings import normalised
from engine.training.foretold import Foretold
from engine.training.loop import CHECKPOINT, FINAL, START, Plan, begin_with
from engine.training.prior import Captioned
from engine.training.translation import Translation, said_by
from engine.training.vocabulary import write_tokenizer

OFTEN = {
    "3d": 15,
    "cartoon": 15,
    "flat": 12,
    "minimal": 8,
    "gradient": 8,
    "glossy": 6,
    "clipart": 5,
    "blob": 3,
    "outlined": 2,
    "pixelart": 2,
    "shape": 2,
}
"""Styles of which there is enough to learn them well, and how often they are drawn late."""

SELDOM = {"people": 0.15, "body": 0.25, "symbols": 0.5, "activities": 0.6, "places": 0.8}
"""Categories that would take more room than they are asked for."""

FAMILIAR = 1.0
"""Power to which familiarity counts late: a dog is drawn eighteen times as often as an okapi."""


def asked_for_most() -> Mix:
    """Everyday things in few words and the common styles: one, in a colour, two, in a place."""
    varied = Mix(single=14, scene=2, two=1, count=1, pattern=0, familiar=FAMILIAR)
    mix = replace(varied, plain=46, coloured=18, plain_scene=10, plain_two=5, plain_count=3)
    rare = {style: 0.35 * weight for style, weight in mix.styles.items()}
    return replace(mix, styles=rare | OFTEN, categories={**mix.categories, **SELDOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Minutes are of the whole machine or of one core, whichever a stage was given."""

    mix: Mix = field(default_factory=lambda: Mix(single=86, scene=6, two=5, count=2, pattern=1))
    late: Mix = field(default_factory=asked_for_most)
    shards: int = 4
    late_seeds: tuple[int, ...] = (10, 11)
    only_late: bool = False
    """For stages that go on from weights which have seen the early draws long enough."""
    shard_size: int = 50_000
    large_pictures: int = 6_000
    autoencoder: Plan = field(
        default=Plan(minutes=60, rate=1.8e-3, half_life=100, fall=0.5, warm_up=50)
    )
    clip: Plan = field(
        default=Plan(minutes=60, rate=1.5e-3, warm_up=50, half_life=100, fall=0.4, decay=0.1)
    )
    prior: Plan = field(default=Plan(minutes=60, rate=1e-3, half_life=300, fall=0.4, decay=0.02))
    decoder: Plan = field(default=Plan(minutes=90, rate=1.2e-3, half_life=200, fall=0.4))
    decoding: Plan = field(
        default=Plan(minutes=50, rate=1e-3, half_life=200, fall=0.8, warm_up=100, decay=0.0)
    )
    upscaler: Plan = field(default=Plan(minutes=30, rate=1e-3, half_life=300, fall=0.4))


RECIPE = Recipe()
TRANSLATED = 6000
"""Pairs from which the map between older and new towers is found."""
HELD_BACK = 999
"""Seed of the draws that are kept for measuring."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folder in which a training run lives: sprites, draws, and one folder per stage."""

    folder: Path
    recipe: Recipe = RECIPE

    def draws(self, *, late: bool = False) -> Draws:
        """The drawn pictures, drawn now if they are not there yet; those of late have own seeds."""
        late = late or self.recipe.only_late
        mix = self.recipe.late if late else self.recipe.mix
        folder, seeds = self.folder / ("late" if late else "draws"), self.seeds(late=late)
        for seed in seeds:
            write_draws(folder, seed, self.recipe.shard_size, partial(self.small_pictures, mix))
        return open_draws(folder, seeds)

    def seeds(self, *, late: bool) -> tuple[int, ...]:
        """Of the shards of draws."""
        return self.recipe.late_seeds if late else tuple(range(self.recipe.shards))

    def held_back(self) -> Draws:
        """Late draws that no stage is trained on, drawn now if they are not there yet."""
        folder = self.folder / "held-back"
        count = 2 * measure.AMONG
        draw = partial(self.small_pictures, self.recipe.late)
        write_draws(folder, HELD_BACK, count, lambda seed: islice(draw(seed), count))
        return open_draws(folder, [HELD_BACK])

    def small_pictures(self, mix: Mix, seed: int) -> Iterator[tuple[Pixels, str]]:
        """Captioned pictures of the base size, reduced by averaging from twice the size."""
        composer = Composer(self.folder / "sprites", seed=seed, mix=mix)
        size = (starter.BASE, starter.BASE)
        for pair in islice(composer, self.recipe.shard_size):
            small = cv2.resize(pair.pixels, size, interpolation=cv2.INTER_AREA)
            yield small.astype(np.uint8), pair.caption

    def encodings(self, *, late: bool = False) -> encodings.Encodings:
        """What the finished towers make of the draws."""
        late = late or self.recipe.only_late
        folder = self.folder / ("late-encodings" if late else "encodings")
        return encodings.open_encodings(folder, self.seeds(late=late), self.finished_clip().image)

    def captioned(self, *, late: bool = False) -> Captioned:
        """Embeddings of the draws beside the token ids of their captions."""
        embeddings = self.encodings(late=late).embeddings
        ids = clip.token_ids(self.draws(late=late).captions, self.tokenizer())
        return Captioned(embeddings, ids)

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
        state = torch.load(self.folder / stage / FINAL, weights_only=True)
        network.load_state_dict(state)
        network.requires_grad_(False).eval()

    def finish(self, stage: str, network: nn.Module) -> None:
        """Keep the result of a stage."""
        torch.save(network.state_dict(), self.folder / stage / FINAL)

    def translation(self, stage: str) -> Translation | None:
        """Between the towers that the start of `stage` knows and the finished ones.

        None, where it does not begin with a start, goes on already, or knows the finished ones.
        """
        folder = self.folder / stage
        if not (folder / START).exists() or (folder / CHECKPOINT).exists():
            return None
        towers, finished = clip.Clip(), self.finished_clip()
        begin_with(towers, self.folder / "clip" / START)
        if all(map(torch.equal, towers.shared().values(), finished.shared().values())):
            return None
        draws = self.draws(late=True)
        pictures = as_signed(np.array(draws.shards[0][:TRANSLATED]))
        ids = clip.token_ids(draws.captions[:TRANSLATED], self.tokenizer()).long()
        old, new = (said_by(each, pictures, ids) for each in (towers, finished))
        return Translation(old, new)

    def foretold(self) -> tuple[Foretold, Captioned] | None:
        """The finished prior beside the late captions; None where there is none yet."""
        if not (self.folder / "prior" / FINAL).exists():
            return None
        prior_network = self.finished_prior()
        return Foretold(prior_network, self.finished_clip().text), self.captioned(late=True)

    def finished_prior(self) -> Prior:
        """The result of stage 3."""
        network = Prior(starter.PRIOR)
        self.averaged("prior", network)
        return network

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
    early, late = shop.draws(), shop.draws(late=True)
    towers = clip.train(early, late, shop.tokenizer(), shop.folder / "clip", shop.recipe.clip)
    shop.finish("clip", towers)


def encode(shop: Workshop) -> None:
    """Between the stages: latents and embeddings of every draw."""
    networks = (shop.finished_autoencoder(), shop.finished_clip().image)
    if not shop.recipe.only_late:
        encodings.encode(shop.draws(), *networks, shop.folder / "encodings")
    encodings.encode(shop.draws(late=True), *networks, shop.folder / "late-encodings")


def train_prior(shop: Workshop) -> None:
    """Stage 3."""
    data = shop.captioned(), shop.captioned(late=True)
    tower, folder = shop.finished_clip().text, shop.folder / "prior"
    translation = shop.translation("prior")
    shop.finish("prior", prior.train(data, tower, folder, shop.recipe.prior, translation))


def train_decoder(shop: Workshop) -> None:
    """Stage 4."""
    data = decoder.Lessons(shop.encodings(), shop.encodings(late=True), shop.foretold())
    folder, translation = shop.folder / "decoder", shop.translation("decoder")
    network = decoder.train(data, folder, shop.recipe.decoder, translation)
    shop.finish("decoder", network)


def train_decoding(shop: Workshop) -> None:
    """Stage 5: the decoding half of stage 1 again, on what people ask for most."""
    network, folder = shop.finished_autoencoder(), shop.folder / "decoding"
    plan = shop.recipe.decoding
    network = autoencoder.train_decoding(network, shop.draws(late=True), folder, plan)
    shop.finish("autoencoder", network)


def train_upscaler(shop: Workshop) -> None:
    """Stage 6."""
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
    "decoding": train_decoding,
    "upscaler": train_upscaler,
}


def export_starter(shop: Workshop, out: Path) -> None:
    """Write the finished networks as the Starter's folder."""
    towers = shop.finished_clip()
    text_prior, unet = Prior(starter.PRIOR), UNet(decoder.INPAINTING)
    large = Compact(starter.UPSCALER)
    for stage, network in (("prior", text_prior), ("decoder", unet), ("upscaler", large)):
        shop.averaged(stage, network)
    tokenizer = open_vocabulary.teach(shop.folder, towers.text)
    export.write_prior(out / "prior", towers.text, towers.image, text_prior)
    if tokenizer is not None:
        open_vocabulary.replace_tokenizer(tokenizer, out / "prior" / "tokenizer")
    export.write_decoder(out / "decoder", unet, shop.finished_autoencoder())
    export.write_extras(out, unet, large)
    export.write_sums(out)


def learn_words(shop: Workshop) -> open_vocabulary.Made:
    """Teach the finished text tower everyday words that no caption uses; `export` takes them."""
    return open_vocabulary.make(shop.folder, shop.finished_clip().text, shop.tokenizer())


def measured(shop: Workshop) -> Mapping[str, float]:
    """Figures of the finished encoders, as `measure` names them, and of the decoder."""
    draws = shop.held_back(), shop.draws(late=True)
    networks = shop.finished_autoencoder(), shop.finished_clip()
    return {**measure.measure(*draws, *networks, shop.tokenizer()), **decoder_errors(shop)}


@torch.no_grad()
def decoder_errors(shop: Workshop) -> Mapping[str, float]:
    """`own` and `told`: the finished decoder's error by what it is told of held-back drawings."""
    draws, towers, network = shop.held_back(), shop.finished_clip(), UNet(decoder.INPAINTING)
    shop.averaged("decoder", network)
    prior = shop.finished_prior()
    pictures = as_signed(np.array(draws.shards[0]))
    autoencoder = shop.finished_autoencoder()
    latents = torch.cat([autoencoder.encode(part) for part in parts(pictures, 64)])
    embeddings = torch.cat([towers.image(normalised(part)) for part in parts(pictures, 64)])
    ids = clip.token_ids(draws.captions, shop.tokenizer())
    captioned = Captioned(embeddings.numpy().astype(np.float16), ids)
    chosen, generator = torch.arange(len(ids)), torch.Generator().manual_seed(0)
    told = Foretold(prior, towers.text).estimates(captioned, chosen, generator)
    return decoder_error.errors(network, latents, {"own": embeddings, "told": told})


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """How stages go on from weights that have seen the early draws: on late draws alone.

    seeds: of the shards of late draws. order: seed of the batches. rate: the highest learning rate,
    the recipe's where it is None; a lower one disturbs less what was learned.
    """

    seeds: tuple[int, ...]
    order: int = 0
    rate: float | None = None


def planned(
    stages: Sequence[str], minutes: float | None, further: Further | None, recipe: Recipe = RECIPE
) -> Recipe:
    """The recipe with other minutes for `stages`, or with lessons for those that go on."""
    changes: dict[str, float | int] = {} if minutes is None else {"minutes": minutes}
    if further:
        changes |= {"late_from": 0.0, "order": further.order}
        changes |= {} if further.rate is None else {"rate": further.rate}
        recipe = replace(recipe, late_seeds=further.seeds, only_late=True)
    plans = {name: getattr(recipe, name) for name in stages if hasattr(recipe, name)}
    return replace(recipe, **{name: replace(plan, **changes) for name, plan in plans.items()})


def train(
    folder: Path,
    stages: Sequence[str],
    minutes: float | None = None,
    threads: int | None = None,
    further: Further | None = None,
) -> None:
    """Train `stages` (all, when none is named) in the workshop `folder`.

    Raises InvalidRequest for a stage that does not exist.
    """
    if unknown := [stage for stage in stages if stage not in STAGES]:
        raise InvalidRequest(f"There is no stage {unknown[0]}; choose from {', '.join(STAGES)}.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if threads:
        torch.set_num_threads(threads)
    stages = stages or tuple(STAGES)
    recipe = planned(stages, minutes, further)
    for stage in stages:
        STAGES[stage](Workshop(folder, recipe))
