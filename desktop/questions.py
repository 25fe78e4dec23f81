"""What can be asked about a picture that is there already: more, again, variations, larger.

Pure functions from what is there to a question, whose pictures are looked at when it is asked.
Raises InvalidRequest or NotRepeatable with one sentence where it cannot be asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from desktop.ask import request_size
from desktop.asked import EVERYTHING, Asked, unseen
from desktop.candidates import Candidate
from desktop.document.composite import composite, composite_layers
from desktop.document.edits import set_visible
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.settings import Settings
from desktop.storage.request_reading import request_in
from engine.errors import InvalidRequest
from engine.families import Family
from engine.requests import (
    Generate,
    Guide,
    Idea,
    Inpaint,
    Morph,
    Painting,
    Pixels,
    Sampling,
    Seam,
    Upscale,
    Vary,
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose beforehand. `sampling` holds the seed of the first picture."""

    count: int
    sampling: Sampling
    settings: Settings
    family: Family


def more(candidate: Candidate, now: Picture, choices: Choices) -> Asked:
    """Ask for further pictures of the same kind; they join those in the tray."""
    frame = candidate.frame
    if candidate.asked is not None:
        asked = candidate.asked
    else:
        picture = replace(now, frame=frame)
        asked = Asked(_read(candidate.notes, composite(picture, frame)), picture, frame)
    if isinstance(asked.request, Upscale | Morph):
        raise InvalidRequest("There is only one picture of this kind; ask for variations of it.")
    request = replace(
        asked.request,
        count=choices.count,
        sampling=replace(asked.request.sampling, seed=choices.sampling.seed),
    )
    return replace(asked, request=request, adds=True)


def again(layer: Layer, now: Picture, choices: Choices) -> Asked:
    """Ask once more for what a layer was made by; an accepted answer takes the layer's place.

    The engine is shown the picture as it is now without the layer, and the layer's own mask.
    """
    result = layer.result
    frame = layer.bounds() if result is None else (result.frame or result.area)
    if frame.is_empty:
        raise InvalidRequest("This layer is empty; undo what emptied it, or ask anew.")
    without = set_visible(layer.id, False).apply(now)
    # Looked at here and now: whether it can be asked, and what an idea of it was, hangs on pixels.
    request = _read(layer.notes, composite(without, frame))
    sampling = replace(request.sampling, seed=choices.sampling.seed)
    match request:
        case Inpaint():
            mask = np.zeros((frame.height, frame.width), np.uint8)
            if result is not None:
                mask = np.ascontiguousarray(result.mask.read(frame))
            seam = request.seam
            if result is not None:
                kept = result.seam
                seam = Seam(feather=kept.feather, grow=kept.grow, match_colours=kept.match_colours)
            request = replace(request, mask=mask, seam=seam, width=None, height=None)
        case Guide():
            request = replace(request, width=None, height=None)
        case Generate() | Vary():
            pass
        case _:
            raise InvalidRequest(
                "This layer was mixed or enlarged from others; ask for it where it came from, "
                "or for variations of it."
            )
    request = replace(request, count=choices.count, sampling=sampling)
    return Asked(request, without, frame, replaces=layer.id)


def vary_candidate(candidate: Candidate, choices: Choices) -> Asked:
    """Ask for variations of a picture in the tray; they join it there."""
    free = choices.settings.composition == 100 and len(candidate.embedding) > 0
    # With nothing of the composition kept, what the decoder was told is nearer than a look at it.
    idea = Idea(embedding=candidate.embedding) if free else Idea(image=candidate.pixels)
    picture = Picture(candidate.frame) if candidate.asked is None else candidate.asked.picture
    return _variations(idea, picture, candidate.frame, choices, adds=True)


def vary_layer(layer: Layer, now: Picture, choices: Choices) -> Asked:
    """Ask for variations of what a layer or a group shows, at its place."""
    frame = _bounds_of(layer)
    asked = _variations(Idea(image=unseen(frame.size)), now, frame, choices, adds=False)
    return replace(asked, look=partial(_shown, partial(composite_layers, (_bare(layer),), frame)))


def vary_picture(now: Picture, choices: Choices) -> Asked:
    """Ask for variations of all that can be seen."""
    frame = _content(now)
    asked = _variations(Idea(image=unseen(frame.size)), now, frame, choices, adds=False)
    return replace(asked, look=partial(_shown, partial(composite, now, frame)))


def enlarge_layer(layer: Layer, now: Picture, scale: int, choices: Choices) -> Asked:
    """Ask for a layer `scale` times as large; its upper left corner stays."""
    frame = _bounds_of(layer)
    look = partial(composite_layers, (_bare(layer),), frame)
    return _enlarged(look, now, frame, scale, choices, replaces=layer.id)


def enlarge_picture(now: Picture, scale: int, choices: Choices) -> Asked:
    """Ask for all that can be seen `scale` times as large, as one layer in place of all."""
    frame = _content(now)
    look = partial(composite, now, frame)
    return _enlarged(look, now, frame, scale, choices, replaces=EVERYTHING)


def _enlarged(
    look: Callable[[], Pixels],
    now: Picture,
    frame: Rect,
    scale: int,
    choices: Choices,
    *,
    replaces: int,
) -> Asked:
    request = Upscale(image=unseen(frame.size), scale=scale, sampling=choices.sampling)
    large = Rect(frame.left, frame.top, frame.width * scale, frame.height * scale)
    return Asked(request, now, large, replaces, look=partial(_shown, look))


def _variations(
    idea: Idea, picture: Picture, frame: Rect, choices: Choices, *, adds: bool
) -> Asked:
    width, height = request_size(frame.size, choices.family)
    request = Vary(
        idea=idea,
        meaning=choices.settings.meaning / 100,
        composition=choices.settings.composition / 100,
        count=choices.count,
        width=width,
        height=height,
        sampling=choices.sampling,
    )
    return Asked(request, picture, frame, adds=adds)


def _shown(look: Callable[[], Pixels], request: Painting) -> Painting:
    """Return `request` about the picture that `look` gives."""
    pixels = look()
    match request:
        case Vary():
            return replace(request, idea=Idea(image=pixels))
        case Upscale():
            return replace(request, image=_without_idle_alpha(pixels))
    raise AssertionError(type(request))


def _read(notes: Mapping[str, str], pixels: Pixels) -> Painting:
    """Return the request that the notes tell of, on `pixels` in place of what it was made from."""
    return request_in(dict(notes), lambda _digest: pixels)


def _bounds_of(layer: Layer) -> Rect:
    bounds = layer.bounds()
    if bounds.is_empty:
        raise InvalidRequest(f"The layer “{layer.name}” is empty; choose one with a picture on it.")
    return bounds


def _content(picture: Picture) -> Rect:
    content = picture.content()
    if content.is_empty:
        raise InvalidRequest("There is no picture yet; paint, open or generate one first.")
    return content


def _bare(layer: Layer) -> Layer:
    """Return the layer as if it lay alone and were fully shown."""
    return replace(layer, visible=True, opacity=1.0)


def _without_idle_alpha(pixels: Pixels) -> Pixels:
    return pixels if (pixels[..., 3] < 255).any() else np.ascontiguousarray(pixels[..., :3])
