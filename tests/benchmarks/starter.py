"""The Starter's work for both sides: from prompts to pictures, on the weights of this repository.

Like `networks`, with a whole model in the place of a network. Ours is asked through its door; the
reference's two pipelines open the same folders.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import families
from engine.events import Image, Stage, Step
from engine.families import Family
from engine.requests import Generate, Sampling
from tests.benchmarks.networks import Case, Work

RESOURCES = Path(__file__).parents[2] / "resources"
PROMPT = "a red apple"
SEED = 7
STARTER = families.find("starter")
BASE_ONLY = replace(STARTER, upscaler=None, native=STARTER.base)
"""Without the upscaler, which the published pipelines do not have."""

REFERENCE_STEPS = (25, 100)
"""Of prior and decoder, by default."""

SAME_STEPS = (25, 25)
SAME = Sampling(
    seed=SEED,
    prior_steps=SAME_STEPS[0],
    steps=SAME_STEPS[1],
    prior_guidance=4.0,
    guidance=4.0,
    sampler="ddpm",
    deep_every=1,
)
"""Guidance and sampler are the published pipelines' own."""


@dataclass
class Run:
    """A whole run as the work; `stepped`: clock and processor after a step of its decoder."""

    paint: Callable[[Callable[[], None]], Tensor]
    stepped: tuple[float, float] | None = None

    def __call__(self) -> Tensor:
        """Once; `paint` is given what to call after a step of the decoder."""
        return self.paint(self._mark)

    def _mark(self) -> None:
        self.stepped = self.stepped or (time.perf_counter(), time.process_time())


def asked(sampling: Sampling, prior_candidates: int | None = None) -> Generate:
    """One picture."""
    return Generate(prompt=PROMPT, prior_candidates=prior_candidates, sampling=sampling)


def ours(family: Family, request: Generate) -> Work:
    """The engine with everything read; the work is one run."""
    from engine import torchvision_operators

    torchvision_operators.ensure()
    from engine.unclip import UnclipEngine
    from engine.weights.store import WeightStore

    engine = UnclipEngine(family, WeightStore([RESOURCES]))
    for _ in engine.warm_up():
        pass

    def paint(stepped: Callable[[], None]) -> Tensor:
        pictures: list[NDArray[np.uint8]] = []
        for event in engine.run(request):
            if isinstance(event, Step) and event.stage is Stage.DECODER and event.index:
                stepped()
            elif isinstance(event, Image):
                pictures.append(event.pixels)
        return torch.from_numpy(np.stack(pictures))

    return Run(paint)


def pipelines() -> tuple[Any, Any]:
    """Prior and decoder of the reference."""
    from engine import torchvision_operators

    torchvision_operators.ensure()
    from diffusers import KandinskyV22Pipeline, KandinskyV22PriorPipeline

    # transformers keeps float16 files in float16 unless told otherwise, which the CPU cannot mix.
    exact = {"dtype": torch.float32}
    prior = KandinskyV22PriorPipeline.from_pretrained(RESOURCES / "starter/prior", **exact)
    decoder = KandinskyV22Pipeline.from_pretrained(RESOURCES / "starter/decoder", **exact)
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    return prior, decoder


def theirs(steps: Sequence[int]) -> Work:
    """Both pipelines opened; the work is one picture of 64² in so many steps."""
    prior, decoder = pipelines()

    def paint(stepped: Callable[[], None]) -> Tensor:
        def told(_pipeline: object, _step: int, _time: object, values: Any) -> Any:
            stepped()
            return values

        noise = torch.Generator().manual_seed(SEED)
        embeds = prior(PROMPT, num_inference_steps=steps[0], generator=noise)
        side = STARTER.base
        (picture,) = decoder(
            image_embeds=embeds.image_embeds,
            negative_image_embeds=embeds.negative_image_embeds,
            height=side,
            width=side,
            num_inference_steps=steps[1],
            generator=noise,
            callback_on_step_end=told,
        ).images
        return torch.from_numpy(np.asarray(picture))[None]

    return Run(paint)


CASES = {
    "starter": Case(
        title="Starter, prompt to picture of 64², same steps",
        ours=lambda *_: ours(BASE_ONLY, asked(SAME, prior_candidates=1)),
        theirs=lambda *_: theirs(SAME_STEPS),
    ),
    "starter-default": Case(
        title="Starter, prompt to picture, either side's defaults (ours 256², theirs 64²)",
        ours=lambda *_: ours(STARTER, asked(Sampling(seed=SEED))),
        theirs=lambda *_: theirs(REFERENCE_STEPS),
    ),
}
