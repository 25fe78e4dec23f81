"""Which module plans which request: the one place that knows them all."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from engine.errors import UnsupportedTask
from engine.events import Event
from engine.families import Family
from engine.model import Model
from engine.requests import (
    Generate,
    Guide,
    Inpaint,
    Mix,
    Morph,
    PathNoise,
    Reword,
    Sampling,
    Vary,
)
from engine.tasks import generate, guide, inpaint, mix, morph, reword, vary
from engine.tasks.plan import Planning, Settings, settings_of
from engine.tasks.recovery import settings_for_recovery

Planned: TypeAlias = Generate | Vary | Mix | Morph | Reword | Inpaint | Guide
"""Requests that the decoder paints. The others, Upscale and Embed, have no plan."""


def planned(model: Model, request: Planned, settings: Settings) -> Planning:
    """The plan for `request`, whichever kind it is."""
    match request:
        case Generate():
            return generate.plan(model, request, settings)
        case Vary():
            return vary.plan(model, request, settings)
        case Mix():
            return mix.plan(model, request, settings)
        case Morph():
            return morph.plan(model, request, settings)
        case Reword():
            return reword.plan(model, request, settings)
        case Inpaint():
            return inpaint.plan(model, request, settings)
        case Guide():
            return guide.plan(model, request, settings)


def set_in(family: Family, request: Planned, events: Iterator[Event]) -> Iterator[Event]:
    """The decoder's events, its pictures set into the one that was given, if one was."""
    match request:
        case Inpaint():
            return inpaint.set_in(family, request, events)
        case Guide():
            return guide.set_in(family, request, events)
        case _:
            return events


def settings_for(request: Planned, preset: Sampling) -> Settings:
    """The request's sampling, completed by the preset. Raises InvalidRequest.

    What starts from a picture's own noise is sampled by DDIM. What the preset spares was looked at
    in pictures made of noise alone, so beside a picture that is there already nothing is spared.
    """
    match request:
        case Vary(composition=share) if share < 1:
            return settings_for_recovery(request.sampling, preset)
        case Reword(keep_composition=True) | Morph(noise=PathNoise.INVERTED):
            return settings_for_recovery(request.sampling, preset)
        case Inpaint() | Guide():
            return settings_of(request.sampling, replace(preset, deep_every=1))
        case _:
            return settings_of(request.sampling, preset)


def unsupported(title: str) -> UnsupportedTask:
    """The sentence for a request that the model called `title` cannot do."""
    return UnsupportedTask(f"{title} cannot do this kind of work; choose another model.")
