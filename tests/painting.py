"""Small ways to run the engine in tests: the tiny family's weights, a run's pictures, a plan."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from engine import families
from engine.events import Event, Image
from engine.families import Family
from engine.memory import Residency
from engine.model import Model
from engine.requests import Painting, Pixels
from engine.tasks.plan import Plan
from engine.tasks.planning import Planned, planned, settings_for
from engine.unclip import UnclipEngine
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.tiny import TINY

RESOURCES = Path(__file__).parents[1] / "resources"
Result = TypeVar("Result")

LATENT_ONLY = replace(TINY, upscaler=None, native=TINY.base)
"""The tiny family as the published pipelines know it: without an upscaler."""


def model_of(folder: Path, family: Family = TINY) -> Model:
    """The tiny family, or another, in float32, kept in memory."""
    return Model(family, WeightStore([folder, RESOURCES]), Residency(Target(), keep=True))


def engine_of(folder: Path, family: Family = TINY) -> UnclipEngine:
    """An engine that keeps its networks."""
    store = WeightStore([folder, RESOURCES])
    return UnclipEngine(family, store, Residency(Target(), keep=True))


@cache
def starter_engine() -> UnclipEngine:
    """The engine on the weights of this repository, one for all tests."""
    return engine_of(RESOURCES, families.find("starter"))


def finish(generator: Generator[Event, None, Result]) -> Result:
    """Run a generator to its end and return what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def plan_of(model: Model, request: Planned) -> Plan:
    """The plan of a request."""
    settings = settings_for(request, model.family.preset)
    return finish(planned(model, request, settings))


def images(events: Iterable[Event]) -> list[Image]:
    """The Image events of a run."""
    return [event for event in events if isinstance(event, Image)]


def pictures(engine: UnclipEngine, request: Painting) -> np.ndarray:
    """What a run paints, (B,H,W,3) as whole numbers that can be subtracted."""
    return np.stack([image.pixels for image in images(engine.run(request))]).astype(int)


def drawing(kind: str = "apple", side: int = 64) -> Pixels:
    """A plain drawing, side x side: an "apple" or a "house" before a meadow and a sun."""
    picture = PillowImage.new("RGB", (256, 256), (150, 200, 240))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 180, 256, 256), fill=(90, 160, 70))
    draw.ellipse((180, 20, 230, 70), fill=(250, 220, 60))
    if kind == "house":
        draw.rectangle((60, 110, 160, 200), fill=(200, 80, 60))
        draw.polygon([(50, 110), (110, 60), (170, 110)], fill=(120, 60, 40))
    else:
        draw.ellipse((70, 90, 190, 210), fill=(210, 40, 40))
        draw.line((130, 90, 140, 60), fill=(80, 50, 20), width=8)
    return np.asarray(picture.resize((side, side), PillowImage.Resampling.BICUBIC))


def psnr(ours: np.ndarray, expected: np.ndarray) -> float:
    """Decibels between pictures of 8-bit levels."""
    error = np.square(ours.astype(float) - expected.astype(float)).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-12)))
