"""One picture out of several ideas: their embeddings, weighed and added.

LINEAR is Kandinsky's published interpolation: raw embeddings times weights as they are given, texts
by way of the prior. SPHERICAL keeps the length that embeddings have, whatever the weights.
"""

import torch
from torch import Tensor

from engine.model import Model
from engine.requests import Blending, Mix
from engine.tasks.meaning import ideas_of, nothing_of
from engine.tasks.plan import Plan, Planning, Settings, Together, seeds_of, sources_of
from engine.tasks.sizes import native_size
from engine.tasks.space import spherical_mix


def plan(model: Model, request: Mix, settings: Settings) -> Planning:
    """The mixed embedding, from new noise."""
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    ideas = [part.idea for part in request.ingredients]
    embeddings = yield from ideas_of(model, ideas, Together(noise), request.count, settings)
    embedding = mixed(embeddings, [part.weight for part in request.ingredients], request.blending)
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
