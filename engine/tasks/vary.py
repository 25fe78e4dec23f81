"""New pictures of the same idea: its meaning and its composition may drift, each by its own share.

meaning: in the space in which the prior works, where embeddings have mean 0 and deviation 1 in
every coordinate, the embedding is turned towards a random direction, its length there kept, by at
most FARTHEST. composition: the noise recovered from the picture gives way to fresh noise at
constant variance. The decoder is guided in proportion to the larger share, because guidance takes
a picture away from itself: with both shares at 0 the picture comes back.
"""

import math
from collections.abc import Generator, Sequence

from torch import Tensor

from engine.diffusion.inversion import between
from engine.diffusion.noise import NoiseSource
from engine.errors import InvalidRequest
from engine.events import Event
from engine.model import Model
from engine.requests import Idea, Vary
from engine.tasks.meaning import embeddings_of, nothing_of, stored_embedding
from engine.tasks.plan import Plan, Planning, Settings, Start, Together, seeds_of, sources_of
from engine.tasks.recovery import recovered
from engine.tasks.sizes import native_size, size_like
from engine.tasks.space import turned

FARTHEST = math.radians(60)
"""At a meaning of 1 half of what sets the embedding apart is left: the cosine of this angle. The
prior's own answers to one prompt lie some 25 degrees apart, to two different prompts some 70."""


def plan(model: Model, request: Vary, settings: Settings) -> Planning:
    """The drifted embedding, and noise between the picture's own and new noise."""
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    picture = request.idea.image
    family = model.family
    size = native_size(request, family) if picture is None else size_like(picture, request, family)
    own = yield from _embedding(model, request.idea)
    nothing = yield from nothing_of(model)
    embedding = drifted(model, own, noise, request.meaning)
    start, guidance = None, None
    if picture is not None and request.composition < 1:
        found = yield from recovered(model, (picture,), own, size, settings)
        start = Start(blended(found, noise, request.composition), recovered=True)
        guidance = guidance_for(settings.guidance, max(request.meaning, request.composition))
    return Plan(
        embedding=embedding,
        against=nothing.expand_as(embedding),
        width=size[0],
        height=size[1],
        seeds=seeds,
        noise=noise,
        guidance=guidance,
        start=start,
    )


def drifted(
    model: Model, embedding: Tensor, noise: Sequence[NoiseSource], meaning: float
) -> Tensor:
    """(1,D) -> (B,D): one direction for each source, the same whatever `meaning` is.

    (The reference's image-to-image prior adds its noise to raw embeddings, which are not of the
    scale that the prior knows.)
    """
    standard = model.standard
    direction = Together(noise).draw((embedding.shape[-1],))
    own = standard.standardise(embedding).expand_as(direction)
    if meaning == 0:
        return embedding.expand_as(direction)
    return standard.unstandardise(turned(own, direction, meaning * FARTHEST))


def blended(own: Tensor, noise: Sequence[NoiseSource], composition: float) -> Tensor:
    """Recovered noise (1,Z,h,w) -> (B,Z,h,w): one fresh noise for each source."""
    return between(own, Together(noise).draw(tuple(own.shape[1:])), composition)


def guidance_for(full: float, share: float) -> float:
    """From none, which is 1, to the whole of it, as `share` goes from 0 to 1."""
    return 1.0 + (full - 1.0) * share


def _embedding(model: Model, idea: Idea) -> Generator[Event, None, Tensor]:
    if idea.image is not None:
        return (yield from embeddings_of(model, (idea.image,)))
    if idea.embedding is not None:
        return stored_embedding(model, idea.embedding)
    raise InvalidRequest("Variations are made of a picture; to paint a text, generate it.")
