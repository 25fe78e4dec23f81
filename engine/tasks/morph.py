"""A path of pictures from one idea to another: the embedding goes evenly along the sphere.

All pictures start from one noise, or from the noises of both ends, which are mixed as evenly. In
the second case both ends are painted as they are, so the decoder is not guided.
"""

import torch
from torch import Tensor

from engine.diffusion.noise import SeededNoise
from engine.model import Model
from engine.requests import Morph, PathNoise
from engine.tasks.candidates import another_seed
from engine.tasks.meaning import ideas_of, nothing_of
from engine.tasks.plan import Plan, Planning, Settings, Start, sources_of
from engine.tasks.recovery import recovered
from engine.tasks.sizes import native_size, size_like
from engine.tasks.space import slerp


def plan(model: Model, request: Morph, settings: Settings) -> Planning:
    """`count` embeddings from start to end, all with the seed of the request.

    The prior of ends that are texts has noise of its own, so that the decoder's noise is that of
    the seed alone.
    """
    seed = request.sampling.seed
    seeds = (seed,) * request.count
    prior_noise = SeededNoise([another_seed(seed, 1)], model.device)
    ends = yield from ideas_of(model, (request.start, request.end), prior_noise, 1, settings)
    shares = torch.linspace(0, 1, request.count, device=model.device)[:, None]  # (B,1)
    embedding = slerp(ends[0], ends[1], shares)
    nothing = yield from nothing_of(model)
    pictures = [end.image for end in (request.start, request.end) if end.image is not None]
    size = native_size(request, model.family)
    if pictures:
        size = size_like(pictures[0], request, model.family)
    inverted = request.noise is PathNoise.INVERTED
    start = None
    if inverted:
        found = yield from recovered(model, pictures, torch.cat(ends), size, settings)
        start = Start(between_noises(found, shares), recovered=True)
    return Plan(
        embedding=embedding,
        against=nothing.expand_as(embedding),
        width=size[0],
        height=size[1],
        seeds=seeds,
        noise=sources_of(seeds, model),
        guidance=1.0 if inverted else None,
        start=start,
    )


def between_noises(ends: Tensor, shares: Tensor) -> Tensor:
    """(2,Z,h,w) and (B,1) -> (B,Z,h,w), each picture's noise taken as one long vector."""
    first, last = ends.flatten(1)
    return slerp(first, last, shares).reshape(-1, *ends.shape[1:])
