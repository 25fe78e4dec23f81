"""The plan: all that decoding needs to know, whichever task made it."""

from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TypeAlias, TypeVar

import torch
from torch import Tensor

from engine.conditioning import Text
from engine.diffusion.noise import NoiseSource, SeededNoise
from engine.diffusion.samplers import FIRST_ORDER, SAMPLERS
from engine.errors import InvalidRequest
from engine.events import Event
from engine.model import Model
from engine.requests import LARGEST_SEED, Sampling

Value = TypeVar("Value")

LEAST_STEPS = 25
"""Of a sampler of first order where the preset's steps are meant for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Sampling with every value filled in."""

    steps: int
    guidance: float
    prior_steps: int
    prior_guidance: float
    sampler: str
    guidance_from: float
    guidance_until: float
    deep_every: int

    def sampling(self, seed: int) -> Sampling:
        """The same as a request's field, for the picture with this seed."""
        return Sampling(seed=seed, **asdict(self))


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where the decoder begins when it is not pure new noise.

    latents: (B,Z,h,w) float32, as noisy as `timesteps[first]` of the run says. first: index of the
    first timestep that is visited, 0 being the noisiest; those before it are left out. recovered:
    they are a picture's own noise, so the way to it must not be clipped.
    """

    latents: Tensor
    first: int = 0
    recovered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """What the decoder is to leave as it is.

    clean: (B,Z,h,w) float32 latents without noise. mask: (B,1,h,w) float32, 1 where they are kept.
    """

    clean: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """What the decoder is to paint.

    embedding, against: (B,D) float32, CLIP image embeddings to go towards and away from. width and
    height: of the finished pictures, in pixels. seeds and noise: one for each picture; the sources
    were used by the prior already, and the decoder goes on where that stopped. guidance: of the
    decoder, None for what the settings say. start: None for pure noise. keep: None for nothing.
    text: what a decoder that reads text is told beside the embeddings, 2 rows, [against, towards];
    None for nothing.
    """

    embedding: Tensor
    against: Tensor
    width: int
    height: int
    seeds: tuple[int, ...]
    noise: tuple[NoiseSource, ...]
    guidance: float | None = None
    start: Start | None = None
    keep: Keep | None = None
    text: Text | None = None


Planning: TypeAlias = Generator[Event, None, Plan]


class Together:
    """Several noise sources as one; rows in their order."""

    def __init__(self, sources: Sequence[NoiseSource]) -> None:
        self._sources = sources

    def draw(self, shape_per_image: tuple[int, ...]) -> Tensor:
        """Return the next noise of every source, (B, *shape_per_image)."""
        return torch.cat([source.draw(shape_per_image) for source in self._sources])


def settings_of(sampling: Sampling, preset: Sampling) -> Settings:
    """`sampling`, completed by the preset. Raises InvalidRequest for an unknown sampler.

    The preset's steps are those of its sampler; another may be given more, see LEAST_STEPS. Its
    `deep_every` is for its own sampler and for steps as near to each other as its own.
    """
    preset = _preset_for(sampling, preset)
    names = [field.name for field in fields(Settings)]
    settings = Settings(**{n: _given(getattr(sampling, n), getattr(preset, n)) for n in names})
    if settings.sampler not in SAMPLERS:
        raise InvalidRequest(
            f"There is no sampler called {settings.sampler!r}; choose one of {', '.join(SAMPLERS)}."
        )
    return settings


def _preset_for(sampling: Sampling, preset: Sampling) -> Sampling:
    """The preset, as far as it is meant for what is asked."""
    sampler, steps = sampling.sampler or preset.sampler, preset.steps or 0
    if sampler in FIRST_ORDER and preset.sampler not in FIRST_ORDER:
        preset = replace(preset, steps=max(steps, LEAST_STEPS))
    if sampler != preset.sampler or (sampling.steps or steps) < steps:
        preset = replace(preset, deep_every=1)
    return preset


def seeds_of(seed: int, count: int) -> tuple[int, ...]:
    """One seed per picture, counting up; the largest one is followed by 0."""
    return tuple((seed + index) % (LARGEST_SEED + 1) for index in range(count))


def sources_of(seeds: Sequence[int], model: Model) -> tuple[SeededNoise, ...]:
    """A fresh source of noise for each seed, on the model's device."""
    return tuple(SeededNoise([seed], model.device) for seed in seeds)


def _given(value: Value | None, preset: Value | None) -> Value:
    chosen = preset if value is None else value
    assert chosen is not None, "a family's preset is complete"
    return chosen
