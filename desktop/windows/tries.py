"""Prepares one of the things to try, so that one press of a button does it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.by_turns import ByTurns
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
    """Something is about to be prepared on the canvas, which is to come into view."""
    ended = Signal()
    """It is prepared, or somebody else went on first."""

    def __init__(self, parts: Parts, plan: Callable[[Extension], None]) -> None:
        """Prepare things in `parts`; `plan` asks how far the picture is to be extended."""
        super().__init__(parts.stage)
        self._parts, self._plan = parts, plan
        self._turns: ByTurns | None = None
        self._told = ""

    @property
    def telling(self) -> bool:
        """Whether what to do with the last thing is in view, or about to be."""
        return self._turns is not None or self._parts.messages.text == self._told != ""

    def begin(self, name: str) -> None:
        """Begin a picture with what is called `name`; undo brings back what was there.

        All of it takes some turns. What is begun or edited meanwhile ends that.
        """
        if self._turns is not None:
            self._turns.stop()
        self._turns = ByTurns(self._prepare(find(name)), self)

    def _prepare(self, tried: Try) -> Iterator[None]:
        parts, document = self._parts, self._parts.studio.document
        pixels = picture_of(parts.studio.paths.resources, tried)
        yield
        picture = prepared(tried, pixels)
        self.began.emit()
        yield
        parts.hand.aim(Target.PIXELS)  # whatever was tried before
        parts.prompt.edit.setPlainText(tried.prompt)
        yield
        document.do(Edit(NEW, lambda _: picture))
        parts.canvas.fit()
        yield
        if document.picture is picture:
            parts.studio.candidates.clear()
        for step in self._take_up(tried, Source(name=tried.painted, pixels=pixels)):
            yield
            if document.picture is picture:
                step()
        yield
        if document.picture is picture:
            parts.messages.show_hint(tried.told)
            self._told = parts.messages.text
        self._turns = None
        self.ended.emit()

    def _take_up(self, tried: Try, source: Source) -> tuple[Callable[[], object], ...]:
        """Return what is to be done once the picture lies there, a part a turn."""
        hand, ideas = self._parts.hand, self._parts.ideas
        match tried.ready:
            case Ready.MASK:
                return partial(hand.take, "brush"), partial(hand.aim, Target.MASK)
            case Ready.FRAME:
                return (partial(hand.take, "frame"),)
            case Ready.MIX:
                words = (Source(name=text, text=text) for text in tried.words)
                return (partial(ideas.take_all, [source, *words], alone=True),)
            case Ready.REWORD:
                return ideas.show_reword, partial(ideas.reword.begin, source, *tried.words)
            case Ready.PLAN:
                return (partial(self._plan, PANORAMA),)


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
    rows, columns = np.ogrid[: frame.height, : frame.width]
    away = np.hypot(columns - frame.width / 2, rows - 0.57 * frame.height)
    inside = away < min(frame.width, frame.height) / 4
    return Channel.from_array(np.where(inside, 255, 0).astype(np.uint8), frame.left, frame.top)
