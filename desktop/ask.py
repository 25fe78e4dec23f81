"""What a press of the button means: pure functions from picture and choices to a request.

The only place that decides which task is asked of the engine and at which size.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

import numpy as np

from desktop.asked import unseen
from desktop.document.composite import alpha_in, composite
from desktop.document.geometry import Size
from desktop.document.picture import Picture
from desktop.document.plane import Bytes, tile_rect, tiles_over
from desktop.following import likeness, rest_of
from desktop.settings import Settings
from desktop.source import Source
from engine.families import Family
from engine.requests import Generate, Guide, Idea, Inpaint, Mask, Painting, Sampling, Seam

AT_ONCE = 16
"""Tiles of a frame that are looked at in one turn of the window: a frame of 1024² in all."""

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class Meaning(StrEnum):
    """What a run would do to the frame."""

    NEW = "new"
    """Nothing in the frame is to be kept: paint all of it from the prompt."""
    FILL = "fill"
    """Paint what is masked, selected or erased, and keep the rest."""
    EXTEND = "extend"
    """The frame reaches beyond the picture: paint what is empty, and what is masked."""
    OVER = "over"
    """All of the frame is painted and nothing is masked: paint over it, as far as is wished."""


def meaning_of(picture: Picture) -> Meaning:
    """Return what a run in the frame of `picture` would do."""
    *_, found = looking(picture)
    assert found is not None
    return found


def looking(picture: Picture) -> Iterator[Meaning | None]:
    """Look at the frame piece by piece; yield None after each, and last what a run would do."""
    frame, marks = picture.frame, picture.mask
    masked = not marks.is_empty or bool(marks.default)
    blocks = [tile_rect(index).intersected(frame) for index in tiles_over(frame)]
    if picture.selection is not None and not (
        masked and any(marks.read(block).any() for block in blocks)
    ):
        marks = picture.selection
    kept = hole = marked = False
    for number, block in enumerate(blocks, start=1):
        alpha, wanted = alpha_in(picture, block, enough=1.0), marks.read(block)
        kept = kept or _keeps(alpha, wanted)
        hole, marked = hole or not alpha.all(), marked or bool(wanted.any())
        if kept and hole and marked:
            break
        if number % AT_ONCE == 0:
            yield None
    yield _meant(
        kept=kept, hole=hole, marked=marked, reaches_out=not picture.content().holds(frame)
    )


def meaning_in(picture: Picture, wanted: Mask) -> Meaning:
    """Return the same where `wanted`, HxW, is marked in the frame."""
    alpha = alpha_in(picture, picture.frame, enough=1.0)  # that there is any is all that counts
    return meaning(alpha, wanted, reaches_out=not picture.content().holds(picture.frame))


def meaning(alpha: Bytes, wanted: Mask, reaches_out: bool) -> Meaning:
    """Decide by the alpha of the frame, by what is marked in it and by where it lies.

    alpha, wanted: HxW. reaches_out: whether the frame is not wholly within the picture.
    """
    return _meant(
        kept=_keeps(alpha, wanted),
        hole=not alpha.all(),
        marked=bool(wanted.any()),
        reaches_out=reaches_out,
    )


def _keeps(alpha: Bytes, wanted: Bytes) -> bool:
    """Whether there is something that is not wholly marked."""
    return bool(((alpha > 0) & (wanted < 255)).any())


def _meant(*, kept: bool, hole: bool, marked: bool, reaches_out: bool) -> Meaning:
    if not kept:
        return Meaning.NEW
    if hole and reaches_out:
        return Meaning.EXTEND
    return Meaning.FILL if marked or hole else Meaning.OVER


def wanted_in(picture: Picture) -> Mask:
    """Return what is marked in the frame, HxW: the mask, or the selection where there is none."""
    mask = picture.mask.read(picture.frame)
    if picture.selection is None or mask.any():
        return mask
    return picture.selection.read(picture.frame)


def build_request(
    picture: Picture,
    prompt: str,
    *,
    seed: int,
    settings: Settings,
    family: Family,
    example: Source | None = None,
) -> Generate | Inpaint | Guide:
    """Ask for as many pictures of `prompt` as `settings` say, the first from noise `seed`.

    They are for the frame of `picture`. example: what fills take after, in place of the rest of it.
    Pictures are `unseen`: `with_pictures` puts them in, which takes longer than a window may wait.

    Raises InvalidRequest with a sentence for the user (empty or over-long prompt, wrong count…).
    """
    words, count, sampling = writable(prompt), settings.count, sampling_of(settings, seed)
    pixels, wanted = unseen(picture.frame.size), wanted_in(picture)
    match meaning_in(picture, wanted):
        case Meaning.NEW:
            width, height = request_size(picture.frame.size, family)
            return Generate(
                prompt=words, count=count, width=width, height=height, sampling=sampling
            )
        case Meaning.FILL | Meaning.EXTEND:
            return Inpaint(
                prompt=words,
                image=pixels,
                mask=np.ascontiguousarray(wanted),
                count=count,
                sampling=sampling,
                seam=Seam(
                    feather=settings.feather,
                    grow=settings.grow,
                    match_colours=settings.match_colours / 100,
                ),
                like=likeness(words, settings.follow, example, family),
            )
        case Meaning.OVER:
            return Guide(
                prompt=words,
                image=pixels,
                strength=settings.strength / 100,
                count=count,
                sampling=sampling,
            )


def with_pictures(picture: Picture, example: Source | None, request: Painting) -> Painting:
    """Return what `build_request` made of the same, with the pictures that are unseen in it."""
    if not isinstance(request, Inpaint | Guide):
        return request
    if isinstance(request, Inpaint) and request.like is not None and example is None:
        like = replace(request.like, idea=Idea(image=rest_of(picture)))
        request = replace(request, like=like)
    return replace(request, image=composite(picture, picture.frame))


def sampling_of(settings: Settings, seed: int) -> Sampling:
    """Return how the model is to be sampled: as chosen, from noise `seed`."""
    return Sampling(
        seed=seed,
        steps=settings.steps,
        guidance=settings.guidance,
        prior_steps=settings.prior_steps,
        prior_guidance=settings.prior_guidance,
        sampler=settings.sampler,
    )


def request_size(frame: Size, family: Family) -> tuple[int, int]:
    """Width and height to paint for a frame; what is painted is scaled up when it is placed."""
    return family.size_like(frame.width, frame.height)


def writable(text: str) -> str:
    """`text` with what no file can hold (half of a surrogate pair, NUL) replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)
