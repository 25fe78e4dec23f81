"""Paint a prompt over a picture: its latents, made noisy, are where the decoder starts."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from torch import Tensor

from engine.canvas import canvas_of, seen_on
from engine.context import Box, Window, fitted, unscaled
from engine.diffusion.keeping import noised
from engine.events import Event, Image
from engine.families import Family
from engine.images import covering, opaque
from engine.model import Model
from engine.requests import Guide, Pixels
from engine.tasks import generate
from engine.tasks.encoding import encoded
from engine.tasks.plan import Plan, Planning, Settings, Start, Together


def plan(model: Model, request: Guide, settings: Settings) -> Planning:
    """The prompt's embedding, and the picture as far as it is to be kept.

    (The reference implementation swaps height and width of what it encodes.)
    """
    asked = yield from generate.plan(model, generate.prompted(request), settings)
    window = window_for(request, model.family)
    picture = picture_for(request, window)
    nowhere = np.zeros(picture.shape[:2], np.uint8)
    rgb, _ = canvas_of(picture, nowhere, window, model.family.enlargement)
    clean = (yield from encoded(model, rgb)).expand(request.count, -1, -1, -1)
    start = start_from(model, clean, asked, settings, request.strength)
    return replace(asked, width=window.width, height=window.height, start=start)


def start_from(
    model: Model, clean: Tensor, asked: Plan, settings: Settings, strength: float
) -> Start | None:
    """`clean` (B,Z,h,w) with the noise of as many steps as `strength` leaves to be done.

    0 leaves none, and the picture is what the autoencoder makes of it. At 1 the picture has no
    part any more, not even the trace of it that the noisiest step would leave; hence None.
    """
    if strength == 1:
        return None
    first = settings.steps - int(settings.steps * strength)
    if first == settings.steps:
        return Start(clean, first)
    schedule = model.decoder_schedule
    noise = Together(asked.noise).draw(tuple(clean.shape[1:]))
    return Start(noised(clean, noise, schedule, schedule.timesteps(settings.steps)[first]), first)


def window_for(request: Guide, family: Family) -> Window:
    """A canvas of the size that is asked for, else of the family's area and the picture's shape."""
    height, width = request.image.shape[:2]
    if request.width is None and request.height is None:
        return fitted(Box(left=0, top=0, width=width, height=height), family)
    return unscaled(request.width or width, request.height or height, family)


def picture_for(request: Guide, window: Window) -> Pixels:
    """The picture, scaled and cut to the size of the result; transparent pixels are white."""
    return covering(opaque(request.image), window.part.width, window.part.height)


def set_in(family: Family, request: Guide, events: Iterator[Event]) -> Iterator[Event]:
    """`events` of the decoder, each picture at the size of the result."""
    window = window_for(request, family)
    for event in events:
        if isinstance(event, Image):
            yield replace(event, pixels=seen_on(event.pixels, window, window.part))
        else:
            yield event
