"""A question to the engine, together with where in which picture its answers belong."""

from dataclasses import dataclass

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from engine.requests import Painting, Upscale

EVERYTHING = -1
"""In place of the id of a layer: all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be painted for a rectangle of a picture; captured once and never looked up again.

    picture: as it was when it was asked. frame: where answers belong, in document pixels.
    replaces: the layer that an accepted answer takes the place of, or EVERYTHING. adds: the
    answers join those that are in the tray already instead of taking their place. at_once: they
    are placed as they come and never lie in the tray.
    """

    request: Painting
    picture: Picture
    frame: Rect
    replaces: int | None = None
    adds: bool = False
    at_once: bool = False


def frame_like(frame: Rect, request: Painting) -> Rect:
    """Return where a picture of another shape than the frame's belongs: over its middle."""
    if isinstance(request, Upscale) or request.width is None or request.height is None:
        return frame
    width, height = request.width, request.height
    if width * frame.height == height * frame.width:
        return frame
    left = frame.left + (frame.width - width) // 2
    return Rect(left, frame.top + (frame.height - height) // 2, width, height)
