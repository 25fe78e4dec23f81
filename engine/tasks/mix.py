"""One picture out of several ideas: their embeddings, weighed and added.

LINEAR is Kandinsky's published interpolation: raw embeddings times weights as they are given, texts
by way of the prior. SPHERICAL keeps the length that embeddings have, whatever the weights. Where
style and subject are weighed apart there are two mixes, and the style of one meets the subject of
the other.
"""

from collections.abc import Generator

import torch
from torch import Tensor

from engine.events import Event
from engine.model import Model
from engine.requests import Blending, Mix
from engine.tasks.meaning import ideas_of, nothing_of, text_embeddings_of
from engine.tasks.plan import Plan, Planning, Settings, Together, seeds_of, sources_of
from engine.tasks.sizes import native_size
from engine.tasks.space import spherical_mix
from engine.tasks.style import (
    averaged,
    in_context,
    restyled,
    restyled_on_sphere,
    style_space,
)


def plan(model: Model, request: Mix, settings: Settings) -> Planning:
    """The mixed embedding, from new noise."""
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    ideas = [part.idea for part in request.ingredients]
    embeddings = yield from ideas_of(model, ideas, Together(noise), request.count, settings)
    embedding = mixed(embeddings, [part.weight for part in request.ingredients], request.blending)
    if request.apart:
        styles = [part.style_weight for part in request.ingredients]
        space = yield from styles_of(model)
        whole = restyled if request.blending is Blending.LINEAR else restyled_on_sphere
        embedding = whole(embedding, mixed(embeddings, styles, request.blending), space)
    nothing = yield from nothing_of(model)
    width, height = native_size(request, model.family)
    return Plan(
        embedding=embedding,
        against=nothing.expand_as(embedding),
        width=width,
        height=height,
        seeds=seeds,
        noise=noise,
    )


def mixed(embeddings: list[Tensor], weights: list[float], blending: Blending) -> Tensor:
    """One (B,D) out of several."""
    match blending:
        case Blending.LINEAR:
            weighed = [weight * x for x, weight in zip(embeddings, weights, strict=True)]
            return torch.stack(weighed).sum(0)
        case Blending.SPHERICAL:
            return spherical_mix(embeddings, weights)


def styles_of(model: Model) -> Generator[Event, None, Tensor]:
    """What the bundled words for styles span (K,D); computed once. Raises WeightsMissing."""
    if model.styles is None:
        texts = yield from text_embeddings_of(model, in_context(model.listed_styles))
        model.styles = style_space(averaged(texts)).cpu()
    return model.styles.to(model.device)
