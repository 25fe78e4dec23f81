"""Which module plans which request: the one place that knows them all."""

from typing import TypeAlias

from engine.errors import UnsupportedTask
from engine.model import Model
from engine.requests import Generate, Guide, Inpaint, Mix, Morph, Reword, Vary
from engine.tasks import generate
from engine.tasks.plan import Planning, Settings

Planned: TypeAlias = Generate | Vary | Mix | Morph | Reword | Inpaint | Guide
"""Requests that the decoder paints. The others, Upscale and Embed, have no plan."""


def planned(model: Model, request: Planned, settings: Settings) -> Planning:
    """The plan for `request`, whichever kind it is."""
    match request:
        case Generate():
            return generate.plan(model, request, settings)
        case Vary() | Mix() | Morph() | Reword() | Inpaint() | Guide():
            raise unsupported(model.family.title)


def unsupported(title: str) -> UnsupportedTask:
    """The sentence for a request that the model called `title` cannot do."""
    return UnsupportedTask(f"{title} cannot do this kind of work; choose another model.")
