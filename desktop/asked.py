"""A question to the engine, together with where in which picture its answers belong."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from desktop.document.geometry import Rect, Size
from desktop.document.picture import Picture
from engine.requests import Painting, Pixels, Upscale

EVERYTHING = -1
"""In place of the id of a layer: all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is to be painted for a rectangle of a picture; captured once and never looked up again.

    picture: as it was when it was asked. frame: where answers belong, in document pixels.
    replaces: the layer that an accepted answer takes the place of, or EVERYTHING. adds: the
    answers join those that are in the tray already instead of taking their place. plan: of which
    this is a frame; its answers are placed as they come and never lie in the tray, and the
    question is put anew, about the picture as it is by then, when its turn comes. look: puts the
    pictures into `request` that are `unseen` in it; may take seconds. None where none is.
    """

    request: Painting
    picture: Picture
    frame: Rect
    replaces: int | None = None
    adds: bool = False
    plan: "Plan | None" = None
    look: Callable[[Painting], Painting] | None = None

    @property
    def frames_to_come(self) -> int:
        """How many further frames its plan has."""
        return 0 if self.plan is None else len(self.plan.left)

    def whole(self) -> "Asked":
        """Return it with all of its pictures; in another thread than the window's."""
        if self.look is None:
            return self
        return replace(self, request=self.look(self.request), look=None)


@dataclass(slots=True, eq=False)
class Plan:
    """Frames that are painted one after the other.

    build: makes the question about the frame of a picture, for the n-th frame. number: of the
    frame that was asked for last.
    """

    left: deque[Rect]
    build: Callable[[Picture, int], Asked]
    number: int = field(default=-1)


def unseen(size: Size) -> Pixels:
    """Return what stands in a request for a picture that is still to be looked at: no memory."""
    return np.broadcast_to(np.uint8(0), (size.height, size.width, 4))


def frame_like(frame: Rect, request: Painting) -> Rect:
    """Return where a picture of another shape than the frame's belongs: over its middle."""
    if isinstance(request, Upscale) or request.width is None or request.height is None:
        return frame
    width, height = request.width, request.height
    if width * frame.height == height * frame.width:
        return frame
    left = frame.left + (frame.width - width) // 2
    return Rect(left, frame.top + (frame.height - height) // 2, width, height)
