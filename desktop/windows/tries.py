"""Prepares one of the things to try, so that one press of a button does it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.document.channel import Channel
from desktop.document.edits import Edit, place_image
from desktop.document.frame import Extension, Side
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.filing import NEW
from desktop.hand import Target
from desktop.source import Source
from desktop.storage.images import open_picture
from desktop.tries import Ready, Try, find
from desktop.windows.parts import Parts
from engine.requests import Pixels

PANORAMA = Extension(sides=frozenset({Side.LEFT, Side.RIGHT}), share=0.5)
"""Twice as wide as high."""


class Tries(QObject):
    """The verbs of Help ▸ Try it, and of the tiles of the page Create."""

    began = Signal()
    """Something is prepared on the canvas, which is to come into view."""

    def __init__(self, parts: Parts, plan: Callable[[Extension], None]) -> None:
        """Prepare things in `parts`; `plan` asks how far the picture is to be extended."""
        super().__init__(parts.stage)
        self._parts, self._plan = parts, plan

    def begin(self, name: str) -> None:
        """Begin a picture with what is called `name`; undo brings back what was there."""
        parts, tried = self._parts, find(name)
        pixels = picture_of(parts.studio.paths.resources, tried)
        parts.studio.document.do(Edit(NEW, lambda _: prepared(tried, pixels)))
        parts.studio.candidates.clear()
        parts.prompt.edit.setPlainText(tried.prompt)
        self.began.emit()
        self._take_up(tried, Source(name=tried.painted, pixels=pixels))
        parts.canvas.fit()
        parts.messages.show_hint(tried.told)

    def _take_up(self, tried: Try, source: Source) -> None:
        parts = self._parts
        parts.hand.aim(Target.PIXELS)  # whatever was tried before
        match tried.ready:
            case Ready.MASK:
                parts.hand.take("brush")
                parts.hand.aim(Target.MASK)
            case Ready.FRAME:
                parts.hand.take("frame")
            case Ready.MIX:
                words = (Source(name=text, text=text) for text in tried.words)
                parts.ideas.take_all([source, *words], alone=True)
            case Ready.REWORD:
                before, after = tried.words
                parts.ideas.show_reword()
                parts.ideas.reword.begin(source, before, after)
            case Ready.PLAN:
                QTimer.singleShot(0, self, lambda: self._plan(PANORAMA))


def picture_of(resources: Path, tried: Try) -> Pixels:
    """Return the picture of one of them, HxWx3."""
    pixels = open_picture(resources / "tries" / f"{tried.name}.png").pixels
    return np.ascontiguousarray(pixels[..., :3])


def prepared(tried: Try, pixels: Pixels) -> Picture:
    """Return what the canvas begins with: the picture, and a mask in it or the frame beyond it."""
    frame = Rect(0, 0, pixels.shape[1], pixels.shape[0])
    picture = place_image(pixels, frame, tried.painted).apply(Picture(frame))
    match tried.ready:
        case Ready.MASK:
            return replace(picture, mask=_disc(frame))
        case Ready.FRAME:
            return replace(picture, frame=frame.translated(frame.width // 2, 0))
        case _:
            return picture


def _disc(frame: Rect) -> Channel:
    """Return a mask of the middle of `frame`."""
    rows, columns = np.mgrid[: frame.height, : frame.width]
    away = np.hypot(columns - frame.width / 2, rows - 0.57 * frame.height)
    inside = away < min(frame.width, frame.height) / 4
    return Channel.from_array(np.where(inside, 255, 0).astype(np.uint8), frame.left, frame.top)
