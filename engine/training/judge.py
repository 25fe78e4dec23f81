"""Figures of painted pictures by eyes that were trained apart, each with a control that must fail.

Found: whether the evaluator agrees more with a picture's own prompt than with NEAR captions that
differ from it in one thing, and the share of these that the prompt beats: by chance one half, and
of use where the evaluator is too weak to find much. Colour: whether the thing has the colour that
was asked for, by its pixels. Apart: how far a picture is from the nearest that was trained on. The
control of the first two are the same pictures under the prompts of others; the ceiling are real
drawings.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.requests import Pixels
from engine.training.draws import as_signed, parts
from engine.training.evaluator import SIDE, Evaluator, WordTable
from engine.training.measured_colour import asked_colour, colour_of
from engine.training.near import NearCaptions

NEAR = 99


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A prompt and the pictures (N,64,64,3) made for it."""

    prompt: str
    pictures: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """The evaluator with its words, and the captions to tell apart."""

    evaluator: Evaluator
    table: WordTable
    near: NearCaptions

    @torch.no_grad()
    def seen(self, pictures: Pixels) -> Tensor:
        """Unit vectors (N,D) of pictures (N,64,64,3)."""
        assert pictures.shape[1:] == (SIDE, SIDE, 3), f"pictures of {pictures.shape}"
        signed = as_signed(np.array(pictures))
        return torch.cat([self.evaluator.seen(part) for part in parts(signed, 128)])

    @torch.no_grad()
    def read(self, captions: Sequence[str]) -> Tensor:
        """Unit vectors (N,D) of captions."""
        return self.evaluator.read(self.table.indices(captions))

    def rivals(self, prompt: str) -> list[str]:
        """NEAR captions, the same ones every time; fewer where the prompt says too little."""
        return self.near.of(prompt, NEAR, random.Random(prompt))

    def beaten(self, shown: Shown) -> list[float]:
        """For every picture the share of the rivals with which it agrees less than its prompt."""
        texts = self.read([shown.prompt, *self.rivals(shown.prompt)])
        agreement = self.seen(shown.pictures) @ texts.T
        return [float((row[0] > row[1:]).float().mean()) for row in agreement]


def share_found(judge: Judge, rows: Sequence[Shown]) -> tuple[float, float]:
    """Shares 0..1 of the pictures that are found by their prompt, and of rivals that it beats."""
    shares = [share for row in rows for share in judge.beaten(row)]
    return sum(share == 1.0 for share in shares) / len(shares), sum(shares) / len(shares)


def share_coloured(rows: Sequence[Shown]) -> tuple[float, int]:
    """Share of pictures whose measured colour is the one asked for, and how many were asked."""
    hits = [
        colour_of(picture) == asked
        for row in rows
        if (asked := asked_colour(row.prompt)) is not None
        for picture in row.pictures
    ]
    return sum(hits) / max(1, len(hits)), len(hits)


def exchanged(rows: Sequence[Shown]) -> list[Shown]:
    """The same pictures, each row under the prompt of the next: the control."""
    prompts = [row.prompt for row in rows]
    return [
        Shown(prompt, row.pictures)
        for prompt, row in zip([*prompts[1:], prompts[0]], rows, strict=True)
    ]


def distances(pictures: Pixels, known: Pixels) -> NDArray[np.float64]:
    """(N,): root mean squared difference, in grey levels, to the nearest of `known` at 16x16."""
    small, others = _small(pictures), _small(known)
    squares = (small**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * small @ others.T
    return np.sqrt(squares.clip(min=0).min(1) / small.shape[1])


def _small(pictures: Pixels) -> NDArray[np.float64]:
    """(N,64,64,3) -> (N,768), every 4x4 block averaged."""
    blocks = np.asarray(pictures).reshape(len(pictures), 16, 4, 16, 4, 3)
    return blocks.mean((2, 4), dtype=np.float64).reshape(len(pictures), -1)
