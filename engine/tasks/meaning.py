"""From what a person gives to CLIP embeddings: texts and the prior's answers to them.

All generators report what they do and return float32 tensors; B pictures, D the embedding's width.
"""

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.conditioning import (
    PriorRun,
    Text,
    embed_texts,
    encode_texts,
    no_picture,
    sample_prior,
)
from engine.diffusion.noise import NoiseSource
from engine.errors import InvalidRequest
from engine.events import Event, Stage, Step
from engine.families import Part
from engine.images import clip_input, opaque
from engine.model import Model
from engine.requests import Embedding, Idea, Pixels
from engine.tasks.plan import Settings

TEXTS_AT_ONCE = 64


class PriorProgress:
    """Counts the prior's steps across its passes."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def step(self) -> Step:
        """One more is done."""
        self._done += 1
        return Step(Stage.PRIOR, self._done, self._total)


def texts_of(model: Model, texts: tuple[str, ...]) -> Generator[Event, None, Text]:
    """What the text tower says, one row for each text."""
    tower = yield from model.text_tower()
    text = encode_texts(tower, model.tokenizer, texts, model.device)
    yield Step(Stage.TEXT, 1, 1)
    return text


def text_embeddings_of(model: Model, texts: Sequence[str]) -> Generator[Event, None, Tensor]:
    """Where each text lies, (N,D); of as many texts as there are, some at a time."""
    tower = yield from model.text_tower()
    rows: list[Tensor] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        some = texts[start : start + TEXTS_AT_ONCE]
        rows.append(embed_texts(tower, model.tokenizer, some, model.device).float())
        yield Step(Stage.TEXT, start + len(some), len(texts))
    return torch.cat(rows)


def prior_answer(
    model: Model, text: Text, run: PriorRun, progress: PriorProgress
) -> Generator[Event, None, Tensor]:
    """(B,D) in CLIP space. text: 2B rows, [negative, positive], or B with a guidance of 1."""
    prior = yield from model.prior()
    x = run.noise.draw((model.family.prior.embed_dim,))
    for sample in sample_prior(prior, text, x, run):
        x = sample.x
        yield progress.step()
    return prior.unstandardise(x).float()


def nothing_of(model: Model) -> Generator[Event, None, Tensor]:
    """The unconditional embedding (1,D), computed once: learned, or what CLIP sees in nothing."""
    if model.nothing is None:
        if model.family.projection is None:
            model.nothing = yield from _seen_in_nothing(model)
        else:
            projection = yield from model.projection()
            model.nothing = projection.nothing.float()
    return model.nothing


def _seen_in_nothing(model: Model) -> Generator[Event, None, Tensor]:
    """The image tower's answer to nothing (1,D): kept by an earlier start, or asked for now.

    A tower that is read for this alone does not stay, as painting from words never asks it again.
    """
    kept = model.answers.recall(model.image_tower_name, model.family.vision.embed_dim)
    if kept is not None:
        return torch.tensor(kept, device=model.device)[None]
    stays = Part.VISION in model.residency.parts
    tower = yield from model.image_tower()
    nothing = no_picture(tower, model.family.vision.image_size, model.device)
    if not stays:
        model.residency.release(Part.VISION)
    if bool(torch.isfinite(nothing).all()):
        model.answers.keep(model.image_tower_name, nothing[0].cpu().numpy())
    return nothing


def embeddings_of(model: Model, pictures: Sequence[Pixels]) -> Generator[Event, None, Tensor]:
    """What the image tower sees in each picture, (N,D)."""
    tower = yield from model.image_tower()
    dtype = next(tower.parameters()).dtype
    rows: list[Tensor] = []
    for index, picture in enumerate(pictures, start=1):
        seen = clip_input(opaque(picture), model.family.vision.image_size)
        rows.append(tower(seen.to(model.device, dtype)).float())
        yield Step(Stage.PICTURE, index, len(pictures))
    return torch.cat(rows)


def stored_embedding(model: Model, embedding: Embedding) -> Tensor:
    """(1,D). Raises InvalidRequest when it was made by another model."""
    expected = model.family.vision.embed_dim
    if embedding.shape != (expected,):
        raise InvalidRequest(
            f"This stored embedding was made by another model than {model.family.title}; use the "
            "picture it came from, or choose that model."
        )
    return torch.tensor(embedding.astype(np.float32), device=model.device)[None]


def ideas_of(
    model: Model, ideas: Sequence[Idea], noise: NoiseSource, count: int, settings: Settings
) -> Generator[Event, None, list[Tensor]]:
    """For each idea the embeddings (count,D) to paint, one for each source in `noise`.

    Texts go through the prior one after another, as Kandinsky's interpolation does it, so that the
    noise of the second follows that of the first; pictures and stored embeddings are what they are.
    (The reference's image-to-image prior fails on texts among them.)
    """
    pictures = [idea.image for idea in ideas if idea.image is not None]
    texts = [idea.text for idea in ideas if idea.text is not None]
    seen: Iterator[Tensor] = iter(())
    answers: Iterator[Tensor] = iter(())
    if pictures:
        embeddings = yield from embeddings_of(model, pictures)
        seen = (embeddings[row : row + 1] for row in range(len(pictures)))
    if texts:
        read = yield from texts_of(model, ("", *texts))
        progress = PriorProgress(settings.prior_steps * len(texts))
        found: list[Tensor] = []
        for index in range(1, len(texts) + 1):
            text = read.rows([0, index]).repeated(count)
            run = prior_run(model, settings, noise)
            found.append((yield from prior_answer(model, text, run, progress)))
        answers = iter(found)
    return [
        next(answers)
        if idea.text is not None
        else (
            next(seen) if idea.embedding is None else stored_embedding(model, idea.embedding)
        ).expand(count, -1)
        for idea in ideas
    ]


def prior_run(model: Model, settings: Settings, noise: NoiseSource) -> PriorRun:
    """The prior as the settings say, on this noise."""
    return PriorRun(
        schedule=model.prior_schedule,
        timesteps=model.prior_schedule.timesteps(settings.prior_steps),
        guidance=settings.prior_guidance,
        noise=noise,
    )
