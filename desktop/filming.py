"""A film strip between two ideas: what it asks for, and in which order its frames are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop.ask import request_size
from desktop.asked import Asked
from desktop.document.picture import Picture
from desktop.questions import Choices
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.requests import MOST_IMAGES, Idea, Morph, PathNoise

Frame = TypeVar("Frame")
FEWEST, MOST = 3, MOST_IMAGES
MISSING = "A film needs two ends; put a picture or a text into both places."
NO_PICTURES = (
    "Only pictures can be kept as they are, and one end is a text; put in a picture, or let the "
    "ends be painted."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """keep: begin and end with the given pictures themselves, by their own noise."""

    start: Source | None = None
    end: Source | None = None
    count: int = 8
    keep: bool = False


def film(wanted: Film, now: Picture, choices: Choices) -> Asked:
    """Ask for all frames, in the frame of the document. Raises InvalidRequest."""
    if wanted.start is None or wanted.end is None:
        raise InvalidRequest(MISSING)
    ends = [_end(source, wanted.keep, choices.family.name) for source in (wanted.start, wanted.end)]
    width, height = request_size(now.frame.size, choices.family)
    request = Morph(
        start=ends[0],
        end=ends[1],
        noise=PathNoise.INVERTED if wanted.keep else PathNoise.FIXED,
        count=wanted.count,
        width=width,
        height=height,
        sampling=choices.sampling,
    )
    return Asked(request, now, now.frame)


def in_order(frames: Sequence[Frame], back: bool) -> tuple[Frame, ...]:
    """Frames as they are played, over and over: there, or there and back without a pause."""
    forth = tuple(frames)
    return (*forth, *reversed(forth[1:-1])) if back else forth


def _end(source: Source, keep: bool, model: str) -> Idea:
    if not keep:
        return source.idea(model)
    if source.pixels is None:
        raise InvalidRequest(NO_PICTURES)
    return Idea(image=source.pixels)
