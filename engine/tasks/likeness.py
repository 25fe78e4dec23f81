"""What fills a hole, told by a picture beside the prompt, or in its place.

The idea is a picture of any kind: what is left around the hole, all of a canvas whose panorama goes
on, or another one. Its embedding and that which the prior makes of the prompt meet on the sphere.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np
from torch import Tensor

from engine.events import Event
from engine.fill import filled
from engine.model import Model
from engine.requests import Generate, Idea, Inpaint, Likeness, Pixels, Vary
from engine.tasks import generate, vary
from engine.tasks.meaning import embeddings_of, stored_embedding
from engine.tasks.plan import Planning, Settings
from engine.tasks.space import slerp


def looked_at(model: Model, request: Inpaint) -> Generator[Event, None, Inpaint]:
    """The same request, its likeness an embedding: so results repeat without that picture."""
    like = request.like
    if like is None or like.idea.image is None:
        return request
    seen = yield from embeddings_of(model, (without_holes(like.idea.image),))
    idea = Idea(embedding=seen[0].cpu().numpy().astype(np.float16))
    return replace(request, like=Likeness(idea=idea, share=like.share))


def plan(model: Model, request: Inpaint, settings: Settings) -> Planning:
    """What the prompt says as far as the likeness leaves it a say. It has to be looked at."""
    like = request.like
    if like is None:
        return (yield from generate.plan(model, generate.prompted(request), settings))
    assert like.idea.embedding is not None, "looked_at comes first"
    if like.share < 1:
        asked = yield from generate.plan(model, generate.prompted(request), settings)
        own = stored_embedding(model, like.idea.embedding).expand_as(asked.embedding)
        return replace(asked, embedding=slerp(asked.embedding, own, like.share))
    same = Vary(idea=like.idea, count=request.count, sampling=request.sampling)
    alone = yield from vary.plan(model, same, settings)
    if not request.negative.strip():
        return alone
    return replace(alone, against=(yield from _answer(model, request, settings)))


def without_holes(picture: Pixels) -> Pixels:
    """HxWx3: what is transparent is a smooth continuation of the rest, so that it says nothing."""
    if picture.shape[2] == 3 or bool((picture[..., 3] == 255).all()):
        return picture[..., :3]
    colours = picture[..., :3].astype(np.float32) / np.float32(255)
    whole = filled(colours, picture[..., 3] >= 128)
    return np.rint(whole * 255).clip(0, 255).astype(np.uint8)


def _answer(model: Model, request: Inpaint, settings: Settings) -> Generator[Event, None, Tensor]:
    """What the prior makes of the negative prompt, to be led away from."""
    prompt = Generate(prompt=request.negative, count=request.count, sampling=request.sampling)
    return (yield from generate.plan(model, prompt, settings)).embedding
