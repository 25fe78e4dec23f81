"""Turn a picture from one description towards another: text differences.

Ramesh et al. 2022 (arXiv 2204.06125), section 3.3: the difference of two text embeddings is a
direction, and the picture's embedding is turned into it. Where nothing is said about before, the
empty text stands for it, whose embedding holds what all texts have in common. Several differences,
each of length 1 times its amount, are added before the turn, so that their order does not matter.
"""

import torch
from torch import Tensor

from engine.model import Model
from engine.requests import Reword
from engine.tasks.meaning import embeddings_of, nothing_of, texts_of
from engine.tasks.plan import Plan, Planning, Settings, Start, seeds_of, sources_of
from engine.tasks.recovery import recovered
from engine.tasks.sizes import size_like
from engine.tasks.space import length, slerp, unit
from engine.tasks.vary import guidance_for

FARTHEST = 0.5
"""Share of the way to the pure difference at an amount of 1; the paper goes to 0.25 … 0.5."""


def plan(model: Model, request: Reword, settings: Settings) -> Planning:
    """The turned embedding, from the picture's own noise or from new noise.

    What keeps its composition is guided in proportion to the change: an amount of 0 gives the
    picture back.
    """
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    changes = request.changes
    described = tuple(text for change in changes for text in (change.before, change.after))
    text = yield from texts_of(model, described)
    own = yield from embeddings_of(model, (request.image,))
    amounts = [change.amount for change in changes]
    turned, share = reworded(own, text.embed.float().reshape(len(changes), 2, -1), amounts)
    embedding = turned.expand(request.count, -1)
    nothing = yield from nothing_of(model)
    size = size_like(request.image, request, model.family)
    start, guidance = None, None
    if request.keep_composition:
        found = yield from recovered(model, (request.image,), own, size, settings)
        start = Start(found.expand(request.count, -1, -1, -1), recovered=True)
        guidance = guidance_for(settings.guidance, share)
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


def reworded(own: Tensor, pairs: Tensor, amounts: list[float]) -> tuple[Tensor, float]:
    """`own` (1,D) turned by the differences of pairs (N,2,D), and how much of FARTHEST that was.

    The length of `own` is kept. A difference of nothing, as between equal texts, turns nothing.
    """
    differences = unit(pairs[:, 1] - pairs[:, 0])
    weights = torch.tensor(amounts, device=own.device)[:, None]
    towards = (weights * differences).sum(0, keepdim=True)
    share = min(1.0, float(length(towards)))
    turned = slerp(unit(own), unit(towards), FARTHEST * share) if share else unit(own)
    return length(own) * turned, share
