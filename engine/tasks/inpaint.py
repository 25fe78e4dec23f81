"""Paint into holes and beyond borders: what is around them is kept while the rest is painted.

A family with a decoder of its own for this shows it the surroundings. Of any other the surroundings
are only put back at every step, which joins worse but needs no other weights.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from engine.blending import BLOCK_LEVELS, RING, Patch, blended, wanted
from engine.canvas import canvas_of, cut, seen_on
from engine.context import Box, Window, window_of
from engine.errors import InvalidRequest
from engine.events import Event, Image
from engine.families import Family
from engine.keep_mask import exact_keep, spread_keep
from engine.model import Model
from engine.requests import Inpaint, Mask, Pixels
from engine.tasks import likeness
from engine.tasks.encoding import encoded
from engine.tasks.plan import Keep, Planning, Settings

REACH = 256 + 256 + RING * 2**BLOCK_LEVELS
"""Pixels around a hole that a seam can ever come to: growing, feather, comparing colours."""


def plan(model: Model, request: Inpaint, settings: Settings) -> Planning:
    """The embedding of prompt and likeness, and the surroundings to be kept."""
    check_size(request)
    asked = yield from likeness.plan(model, request, settings)
    window = window_for(request, model.family)
    rgb, holes = canvas_of(request.image, request.mask, window, model.family.enlargement)
    clean = yield from encoded(model, rgb)
    choose = spread_keep if model.family.inpaint_spread else exact_keep
    mask = choose(holes, (clean.shape[2], clean.shape[3])).to(clean)
    keep = Keep(*(part.expand(request.count, -1, -1, -1) for part in (clean, mask)))
    return replace(asked, width=window.width, height=window.height, keep=keep)


def check_size(request: Inpaint) -> None:
    """Raise InvalidRequest for a size other than the picture's own."""
    height, width = request.image.shape[:2]
    if (request.width or width, request.height or height) != (width, height):
        raise InvalidRequest(
            "A hole is painted at the size of the picture; leave the size out, or enlarge the "
            "picture first."
        )


def window_for(request: Inpaint, family: Family) -> Window:
    """The part of the picture that is worked on."""
    return window_of(wanted(request.image, request.mask), request.context, family)


def set_in(
    family: Family, request: Inpaint, events: Iterator[Event]
) -> Generator[Event, None, None]:
    """`events` of the decoder, each picture set into the one that was given."""
    window = window_for(request, family)
    for event in events:
        if isinstance(event, Image):
            patch = patch_of(event.pixels, request, window)
            pixels = blended(request.image, patch, request.seam)
            yield replace(event, pixels=pixels, patch=patch)
        else:
            yield event


def patch_of(canvas: Pixels, request: Inpaint, window: Window) -> Patch:
    """What was painted on the canvas, at the picture's own size, as far as a seam can reach."""
    area = reachable(wanted(request.image, request.mask), window.part)
    pixels = seen_on(canvas, window, area)
    return Patch(pixels, cut(request.mask, area).copy(), area.left, area.top)


def reachable(mask: Mask, part: Box) -> Box:
    """The box around what is set in `mask`, REACH larger, within `part`."""
    inside = cut(mask, part)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    left, top = max(int(columns[0]) - REACH, 0), max(int(rows[0]) - REACH, 0)
    right = min(int(columns[-1]) + 1 + REACH, part.width)
    bottom = min(int(rows[-1]) + 1 + REACH, part.height)
    return Box(left=part.left + left, top=part.top + top, width=right - left, height=bottom - top)
