"""Sheets of what else the Starter does: holes filled, scenes extended, pictures varied and mixed.

Every row begins with what was given; behind it stands what came back. Given pictures are real
drawings of a seed that no stage saw, so that a bad row is the model's own. They are drawn with
`python -m engine.training sheets` and judged by looking.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine import open_engine
from engine.errors import InvalidRequest
from engine.events import Image
from engine.interface import Engine
from engine.requests import Idea, Ingredient, Inpaint, Mix, Pixels, Sampling, Vary
from engine.training import composer
from engine.training.composer import Composer, Pair
from engine.training.evaluate import halved
from engine.training.measured_colour import HUES
from engine.training.sheets import contact_sheet
from engine.training.starter import asked_for_most

Row: TypeAlias = tuple[str, list[Pixels]]
SIDE = 256
SEED = 8000
HOLES = 8
_COLOUR = "|".join(HUES)
VARIED = ("dog", "car", "flower", "house", "smiling face")
MOST_DRAWN = 20_000
"""Drawings among which each of these is looked for: a word that no caption has is never found."""
MIXED = (
    ("a fox", "a rocket"),
    ("a cat", "a pumpkin"),
    ("a red car", "a fish"),
    ("an owl", "a clock"),
    ("a strawberry", "a heart"),
    ("a penguin", "an ice cream cone"),
    ("a tree", "a balloon"),
    ("a frog", "a hat"),
    ("a smiling face", "the sun"),
    ("a butterfly", "a flower"),
)


def scenes(folder: Path, count: int) -> list[Pair]:
    """Drawings with one thing in a painted scene."""
    only = replace(composer.Mix(), single=0, two=0, count=0, pattern=0)
    drawn = iter(Composer(folder, seed=SEED, side=SIDE, mix=only))
    return list(islice((pair for pair in drawn if len(pair.boxes) == 1), count))


def singles(folder: Path, words: Sequence[str]) -> list[Pair]:
    """The first plain drawing of each of these."""
    drawn = iter(
        Composer(
            folder, seed=SEED, side=SIDE, mix=replace(asked_for_most(), scene=0, plain_scene=0)
        )
    )
    return [first_plain(word, islice(drawn, MOST_DRAWN)) for word in words]


def first_plain(word: str, drawn: Iterable[Pair]) -> Pair:
    """The first drawing of `word` alone; InvalidRequest where there is none."""
    for pair in drawn:
        if _plainly(word, pair.caption):
            return pair
    raise InvalidRequest(f"None of {MOST_DRAWN} drawings is plainly a {word}; ask for another one.")


def _plainly(word: str, caption: str) -> bool:
    return re.fullmatch(rf"an? (({_COLOUR}) )?{word}(, [\w ]+)?", caption) is not None


def painted(engine: Engine, task: Inpaint | Vary | Mix) -> list[Pixels]:
    """Its pictures, halved."""
    return [halved(event.pixels) for event in engine.run(task) if isinstance(event, Image)]


def holes(engine: Engine, folder: Path) -> Iterator[Row]:
    """The thing of a scene is cut out with its surroundings and asked for again by its caption."""
    for pair in scenes(folder, HOLES):
        box, mask = pair.boxes[0], np.zeros((SIDE, SIDE), np.uint8)
        mask[max(0, box.top - 8) : box.bottom + 8, max(0, box.left - 8) : box.right + 8] = 255
        yield pair.caption, _filled(engine, pair, mask)


def extended(engine: Engine, folder: Path) -> Iterator[Row]:
    """The right half of a scene is missing."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[:, SIDE // 2 :] = 255
    for pair in scenes(folder, HOLES):
        yield pair.caption, _filled(engine, pair, mask)


def _filled(engine: Engine, pair: Pair, mask: Pixels) -> list[Pixels]:
    task = Inpaint(
        prompt=pair.caption, image=pair.pixels, mask=mask, count=2, sampling=Sampling(seed=0)
    )
    given = np.where(mask[..., None] > 0, np.uint8(128), pair.pixels)
    return [halved(pair.pixels), halved(given), *painted(engine, task)]


def varied(engine: Engine, folder: Path) -> Iterator[Row]:
    """Other pictures of the same idea."""
    for pair in singles(folder, VARIED):
        task = Vary(idea=Idea(image=pair.pixels), count=4, sampling=Sampling(seed=0))
        yield pair.caption, [halved(pair.pixels), *painted(engine, task)]


def mixed(engine: Engine, folder: Path) -> Iterator[Row]:
    """Either idea alone, then both in equal parts, of the same seed."""
    for first, second in MIXED:
        parts = [Ingredient(idea=Idea(text=text)) for text in (first, second)]
        halves = tuple(replace(part, weight=0.5) for part in parts)
        alone = [Mix(ingredients=(part,), count=1, sampling=Sampling(seed=0)) for part in parts]
        both = Mix(ingredients=halves, count=2, sampling=Sampling(seed=0))
        yield f"{first} + {second}", [p for task in (*alone, both) for p in painted(engine, task)]


KINDS: Mapping[str, tuple[Callable[[Engine, Path], Iterator[Row]], int]] = {
    "holes": (holes, 2),
    "extended": (extended, 2),
    "varied": (varied, 1),
    "mixed": (mixed, 2),
}
"""How the rows of a sheet come about, and how many stand side by side."""


def write_sheets(folder: Path, resources: Path, out: Path, kinds: Sequence[str]) -> Iterator[Path]:
    """Write `out`/KIND.png for each of the kinds; `folder` is the sprite set."""
    engine = open_engine([resources], "starter")
    for kind in kinds:
        rows, columns = KINDS[kind]
        contact_sheet(out / f"{kind}.png", list(rows(engine, folder)), columns)
        yield out / f"{kind}.png"
    engine.close()
