"""How far one sprite folder is from another, source by source: a check of the rebuilding."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.training.captions import Row, load_rows
from engine.training.sprites import SpriteSet


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean absolute difference of premultiplied RGBA at 128 px, in grey levels 0–255.

    `far` lists the rows that differ by more than `FAR`; `missing` those the first folder lacks.
    """

    source: str
    rows: int
    mean: float
    worst: float
    far: tuple[str, ...]
    missing: tuple[str, ...]


FAR = 8.0


def compare(folder: Path, against: Path) -> list[Comparison]:
    """Compare the sprites of two folders that have the same id."""
    ours, theirs = SpriteSet(folder), SpriteSet(against)
    by_id = {row.id: row for row in ours.rows}
    wanted = {row.source for row in load_rows(folder / "captions.jsonl")}
    found: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in theirs.rows:
        if row.source in wanted:
            mine = by_id.get(row.id)
            found[row.source][row.id] = None if mine is None else _apart(ours, mine, theirs, row)
    return [_summary(source, distances) for source, distances in found.items()]


def _apart(ours: SpriteSet, mine: Row, theirs: SpriteSet, other: Row) -> float:
    one, two = (_premultiplied(ours, mine), _premultiplied(theirs, other))
    return float(np.abs(one - two).mean())


def _premultiplied(
    sprites: SpriteSet, row: Row
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    rgba = sprites.pixels(row).astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255
    return rgba


def _summary(source: str, distances: dict[str, float | None]) -> Comparison:
    known = {row: distance for row, distance in distances.items() if distance is not None}
    return Comparison(
        source=source,
        rows=len(known),
        mean=float(np.mean(list(known.values()))) if known else 0.0,
        worst=max(known.values(), default=0.0),
        far=tuple(row for row, distance in known.items() if distance > FAR),
        missing=tuple(row for row, distance in distances.items() if distance is None),
    )
