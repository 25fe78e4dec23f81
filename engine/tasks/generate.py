"""Text to picture: the prior finds an embedding for the prompt, the decoder paints it."""

from dataclasses import replace

import torch
from torch import Tensor

from engine.model import Model
from engine.requests import Generate, Guide, Inpaint
from engine.tasks.candidates import best, sources_of_candidates
from engine.tasks.meaning import PriorProgress, nothing_of, prior_answer, prior_run, texts_of
from engine.tasks.plan import Plan, Planning, Settings, Together, seeds_of, sources_of

ROWS_AT_ONCE = 16
"""Embeddings that the prior works on together: never fewer than a run has pictures."""


def prompted(request: Inpaint | Guide) -> Generate:
    """The prompt of a request that changes a picture, as a request of its own."""
    return Generate(
        prompt=request.prompt,
        negative=request.negative,
        count=request.count,
        sampling=request.sampling,
    )


def plan(model: Model, request: Generate, settings: Settings) -> Planning:
    """What the prior says of the prompt; of several candidates what agrees best with its text.

    With a negative prompt both stages steer away from it: the prior from its text, the decoder from
    an embedding that the prior makes of it, from the same noise as the picture's own.
    """
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    text = yield from texts_of(model, (request.negative, request.prompt))
    count = request.prior_candidates or model.family.prior_candidates
    candidates = sources_of_candidates(noise, seeds, count, model.device)
    groups = [candidates[i : i + ROWS_AT_ONCE] for i in range(0, len(candidates), ROWS_AT_ONCE)]
    negated = bool(request.negative.strip())
    progress = PriorProgress(settings.prior_steps * (len(groups) + negated))
    answers: list[Tensor] = []
    for group in groups:
        run = prior_run(model, settings, Together(group))
        answers.append((yield from prior_answer(model, text.repeated(len(group)), run, progress)))
    answered = torch.cat(answers).reshape(count, request.count, -1)
    embedding = best(answered, text.embed[1].float())
    if negated:
        again = prior_run(model, settings, Together(sources_of(seeds, model)))
        negative = text.rows([0]).repeated(request.count)
        alone = replace(again, guidance=1.0)
        against = yield from prior_answer(model, negative, alone, progress)
    else:
        nothing = yield from nothing_of(model)
        against = nothing.expand_as(embedding)
    return Plan(
        embedding=embedding,
        against=against,
        width=request.width or model.family.native,
        height=request.height or model.family.native,
        seeds=seeds,
        noise=noise,
        text=text,
    )
