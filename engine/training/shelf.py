"""Choosing sprites: by style, then by concept, so that no concept wins by its many rows.

Concepts that people know may be drawn more often than others (`familiar.py`).
"""

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate

from engine.training.captions import Row
from engine.training.familiar import familiarity


class Shelf:
    """The rows that may be drawn, indexed by style and by word.

    `familiar` is the power to which a concept's familiarity counts; at 0 all count alike.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        styles: Mapping[str, float],
        categories: Mapping[str, float],
        familiar: float = 0.0,
    ) -> None:
        concepts: dict[str, dict[str, list[Row]]] = {}
        self._by_word: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            if styles.get(row.style, 0) > 0 and categories.get(row.category, 1) > 0:
                concept = f"{row.group}|{row.gender or ''}"
                concepts.setdefault(row.style, {}).setdefault(concept, []).append(row)
            for word in row.words:
                self._by_word.setdefault((row.style, word), []).append(row)
        self._styles = [style for style in styles if style in concepts]
        self._style_sums = list(accumulate(styles[style] for style in self._styles))
        self._concepts = {
            style: _Concepts(list(found.values()), categories, familiar)
            for style, found in concepts.items()
        }
        if not self._styles:
            raise ValueError("No sprite is left to draw: style or category weights exclude all.")

    def pick(self, style: str | None, rng: random.Random) -> Row:
        """A row of the style, or of any style where there is none of it."""
        if style not in self._concepts:
            style = self._styles[_weighted(self._style_sums, rng)]
        return self._concepts[style].pick(rng)

    def named(self, word: str, styles: Iterable[str], rng: random.Random) -> Row | None:
        """A row whose name has the word, from the first of the styles that has any."""
        for style in styles:
            found = self._by_word.get((style, word))
            if found:
                plain = [row for row in found if {word, f"{word} tree"} & set(row.names)]
                return rng.choice(plain or found)
        return None

    def scenes(self) -> list[Row]:
        """Rows that are whole pictures of a place."""
        return [r for c in self._concepts.values() for rows in c.rows for r in rows if r.scene]


class _Concepts:
    def __init__(
        self, rows: list[list[Row]], categories: Mapping[str, float], familiar: float
    ) -> None:
        self.rows = rows
        weights = (_weight(group, categories) * familiarity(group) ** familiar for group in rows)
        self._sums = list(accumulate(weights))

    def pick(self, rng: random.Random) -> Row:
        group = self.rows[_weighted(self._sums, rng)]
        return group[0] if len(group) == 1 else rng.choice(group)


def _weight(group: list[Row], categories: Mapping[str, float]) -> float:
    """Portraits count by row: they share one concept and every one is a different person."""
    return len(group) if group[0].portrait else categories.get(group[0].category, 1.0)


def _weighted(sums: list[float], rng: random.Random) -> int:
    return min(bisect_right(sums, rng.random() * sums[-1]), len(sums) - 1)
