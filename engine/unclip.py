"""The engine itself: a loaded family that turns requests into events. No thread, no print."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np
import torch

from engine.decode import decode
from engine.errors import NotFinite
from engine.events import Event, Finished, Image, Loading, Stage, Step
from engine.families import Family
from engine.machine import peak_bytes
from engine.memory import DeviceGuard, MemoryGuard, Residency, choose_residency
from engine.model import Model
from engine.requests import Embed, Inpaint, Pixels, Request, Upscale
from engine.scarcity import ran_out_of_memory
from engine.tasks import embed, likeness, upscale
from engine.tasks.meaning import nothing_of
from engine.tasks.plan import Plan, Settings
from engine.tasks.planning import Planned, planned, set_in, settings_for, unsupported
from engine.weights.kept_answers import KeptAnswers
from engine.weights.store import WeightStore


class UnclipEngine:
    """One family, in this process. Networks are read by the first run that needs them."""

    def __init__(
        self,
        family: Family,
        store: WeightStore,
        residency: Residency | None = None,
        answers: KeptAnswers | None = None,
    ) -> None:
        self._family = family
        self._model = Model(family, store, residency or choose_residency(family, store), answers)

    def supports(self, request: type[Request]) -> bool:
        """Whether the family can do this kind of request."""
        return request in self._family.tasks

    def run(self, request: Request) -> Iterator[Event]:
        """Yield the events of one run; see the Engine protocol.

        Raises UnsupportedTask, InvalidRequest, WeightsMissing, WeightsDamaged, OutOfMemory,
        DeviceFailed and NotFinite. A lack of memory is answered by a second try in the next smaller
        way, NaN or infinity in a short number format by one in float32; finished pictures are kept.
        """
        if not self.supports(type(request)):
            raise unsupported(self._family.title)
        seconds: dict[Stage, float] = {}
        with DeviceGuard(), MemoryGuard(self._side_that_fits):
            yield from timed(self._attempts(request), self._spent, seconds)
        yield Finished(in_order(seconds), peak_bytes())

    def warm_up(self) -> Iterator[Event]:
        """Read what the first run needs, if it stays in memory, reporting Loading.

        Raises WeightsMissing, WeightsDamaged and OutOfMemory.
        """
        model = self._model
        _ = model.tokenizer
        if model.residency.keep:
            with DeviceGuard(), MemoryGuard():
                yield from model.text_tower()
                yield from model.prior()
                yield from nothing_of(model)
                yield from model.decoder()
                yield from model.finishing()

    def give_up(self, request: Request) -> None:
        """Do nothing: closing the iterator of the run is all that is needed in this process."""

    def interrupt(self) -> None:
        """Do nothing: no other thread can stop a step in this process."""

    def close(self) -> None:
        """Let go of the networks."""
        self._model.residency.clear()

    def _attempts(self, request: Request) -> Generator[Event, None, None]:
        """One try as the residency says; if memory runs out, another in the next smaller way."""
        finished = 0
        try:
            for event in self._in_either_format(request):
                finished += isinstance(event, Image)
                yield event
            return
        except (RuntimeError, MemoryError, OSError, ImportError) as error:
            smaller = self._model.residency.next_smaller()
            if smaller is None or not ran_out_of_memory(error):
                raise
        # Outside the handler, whose traceback holds on to what did not fit.
        self._model.residency.clear()
        self._model = self._model.elsewhere(smaller)
        yield from _without(finished, self._in_either_format(request))

    def _in_either_format(self, request: Request) -> Generator[Event, None, None]:
        """One try; if the arithmetic overflows in a short format, another in float32."""
        finished = 0
        try:
            for event in self._attempt(self._model, request):
                finished += isinstance(event, Image)
                yield event
        except NotFinite:
            if self._model.residency.target.dtype is torch.float32:
                raise
            self._model.residency.clear()
            wide = self._model.in_float32()
            yield from _without(finished, self._attempt(wide, request))

    def _spent(self) -> float:
        """Seconds spent reading so far, by whichever residency there is."""
        return self._model.residency.loading_seconds

    def _side_that_fits(self) -> int:
        """Side in pixels of a picture that should fit into what is free now."""
        self._model.residency.clear()
        return self._model.side_that_fits()

    def _attempt(self, model: Model, request: Request) -> Iterator[Event]:
        match request:
            case Embed():
                yield from embed.run(model, request)
            case Upscale():
                yield from upscale.run(model, request)
            case _:
                if isinstance(request, Inpaint):
                    request = yield from likeness.looked_at(model, request)
                settings = settings_for(request, self._family.preset)
                plan = yield from planned(model, request, settings)
                finish = partial(self._image, request, settings, plan)
                events = decode(model, plan, settings, finish)
                yield from set_in(self._family, request, events)

    def _image(
        self, request: Planned, settings: Settings, plan: Plan, index: int, pixels: Pixels
    ) -> Image:
        return Image(
            index=index,
            pixels=pixels,
            seed=plan.seeds[index],
            embedding=plan.embedding[index].cpu().numpy().astype(np.float16),
            sampling=settings.sampling(plan.seeds[index]),
            model=self._family.name,
            request=request,
            like=request.like if isinstance(request, Inpaint) else None,
        )


def in_order(seconds: dict[Stage, float]) -> tuple[tuple[Stage, float], ...]:
    """Stages as they follow each other, those that did not happen left out."""
    return tuple((stage, seconds[stage]) for stage in Stage if stage in seconds)


def _without(finished: int, events: Iterator[Event]) -> Iterator[Event]:
    """Leave out the pictures that the try before has finished."""
    for event in events:
        if not (isinstance(event, Image) and event.index < finished):
            yield event


def timed(
    events: Generator[Event, None, None],
    loading_seconds: Callable[[], float],
    seconds: dict[Stage, float],
) -> Iterator[Event]:
    """Pass `events` on and add up in `seconds` how long each stage took, reading weights apart.

    The time between two events belongs to the stage of the second; what the receiver does with an
    event is not counted. An Image is told what was spent until then.
    """
    stage = Stage.TEXT
    try:
        while True:
            started, read = perf_counter(), loading_seconds()
            event = next(events, None)
            reading = max(0.0, loading_seconds() - read)
            if isinstance(event, Step):
                stage = event.stage
            spent = {stage: perf_counter() - started - reading, Stage.LOADING: reading}
            for name, amount in spent.items():
                if amount and not isinstance(event, Loading):
                    seconds[name] = seconds.get(name, 0.0) + amount
            if event is None:
                return
            if isinstance(event, Image):
                event = replace(event, seconds=in_order(seconds))
            yield event
    finally:
        events.close()
