"""What each request means: one short function per request class, request -> Plan.

A plan is all that decoding needs: which embedding to paint, away from which, and how large.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import torch
from torch import Tensor

from engine.conditioning import PriorRun, Text, encode_texts, no_picture, sample_prior
from engine.diffusion.noise import NoiseSource, SeededNoise
from engine.diffusion.samplers import SAMPLERS
from engine.errors import InvalidRequest
from engine.events import Event, Stage, Step
from engine.model import Model
from engine.requests import LARGEST_SEED, Generate, Sampling

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Sampling with every value filled in."""

    steps: int
    guidance: float
    prior_steps: int
    prior_guidance: float
    sampler: str

    def sampling(self, seed: int) -> Sampling:
        """The same as a request's field, for the picture with this seed."""
        return Sampling(
            seed=seed,
            steps=self.steps,
            guidance=self.guidance,
            prior_steps=self.prior_steps,
            prior_guidance=self.prior_guidance,
            sampler=self.sampler,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the decoder is to paint.

    embedding, against: (B,D) float32, CLIP image embeddings to go towards and away from. width and
    height: of the finished pictures, in pixels. noise: one source per picture, already used by the
    prior: the decoder goes on where that stopped.
    """

    embedding: Tensor
    against: Tensor
    width: int
    height: int
    noise: tuple[NoiseSource, ...]


Planning: TypeAlias = Generator[Event, None, Plan]


class Together:
    """Several noise sources as one; rows in their order."""

    def __init__(self, sources: Sequence[NoiseSource]) -> None:
        self._sources = sources

    def draw(self, shape_per_image: tuple[int, ...]) -> Tensor:
        """Return the next noise of every source, (B, *shape_per_image)."""
        return torch.cat([source.draw(shape_per_image) for source in self._sources])


def settings_of(sampling: Sampling, preset: Sampling) -> Settings:
    """`sampling`, completed by the preset. Raises InvalidRequest for an unknown sampler."""
    settings = Settings(
        steps=_given(sampling.steps, preset.steps),
        guidance=_given(sampling.guidance, preset.guidance),
        prior_steps=_given(sampling.prior_steps, preset.prior_steps),
        prior_guidance=_given(sampling.prior_guidance, preset.prior_guidance),
        sampler=_given(sampling.sampler, preset.sampler),
    )
    if settings.sampler not in SAMPLERS:
        raise InvalidRequest(
            f"There is no sampler called {settings.sampler!r}; choose one of {', '.join(SAMPLERS)}."
        )
    return settings


def seeds_of(seed: int, count: int) -> tuple[int, ...]:
    """One seed per picture, counting up; the largest one is followed by 0."""
    return tuple((seed + index) % (LARGEST_SEED + 1) for index in range(count))


def generate(model: Model, request: Generate, settings: Settings) -> Planning:
    """Text to picture: the prior finds an embedding for the prompt, the decoder paints it.

    With a negative prompt both stages steer away from it: the prior from its text, the decoder from
    an embedding that the prior makes of it, from the same noise as the picture's own.
    """
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = tuple(SeededNoise([seed], model.device) for seed in seeds)
    text = yield from _texts(model, (request.negative, request.prompt))
    passes = 2 if request.negative.strip() else 1
    guided = PriorRun(
        schedule=model.prior_schedule,
        timesteps=model.prior_schedule.timesteps(settings.prior_steps),
        guidance=settings.prior_guidance,
        noise=Together(noise),
    )
    progress = _Progress(settings.prior_steps * passes)
    embedding = yield from _embedding(model, text.repeated(request.count), guided, progress)
    if passes == 2:
        again = Together([SeededNoise([seed], model.device) for seed in seeds])
        alone = PriorRun(
            schedule=guided.schedule, timesteps=guided.timesteps, guidance=1.0, noise=again
        )
        negative = Text(text.states[:1], text.embed[:1], text.mask[:1]).repeated(request.count)
        against = yield from _embedding(model, negative, alone, progress)
    else:
        nothing = yield from nothing_of(model)
        against = nothing.expand_as(embedding)
    width, height = request.width or model.family.native, request.height or model.family.native
    return Plan(embedding, against, width, height, noise)


def nothing_of(model: Model) -> Generator[Event, None, Tensor]:
    """The unconditional embedding (1,D), computed once."""
    if model.nothing is None:
        tower = yield from model.image_tower()
        model.nothing = no_picture(tower, model.family.vision.image_size, model.device)
    return model.nothing


class _Progress:
    """Counts the prior's steps across its passes."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def step(self) -> Step:
        self._done += 1
        return Step(Stage.PRIOR, self._done, self._total)


def _texts(model: Model, texts: tuple[str, ...]) -> Generator[Event, None, Text]:
    tower = yield from model.text_tower()
    text = encode_texts(tower, model.tokenizer, texts, model.device)
    yield Step(Stage.TEXT, 1, 1)
    return text


def _embedding(
    model: Model, text: Text, run: PriorRun, progress: _Progress
) -> Generator[Event, None, Tensor]:
    """(B,D) float32 in CLIP space."""
    prior = yield from model.prior()
    x = run.noise.draw((model.family.prior.embed_dim,))
    for sample in sample_prior(prior, text, x, run):
        x = sample.x
        yield progress.step()
    return prior.unstandardise(x).float()


def _given(value: Value | None, preset: Value | None) -> Value:
    chosen = preset if value is None else value
    assert chosen is not None, "a family's preset is complete"
    return chosen
