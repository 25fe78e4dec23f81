"""An engine without a model: scripted events, remembered requests, faults on demand."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from engine.blending import Patch, blended
from engine.errors import InvalidRequest
from engine.events import Embedded, Event, Finished, Image, Loading, Stage, Step
from engine.requests import (
    Embed,
    Generate,
    Guide,
    Inpaint,
    Painting,
    Pixels,
    Request,
    Upscale,
    Vary,
)

ALL_STAGES = ((Stage.PRIOR, 2), (Stage.DECODER, 3))
EMBEDDING = np.zeros(4, np.float16)
"""Of every picture, unless it is a variation or a test puts another one here."""


@dataclass
class FakeEngine:
    """Paints plain squares whose colour is the seed's.

    stages: what a run reports before its pictures. pause: seconds before every event. error: raised
    by a run after `error_after` events, until it is set to None. side: of the pictures, where the
    request names no size. unable: requests it does not support. Everything that happened can be
    read from the other fields.
    """

    stages: tuple[tuple[Stage, int], ...] = ALL_STAGES
    pause: float = 0.0
    error: Exception | None = None
    error_after: int = 0
    side: int = 32
    unable: frozenset[type] = frozenset({Embed})
    questions: list[Embed] = field(default_factory=list)
    requests: list[Painting] = field(default_factory=list)
    finished: int = 0
    cancelled: int = 0
    warmed_up: int = 0
    interrupted: int = 0
    closed: bool = False
    given_up: list[Request] = field(default_factory=list)

    def supports(self, request: type[Request]) -> bool:
        """Everything there is, but for what `unable` names."""
        return request not in self.unable

    def warm_up(self) -> Iterator[Event]:
        """One part."""
        yield Loading("engine", "cpu")
        time.sleep(self.pause)
        self.warmed_up += 1

    def run(self, request: Request) -> Iterator[Event]:
        """The scripted events of one run."""
        assert not self.closed, "run after close"
        if isinstance(request, Embed):
            self.questions.append(request)
            yield embedded(request)
            return
        self.requests.append(request)
        try:
            for number, event in enumerate(self._script(request)):
                if self.error is not None and number >= self.error_after:
                    raise self.error
                time.sleep(self.pause)
                yield event
        except GeneratorExit:
            self.cancelled += 1
            raise
        self.finished += 1

    def give_up(self, request: Request) -> None:
        """Remember it."""
        self.given_up.append(request)

    def interrupt(self) -> None:
        """Remember it."""
        self.interrupted += 1

    def forget(self) -> None:
        """Let go of all that was asked, and of the pictures in it: no other engine keeps them."""
        self.requests.clear()
        self.questions.clear()
        self.given_up.clear()

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    def _script(self, request: Painting) -> Iterator[Event]:
        yield Loading("prior")
        for stage, total in self.stages:
            for index in range(1, total + 1):
                yield Step(stage, index, total, self._previews(request, stage))
        for index in range(request.count):
            yield self._image(request, index)
        yield Finished(tuple((stage, 0.1) for stage, _ in self.stages), 10_000_000)

    def _previews(self, request: Painting, stage: Stage) -> tuple[Pixels, ...]:
        if stage is not Stage.DECODER:
            return ()
        seed = request.sampling.seed
        return tuple(square(seed + index, 8, 8) for index in range(request.count))

    def _image(self, request: Painting, index: int) -> Image:
        seed, patch = request.sampling.seed + index, None
        pixels = square(seed, *self._size(request))
        if isinstance(request, Inpaint):
            patch = Patch(pixels, request.mask, 0, 0)
            pixels = blended(request.image, patch, request.seam)
        sampling = type(request.sampling)(
            seed=seed, steps=3, guidance=4.0, prior_steps=2, prior_guidance=4.0, sampler="ddpm"
        )
        embedding = EMBEDDING.copy()
        if isinstance(request, Vary) and request.idea.image is not None:
            embedding[:] = request.idea.image.sum() % 1000  # shows that the picture arrived whole
        return Image(index, pixels, seed, embedding, sampling, "fake", request, patch=patch)

    def _size(self, request: Painting) -> tuple[int, int]:
        match request:
            case Upscale(image=image, scale=scale):
                return image.shape[1] * scale, image.shape[0] * scale
            case Inpaint(image=image) | Guide(image=image):
                return image.shape[1], image.shape[0]
            case _:
                return request.width or self.side, request.height or self.side


class BrokenEngine(FakeEngine):
    """Fails in ways that the prompt names."""

    def run(self, request: Request) -> Iterator[Event]:
        """Raise after the first events, or end the process."""
        for number, event in enumerate(super().run(request)):
            yield event
            if not isinstance(request, Generate):
                continue
            if number == 2 and request.prompt == "known":
                raise InvalidRequest("That cannot be; ask for something else.")
            if number == 2 and request.prompt == "bug":
                raise ZeroDivisionError("nobody thought of this")
            if number == 2 and request.prompt == "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            if number == 2 and request.prompt == "hang":
                time.sleep(3600)


def embedded(question: Embed) -> Embedded:
    """Vectors of eight numbers: a text's from its letters, a picture's from its mean colour."""
    texts = [np.bincount([ord(c) % 8 for c in text], minlength=8) for text in question.texts]
    images = [np.resize(pixels.mean(axis=(0, 1)), 8) / 255 for pixels in question.images]
    return Embedded(
        images=np.array(images, np.float16).reshape(-1, 8),
        texts=np.array(texts, np.float16).reshape(-1, 8),
        agreement=np.zeros((len(images), len(texts)), np.float32),
        words=((),) * len(images),
        model="fake",
    )


def square(seed: int, width: int, height: int) -> Pixels:
    """A plain picture, a different colour for each seed."""
    colour = (seed * 53 % 256, seed * 97 % 256, 128)
    return np.full((height, width, 3), colour, dtype=np.uint8)


def open_fake(pause: float = 0.0) -> FakeEngine:
    """A fake engine, made where this is called: also in a child process."""
    return FakeEngine(pause=pause)
