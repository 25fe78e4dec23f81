"""From what a person gives to CLIP embeddings: texts and the prior's answers to them.

All generators report what they do and return float32 tensors; B pictures, D the embedding's width.
"""

from collections.abc import Generator

from torch import Tensor

from engine.conditioning import PriorRun, Text, encode_texts, no_picture, sample_prior
from engine.events import Event, Stage, Step
from engine.model import Model


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
    """The unconditional embedding (1,D), computed once."""
    if model.nothing is None:
        tower = yield from model.image_tower()
        model.nothing = no_picture(tower, model.family.vision.image_size, model.device)
    return model.nothing
