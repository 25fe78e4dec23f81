"""The judge's whole report on a Starter: figures on the page, and the sheets that belong to them.

    python -m engine.training evaluator     # train the eyes, once
    python -m engine.training judge         # paint what is missing, then print every figure

Training grammar: captions of the held-back draws. Held-out: the 60 combinations that the sampler
never draws for training.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch

from engine.errors import WeightsMissing
from engine.requests import Pixels
from engine.training import evaluator, tables
from engine.training.captions import load_rows
from engine.training.composer import Composer, Mix
from engine.training.draws import Draws, open_draws, write_draws
from engine.training.gallery import Gallery, small
from engine.training.judge import (
    NEAR,
    Judge,
    Shown,
    distances,
    exchanged,
    share_coloured,
    share_found,
)
from engine.training.loop import Plan
from engine.training.measured_colour import HUES
from engine.training.near import NearCaptions
from engine.training.sheets import contact_sheet
from engine.training.starter import Workshop

SEEDS = (7001, 7002, 7004, 7005, 7006)
"""Of the evaluator's own draws: no stage of the Starter sees them."""
REFERENCES = 7003
SHARD = 30_000
GRAMMAR = 30
"""Captions of the training grammar that are painted."""
KNOWN = 20_000
"""Training pictures among which peers and nearest ones are looked for."""
LESSONS = Mix(single=64, scene=12, two=12, count=9, pattern=3)
PLAN = Plan(minutes=25, rate=2e-3, warm_up=50, half_life=100, fall=0.4, decay=0.02)
THINGS = ("car", "cup", "hat")
"""Said in every colour that they are not held out from."""


@dataclass(frozen=True)
class Courtroom:
    """Where judging lives: the training folder, and the Starter that is judged."""

    folder: Path
    resources: Path

    @cached_property
    def shop(self) -> Workshop:
        """The training run whose pictures are compared with."""
        return Workshop(self.folder)

    @cached_property
    def near(self) -> NearCaptions:
        """Over the caption table of the sprite set."""
        return NearCaptions(load_rows(self.folder / "sprites" / "captions.jsonl"))

    @cached_property
    def judge(self) -> Judge:
        """The trained evaluator. Raises WeightsMissing where it was not trained yet."""
        path = self.folder / "evaluator" / "final.pt"
        if not path.exists():
            raise WeightsMissing(
                "The judge has no evaluator yet; run `python -m engine.training evaluator` first."
            )
        network = evaluator.Evaluator()
        network.load_state_dict(torch.load(path, weights_only=True))
        return Judge(network.requires_grad_(False).eval(), self.words, self.near)

    @cached_property
    def words(self) -> evaluator.WordTable:
        """The words of the evaluator's draws."""
        return evaluator.WordTable.of(self.draws.captions)

    @cached_property
    def draws(self) -> Draws:
        """The evaluator's own draws, of every combination, drawn now if they are not there yet."""
        home = self.folder / "evaluator" / "draws"
        for seed in SEEDS:
            write_draws(home, seed, SHARD, lambda seed: self._drawn(seed, SHARD))
        return open_draws(home, SEEDS)

    def _drawn(self, seed: int, count: int) -> Iterator[tuple[Pixels, str]]:
        composer = Composer(self.folder / "sprites", seed=seed, split="all", mix=LESSONS)
        for pair in islice(composer, count):
            yield _reduced(pair.pixels), pair.caption

    def train(self, minutes: float) -> None:
        """Train the evaluator; goes on where it stopped."""
        home = self.folder / "evaluator"
        plan = replace(PLAN, minutes=minutes)
        network = evaluator.train(evaluator.Lessons(self.draws, self.near, self.words), home, plan)
        torch.save(network.state_dict(), home / "final.pt")

    def painted(self, prompts: Sequence[str]) -> list[Shown]:
        """What the Starter makes of the prompts."""
        gallery = Gallery(self.folder / "judged", self.resources)
        return [Shown(prompt, small(gallery.pictures(prompt))) for prompt in prompts]

    def grammar(self) -> list[Shown]:
        """Real drawings under captions that say enough to have NEAR rivals."""
        draws = self.shop.held_back()
        rows = (Shown(c, draws.shards[0][n : n + 1]) for n, c in enumerate(draws.captions))
        return list(islice((row for row in rows if self._rich(row.prompt)), GRAMMAR))

    def _rich(self, caption: str) -> bool:
        return len(self.near.of(caption, NEAR, random.Random(0))) == NEAR

    def references(self) -> list[Shown]:
        """Real drawings of held-out combinations, kept after they are drawn once."""
        home = self.folder / "evaluator" / "references"
        count = len(tables.held_out()["prompts"])
        composer = Composer(self.folder / "sprites", seed=REFERENCES, split="held")
        write_draws(
            home,
            REFERENCES,
            count,
            lambda _: ((_reduced(p.pixels), p.caption) for p in islice(composer, count)),
        )
        draws = open_draws(home, [REFERENCES])
        rows = [Shown(c, draws.shards[0][n : n + 1]) for n, c in enumerate(draws.captions)]
        return [row for row in rows if self._rich(row.prompt)]


def _reduced(picture: Pixels) -> Pixels:
    size = (evaluator.SIDE, evaluator.SIDE)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def coloured_prompts() -> list[str]:
    """Things in every colour, but for the combinations that are held out."""
    held = set(tables.held_out()["colours"])
    said = [f"{colour} {thing}" for thing in THINGS for colour in HUES]
    return [f"{'an' if each[0] == 'o' else 'a'} {each}" for each in said if each not in held]


def figures(room: Courtroom) -> Iterator[str]:
    """Every line of the report, as soon as it is known."""
    judge, held = room.judge, tables.held_out()["prompts"]
    real, references = room.grammar(), room.references()
    grammar = room.painted([row.prompt for row in real])
    combined = room.painted(held)
    yield from _found(judge, "training grammar", (real, grammar))
    yield from _found(judge, "held-out", (references, combined))
    yield from _coloured("held-out", combined)
    yield from _coloured("training grammar", room.painted(coloured_prompts()))
    yield from _coloured("real drawings", _rows_of(room.shop.held_back()))
    known = np.array(room.shop.draws(late=True).shards[0][:KNOWN])
    yield from _peers(judge, combined, known)
    yield from _apart(combined, known, room.shop.held_back())


def _rows_of(draws: Draws) -> list[Shown]:
    """Draws of one plain coloured thing, whose colour can be measured."""
    simple = [n for n, c in enumerate(draws.captions) if _plainly_coloured(c)]
    return [Shown(draws.captions[n], draws.shards[0][n : n + 1]) for n in simple]


def _plainly_coloured(caption: str) -> bool:
    """As "a red car" and "a red car, 3d style" are."""
    words = caption.split(",")[0].split()
    return (
        len(words) == 3
        and words[1] in HUES
        and caption.count(",") < 2
        and "background" not in caption
    )


def _found(judge: Judge, name: str, rows: tuple[Sequence[Shown], Sequence[Shown]]) -> Iterator[str]:
    real, ours = rows
    shares = [share_found(judge, each) for each in (ours, real, exchanged(ours))]
    names = (f"found among {NEAR + 1} near captions", "near captions beaten")
    for said, (share, ceiling, control) in zip(names, zip(*shares, strict=True), strict=True):
        yield f"{said}, {name}: {share:.1%} (real drawings {ceiling:.1%}, exchanged {control:.1%})"


def _coloured(name: str, rows: Sequence[Shown]) -> Iterator[str]:
    share, count = share_coloured(rows)
    control, _ = share_coloured(exchanged(rows))
    yield f"measured colour right, {name}: {share:.1%} of {count} (exchanged {control:.1%})"


def _peers(judge: Judge, rows: Sequence[Shown], known: Pixels) -> Iterator[str]:
    """The best training picture for every prompt, found by the same eyes."""
    seen = judge.seen(known)
    best = (judge.read([row.prompt for row in rows]) @ seen.T).argmax(1)
    peers = [Shown(row.prompt, known[[int(n)]]) for row, n in zip(rows, best, strict=True)]
    found, beaten = share_found(judge, peers)
    yield f"best training picture for a held-out prompt: found {found:.1%}, beats {beaten:.1%}"


def _apart(rows: Sequence[Shown], known: Pixels, fresh: Draws) -> Iterator[str]:
    ours = distances(np.concatenate([row.pictures for row in rows]), known)
    new = distances(np.array(fresh.shards[0]), known)
    copies = distances(known[:100], known)
    yield (
        f"median distance to the nearest of {len(known)} training pictures: {np.median(ours):.1f}"
        f" (fresh drawings {np.median(new):.1f}, copies {np.median(copies):.1f})"
    )


def peer_sheet(room: Courtroom, out: Path) -> None:
    """Our best candidate beside the best training picture, for every held-out prompt."""
    judge, known = room.judge, np.array(room.shop.draws(late=True).shards[0][:KNOWN])
    seen = judge.seen(known)
    rows: list[tuple[str, list[Pixels]]] = []
    for row in room.painted(tables.held_out()["prompts"]):
        text = judge.read([row.prompt])[0]
        ours = int((judge.seen(row.pictures) @ text).argmax())
        peer = int((seen @ text).argmax())
        rows.append((row.prompt, [row.pictures[ours], known[peer]]))
    contact_sheet(out, rows, columns=8)


def held_sheet(room: Courtroom, out: Path) -> None:
    """Four candidates for each of the held-out combinations."""
    gallery = Gallery(room.folder / "judged", room.resources)
    prompts = tables.held_out()["prompts"]
    contact_sheet(out, [(prompt, list(gallery.pictures(prompt))) for prompt in prompts], columns=3)
