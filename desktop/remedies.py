"""What can be done about a run that failed, or that would not fit: each way out as a button.

A failure is told as one sentence by the studio; what is offered here comes right behind it. Verbs
that change the model or the engine are asked for by signal, for whoever opens engines.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.asked import Asked
from desktop.quantities import file_size
from desktop.room import Room, Shortage, can_shrink, size_of
from desktop.runs import READY, Runs
from desktop.settings import Settings
from desktop.testing_device import GIVEN_UP, UNDER_WAY, try_device
from desktop.worker import Failed
from engine.errors import (
    DeviceFailed,
    EngineError,
    EngineStopped,
    NotFinite,
    OutOfMemory,
    WeightsDamaged,
    WeightsMissing,
)
from engine.estimates import numbers_of
from engine.families import Family, Part
from engine.families.offers import OFFERS
from engine.machine import free_memory
from engine.requests import Painting, Task

STEP = 64
"""Sides of a smaller picture are multiples of this many pixels."""


class WayOut(NamedTuple):
    """A button: what it says, and what it does."""

    text: str
    act: Callable[[], object]


class Remedies(QObject):
    """Knows what failed last and what would mend it."""

    told = Signal(str)
    """One sentence: why a run was not begun."""
    noticed = Signal(str)
    """One sentence: how a test of the device went."""
    cautioned = Signal(str)
    """One sentence that a person should have read: it stays in view."""
    offered = Signal(object)
    """A tuple of WayOut for what was told last."""
    settings_wanted = Signal(object)
    """Settings with which the engine is to be started anew."""
    models_wanted = Signal(str)
    """The page of models is asked for: "show", "locate", or "starter" to paint with that."""

    def __init__(
        self,
        runs: Runs,
        settings: Callable[[], Settings],
        family: Callable[[], Family],
        parent: QObject,
    ) -> None:
        """Hear what `runs` reports."""
        super().__init__(parent)
        self.runs, self._settings, self._family = runs, settings, family
        self.free: Callable[[], int] = free_memory
        self._put_aside: list[Asked] = []
        self._missing = ""
        """Title of the chosen model while it is not here and nobody said what to do."""
        self._accepted = 0
        """Bytes that a person said to try all the same."""
        runs.fits = self._fits
        runs.ended_badly.connect(self._offer)

    # What failed

    def _offer(self, failure: Failed) -> None:
        if isinstance(failure.error, EngineError) and (ways := self._ways(failure.error)):
            self.offered.emit(tuple(ways))

    def _ways(self, error: EngineError) -> list[WayOut]:
        again = self._again()
        match error:
            case OutOfMemory():
                return [*self._smaller(error.side), *self._thriftier(), *again]
            case NotFinite():
                return self._otherwise() if again else []
            case WeightsMissing() | WeightsDamaged():
                return self._other_weights(missing=isinstance(error, WeightsMissing))
            case EngineStopped():
                return [*again, *self._without_card()]
            case DeviceFailed():
                return [*self._without_card(), *again]
            case _:
                return []

    def _again(self) -> list[WayOut]:
        waiting = self.runs.waiting
        return [WayOut(self.tr("Try again"), waiting.retry)] if waiting.failed else []

    def _smaller(self, side: int) -> list[WayOut]:
        failed = self.runs.waiting.failed
        if not side or not failed or not can_shrink(failed[0].request):
            return []
        first, *rest = failed
        request = smaller(first.request, side, self._family())
        if request is first.request:
            return []
        return [
            WayOut(
                self.tr("Retry at {side} × {side}").format(side=side),
                lambda: self._instead(replace(first, request=request), *rest),
            )
        ]

    def _thriftier(self) -> list[WayOut]:
        if self._settings().thrifty:
            return []
        wanted = replace(self._settings(), thrifty=True)
        return [WayOut(self.tr("Offload (2× slower)"), lambda: self._restart(wanted))]

    def _otherwise(self) -> list[WayOut]:
        """The same with other noise, or with less of what drives numbers out of their range."""
        first, *rest = self.runs.waiting.failed
        sampling = first.request.sampling
        known = sampling.guidance or self._family().preset.guidance or 1.0
        seed = replace(sampling, seed=sampling.seed + first.request.count)
        half = replace(sampling, guidance=max(1.0, known / 2))

        def instead(changed: object) -> Callable[[], None]:
            request = replace(first.request, sampling=changed)  # type: ignore[arg-type]
            return lambda: self._instead(replace(first, request=request), *rest)

        return [
            WayOut(self.tr("Another seed"), instead(seed)),
            WayOut(self.tr("Half the guidance"), instead(half)),
        ]

    def _other_weights(self, *, missing: bool) -> list[WayOut]:
        get = self.tr("Get…") if missing else self.tr("Get it again…")
        ways = [WayOut(get, lambda: self.models_wanted.emit("show"))]
        if missing:
            ways.insert(0, WayOut(self.tr("Locate…"), lambda: self.models_wanted.emit("locate")))
        if self._family().name != OFFERS[0].family.name:
            ways.append(WayOut(self.tr("Paint with the Starter"), self._use_starter))
        return ways

    def _without_card(self) -> list[WayOut]:
        if self.runs.device in ("", "cpu"):
            return []
        wanted = replace(self._settings(), device="cpu")
        return [
            WayOut(self.tr("Paint on the processor"), lambda: self._restart(wanted)),
            WayOut(self.tr("Test device"), self._test_device),
        ]

    def _test_device(self) -> None:
        """Say that it goes on, which may take as long as reading a model, and how to end it."""
        job = try_device(self.runs, self._tell_of_test)
        self.cautioned.emit(UNDER_WAY)
        self.offered.emit((WayOut(self.tr("Cancel"), job.cancel),))

    def _tell_of_test(self, sentence: str, works: bool) -> None:
        """Say how it went, and offer again what the test took the place of."""
        if sentence == GIVEN_UP:
            self.cautioned.emit(sentence)  # neither good news nor a failure
        else:
            (self.noticed if works else self.told).emit(sentence)
        ways = [*self._without_card(), *self._again()]
        self.offered.emit(tuple(reversed(ways) if works else ways))

    def caution(self, sentence: str) -> None:
        """Say that another model made what was brought back, and lead to where that is chosen."""
        self.cautioned.emit(sentence)
        self.offer_models()

    def offer_models(self) -> None:
        """Lead from what was told last to the page of models."""
        self.offered.emit((WayOut(self.tr("Models…"), lambda: self.models_wanted.emit("show")),))

    # A model that is not where it was

    @property
    def missing(self) -> bool:
        """Whether the chosen model is not here and nobody has said what to do."""
        return bool(self._missing)

    def miss(self, title: str) -> None:
        """Begin no run before it is said what to do without the chosen model."""
        self._missing = title
        self._tell_missing()

    def find(self) -> None:
        """Paint with what is in use now: somebody has chosen it."""
        self._missing = ""

    def _tell_missing(self) -> None:
        asked, self._put_aside = tuple(self._put_aside), []
        self.told.emit(
            f"The files of {self._missing} are damaged or not where they were, so nothing is "
            "painted with it. Your pictures are safe; say where the files are, get them again, or "
            "paint with the Starter for now."
        )
        self.offered.emit(
            (
                WayOut(self.tr("Locate…"), lambda: self.models_wanted.emit("locate")),
                WayOut(self.tr("Get…"), lambda: self.models_wanted.emit("show")),
                WayOut(self.tr("Paint with the Starter"), lambda: self._do_without(*asked)),
            )
        )

    def _do_without(self, *asked: Asked) -> None:
        self.find()
        self._begin(*asked)

    # What would not fit

    def _fits(self, asked: Asked) -> bool:
        """Whether a run may begin; what may not is put aside and told."""
        if self._missing:
            self._hold(asked, self._tell_missing)
            return False
        room = self._room()
        lacking = None if room is None else room.shortage(asked.request, self._family())
        if lacking is None or lacking.needed <= self._accepted:
            return True
        self._hold(asked, lambda: self._tell(lacking))
        return False

    def _hold(self, asked: Asked, tell: Callable[[], None]) -> None:
        """Put a run aside, and tell why once for all that are asked for in one go."""
        if not self._put_aside:
            QTimer.singleShot(0, self, tell)
        self._put_aside.append(asked)

    def _room(self) -> Room | None:
        settings = self._settings()
        if "cpu" not in (self.runs.device, settings.device):
            return None
        loaded = self.runs.engine_state == READY
        return Room(self.free(), parts_of(self._family()), loaded, settings.thrifty)

    def _tell(self, lacking: Shortage) -> None:
        asked, self._put_aside = tuple(self._put_aside), []
        self.told.emit(
            f"This needs about {file_size(lacking.needed)} of memory and "
            f"{file_size(lacking.free)} are free. Nothing was begun and your work is safe; paint "
            "smaller, close other programs, or try it all the same."
        )
        ways: list[WayOut] = []
        if lacking.side:
            family, side = self._family(), lacking.side
            small = [replace(a, request=smaller(a.request, side, family)) for a in asked]
            text = self.tr("Use {side} × {side}").format(side=side)
            ways.append(WayOut(text, lambda: self._begin(*small)))
        if lacking.parts and not self.runs.busy:
            wanted = replace(self._settings(), thrifty=True)
            text = self.tr("Offload (2× slower)")
            ways.append(WayOut(text, lambda: self._restart(wanted, *asked)))
        ways.append(WayOut(self.tr("Run anyway"), lambda: self._run_anyway(lacking.needed, *asked)))
        self.offered.emit(tuple(ways))

    def _run_anyway(self, needed: int, *asked: Asked) -> None:
        self._accepted = max(self._accepted, needed)
        self._begin(*asked)

    # Ways

    def _begin(self, *asked: Asked) -> None:
        for each in asked:
            self.runs.start(each)

    def _instead(self, *asked: Asked) -> None:
        self.runs.waiting.forget()
        self._begin(*asked)

    def _restart(self, settings: Settings, *asked: Asked) -> None:
        """Have another engine, and what was asked for painted by that."""
        asked = asked or self.runs.waiting.failed
        self.settings_wanted.emit(settings)
        self._begin(*asked)

    def _use_starter(self) -> None:
        asked = self.runs.waiting.failed
        self.models_wanted.emit("starter")
        family = self._family()
        can = [each for each in asked if type(each.request) in family.tasks]
        self._begin(*(replace(each, request=_sized(each.request, family)) for each in can))


def smaller(request: Painting, side: int, family: Family) -> Painting:
    """`request` for a picture of the same shape and at most `side` × `side` pixels."""
    width, height = size_of(request, family)
    share = (side * side / (width * height)) ** 0.5
    if share >= 1 or not isinstance(request, Task):
        return request
    across, down = (max(STEP, int(n * share) // STEP * STEP) for n in (width, height))
    return replace(request, width=across, height=down)


def parts_of(family: Family) -> Mapping[Part, int]:
    """How many numbers each part of a published family has; nothing for one that is small."""
    offer = next((each for each in OFFERS if each.family.name == family.name), None)
    return {} if offer is None else numbers_of(offer)


def _sized(request: Painting, family: Family) -> Painting:
    """A request in the size that `family` paints."""
    if not isinstance(request, Task) or request.width is None or request.height is None:
        return request
    width, height = family.size_like(request.width, request.height)
    return replace(request, width=width, height=height)
