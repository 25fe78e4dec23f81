"""Text to picture, the whole way, against the published pipelines on the same random weights."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.autoencoding import rgb_of
from engine.decode import latent_size, sampled, work_of
from engine.model import Model
from engine.requests import Generate, Sampling
from engine.tasks.planning import settings_for
from engine.unclip import UnclipEngine
from tests.painting import LATENT_ONLY, engine_of, finish, model_of, pictures, plan_of
from tests.tiny import TINY

REQUEST = Generate(
    prompt="a red apple",
    count=2,
    width=16,
    height=16,
    sampling=Sampling(seed=5, steps=7, guidance=4.0, prior_steps=7, prior_guidance=3.0),
)


def request(*, negative: str = "", size: tuple[int, int] = (16, 16), **more: float) -> Generate:
    """REQUEST with some of it changed; count apart, the rest belongs to its sampling."""
    count = int(more.pop("count", REQUEST.count))
    sampling = replace(REQUEST.sampling, **more)  # pyright: ignore[reportArgumentType]
    return replace(
        REQUEST, negative=negative, width=size[0], height=size[1], count=count, sampling=sampling
    )


CASES = {
    "7 steps": request(),
    "1 decoder step, 2 of the prior": request(steps=1, prior_steps=2),
    "2 steps": request(steps=2, prior_steps=2),
    "25 steps": request(steps=25, prior_steps=25),
    "one picture": request(count=1),
    "three pictures": request(count=3),
    "wide": request(size=(24, 16)),
    "tall": request(size=(16, 32)),
    "negative prompt": request(negative="blue"),
    "negative prompt, wide, three": request(negative="blue", size=(24, 16), count=3),
    "decoder unguided": request(guidance=1.0),
    "prior unguided": request(prior_guidance=1.0),
    "nothing guided": request(guidance=1.0, prior_guidance=1.0),
    "nothing guided, negative prompt": request(negative="b", guidance=1.0, prior_guidance=1.0),
}


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES)
@pytest.mark.slow
def test_the_whole_path_agrees_with_the_published_pipelines(weights: Path, case: str) -> None:
    ours, theirs = as_floats(weights, CASES[case]), oracle_floats(weights, CASES[case])
    assert [relative(*pair) <= 1e-4 for pair in zip(ours, theirs, strict=True)] == [True] * 3
    assert theirs[2].std() > 0.05, "a plain picture would prove nothing"
    painted = pictures(our_engine(weights), CASES[case])
    expected = (theirs[2].permute(0, 2, 3, 1).numpy() * 255).round()
    assert np.abs(painted - expected).max() <= 1


@pytest.mark.oracle
@pytest.mark.parametrize(
    "change",
    [{"seed": 6}, {"guidance": 3.9}, {"prior_guidance": 2.9}, {"steps": 6}],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.slow
def test_whoever_asks_for_something_else_gets_something_else(
    weights: Path, change: dict[str, float]
) -> None:
    """The control: what is compared above tells small changes apart."""
    ours, theirs = as_floats(weights, request(**change)), oracle_floats(weights, REQUEST)
    assert relative(ours[2], theirs[2]) > 1e-3


@cache
def our_model(folder: Path) -> Model:
    """Read once for all cases."""
    return model_of(folder, LATENT_ONLY)


@cache
def our_engine(folder: Path) -> UnclipEngine:
    """The same."""
    return engine_of(folder, LATENT_ONLY)


@cache
def their_pipelines(folder: Path) -> tuple[Any, Any]:
    """Prior and decoder of diffusers, opened once for all cases."""
    from diffusers import KandinskyV22Pipeline, KandinskyV22PriorPipeline

    prior = KandinskyV22PriorPipeline.from_pretrained(folder / "tiny/prior")
    decoder = KandinskyV22Pipeline.from_pretrained(folder / "tiny/decoder")
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    return prior, decoder


def as_floats(folder: Path, asked: Generate) -> tuple[Tensor, Tensor, Tensor]:
    """Embedding, embedding against, and pixels in [0,1] before they are rounded."""
    model = our_model(folder)
    settings, plan = settings_for(asked, TINY.preset), plan_of(model, asked)
    (work,) = work_of(plan, latent_size(LATENT_ONLY, plan.width, plan.height), settings)
    unet, autoencoder = finish(model.decoder()), finish(model.autoencoder())
    *_, last = sampled(unet, model.decoder_schedule, work, settings)
    return plan.embedding, plan.against, rgb_of(autoencoder, last.x)


def oracle_floats(folder: Path, asked: Generate) -> tuple[Tensor, Tensor, Tensor]:
    """The same from diffusers' pipelines, on the same noise."""
    prior, decoder = their_pipelines(folder)
    wanted = asked.sampling
    seeds = range(wanted.seed, wanted.seed + asked.count)
    noise, again = ([torch.Generator().manual_seed(seed) for seed in seeds] for _ in range(2))
    embeds = prior(
        asked.prompt,
        negative_prompt=asked.negative or None,
        num_images_per_prompt=asked.count,
        num_inference_steps=wanted.prior_steps,
        guidance_scale=wanted.prior_guidance,
        generator=noise + again if asked.negative else noise,
    )
    rgb = decoder(
        image_embeds=embeds.image_embeds,
        negative_image_embeds=embeds.negative_image_embeds,
        height=asked.height,
        width=asked.width,
        num_inference_steps=wanted.steps,
        guidance_scale=wanted.guidance,
        generator=noise,
        output_type="pt",
    ).images
    return embeds.image_embeds, embeds.negative_image_embeds, (rgb * 0.5 + 0.5).clamp(0, 1)


def relative(ours: Tensor, theirs: Tensor) -> float:
    """Largest difference over the largest value."""
    assert ours.shape == theirs.shape
    return float((ours - theirs).abs().max() / theirs.abs().max())
