"""The model that comes with Easel: it paints, twice the same, and opens in diffusers unchanged."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import families
from engine.events import Image
from engine.memory import choose_residency
from engine.requests import Generate, Pixels, Sampling
from engine.unclip import UnclipEngine
from engine.weights.store import WeightStore

RESOURCES = Path(__file__).parents[2] / "resources"
STARTER = families.find("starter")
BASE_ONLY = replace(STARTER, upscaler=None, native=STARTER.base)
"""Without the upscaler, which the published pipelines do not have."""

REQUEST = Generate(
    prompt="a red apple",
    count=2,
    prior_candidates=1,
    sampling=Sampling(seed=7, steps=5, prior_steps=5, sampler="ddpm"),
)
"""By the published pipelines' sampler; a step is like the other."""


@cache
def engine_of(base_only: bool = False) -> UnclipEngine:
    """The engine on the weights of this repository."""
    family, store = BASE_ONLY if base_only else STARTER, WeightStore([RESOURCES])
    return UnclipEngine(family, store, choose_residency(family, store))


def painted(engine: UnclipEngine) -> list[Pixels]:
    """The pictures of one run."""
    return [event.pixels for event in engine.run(REQUEST) if isinstance(event, Image)]


@pytest.mark.slow
def test_the_starter_paints_the_same_twice() -> None:
    first, second = painted(engine_of()), painted(engine_of())
    assert np.array_equal(first, second)
    assert [picture.shape for picture in first] == [(256, 256, 3)] * 2
    assert all(picture.std() > 5 for picture in first), "a plain picture is none"


@pytest.mark.oracle
@pytest.mark.slow
def test_the_published_pipelines_open_the_starter_and_paint_the_same() -> None:
    from diffusers import KandinskyV22Pipeline, KandinskyV22PriorPipeline

    ours = painted(engine_of(base_only=True))  # first: it says in a sentence what is missing
    # transformers keeps float16 files in float16 unless told otherwise, which the CPU cannot mix.
    exact = {"dtype": torch.float32}
    prior = KandinskyV22PriorPipeline.from_pretrained(RESOURCES / "starter/prior", **exact)
    decoder = KandinskyV22Pipeline.from_pretrained(RESOURCES / "starter/decoder", **exact)
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    noise = [torch.Generator().manual_seed(seed) for seed in (7, 8)]
    preset = STARTER.preset
    embeds = prior(
        REQUEST.prompt,
        num_images_per_prompt=2,
        num_inference_steps=REQUEST.sampling.prior_steps,
        guidance_scale=preset.prior_guidance,
        generator=noise,
    )
    theirs = decoder(
        image_embeds=embeds.image_embeds,
        negative_image_embeds=embeds.negative_image_embeds,
        height=STARTER.base,
        width=STARTER.base,
        num_inference_steps=REQUEST.sampling.steps,
        guidance_scale=preset.guidance,
        generator=noise,
        output_type="pil",
    ).images
    difference = np.abs(np.stack(ours).astype(int) - np.stack([np.asarray(p) for p in theirs]))
    assert difference.max() <= 2
