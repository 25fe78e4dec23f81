"""Text to picture: the prior finds an embedding for the prompt, the decoder paints it."""

from engine.conditioning import PriorRun, Text
from engine.model import Model
from engine.requests import Generate
from engine.tasks.meaning import PriorProgress, nothing_of, prior_answer, texts_of
from engine.tasks.plan import Plan, Planning, Settings, Together, seeds_of, sources_of


def plan(model: Model, request: Generate, settings: Settings) -> Planning:
    """What the prior says of the prompt.

    With a negative prompt both stages steer away from it: the prior from its text, the decoder from
    an embedding that the prior makes of it, from the same noise as the picture's own.
    """
    seeds = seeds_of(request.sampling.seed, request.count)
    noise = sources_of(seeds, model)
    text = yield from texts_of(model, (request.negative, request.prompt))
    passes = 2 if request.negative.strip() else 1
    guided = PriorRun(
        schedule=model.prior_schedule,
        timesteps=model.prior_schedule.timesteps(settings.prior_steps),
        guidance=settings.prior_guidance,
        noise=Together(noise),
    )
    progress = PriorProgress(settings.prior_steps * passes)
    embedding = yield from prior_answer(model, text.repeated(request.count), guided, progress)
    if passes == 2:
        again = Together(sources_of(seeds, model))
        alone = PriorRun(
            schedule=guided.schedule, timesteps=guided.timesteps, guidance=1.0, noise=again
        )
        negative = Text(text.states[:1], text.embed[:1], text.mask[:1]).repeated(request.count)
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
    )
