"""Where pictures and texts lie in CLIP's space, and which words lie near a picture.

Paints nothing, so there is no plan.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.events import Embedded, Event, Word
from engine.model import Model
from engine.requests import Embed
from engine.tasks.meaning import embeddings_of, text_embeddings_of
from engine.tasks.space import unit


def run(model: Model, request: Embed) -> Iterator[Event]:
    """Report steps and, once, Embedded. Raises WeightsMissing where words are wanted and not here.

    The embeddings of the words are kept by the model.
    """
    images = texts = torch.empty(0, model.family.vision.embed_dim)
    words: tuple[tuple[Word, ...], ...] = tuple(() for _ in request.images)
    if request.images:
        images = (yield from embeddings_of(model, request.images)).cpu()
    if request.texts:
        texts = (yield from text_embeddings_of(model, request.texts)).cpu()
    if request.images and request.words:
        listed = model.listed_words
        if model.words is None:
            model.words = (yield from text_embeddings_of(model, listed)).cpu()
        words = nearest(images, model.words, listed, request.words)
    yield Embedded(
        images=images.numpy().astype(np.float16),
        texts=texts.numpy().astype(np.float16),
        agreement=agreement(images, texts).numpy(),
        words=words,
        model=model.family.name,
    )


def agreement(images: Tensor, texts: Tensor) -> Tensor:
    """(N,D), (M,D) -> (N,M): cosines."""
    return unit(images) @ unit(texts).T


def nearest(
    images: Tensor, words: Tensor, listed: Sequence[str], count: int
) -> tuple[tuple[Word, ...], ...]:
    """For each picture (N,D) the `count` best of the words (W,D), or all there are, best first."""
    cosines = agreement(images, words).numpy()
    ranked: list[tuple[Word, ...]] = []
    for row in cosines:
        best = np.argsort(-row, kind="stable")[:count]
        ranked.append(tuple(Word(listed[int(index)], float(row[index])) for index in best))
    return tuple(ranked)
