"""The held-out rule: combinations that training never shows, so that combining can be tested.

A draft is held out when one thing carries a held colour (said or measured), or when the names and
synonyms of everything in it together cover a held pair, place or count, or when a sprite is drawn
in a style its subject is held from. Each word alone is seen often.
"""

from collections.abc import Iterable, Set

from engine.training import tables
from engine.training.captions import Row
from engine.training.drafts import Draft, Thing
from engine.training.words import words_of

# The soft gradient set is the same drawing as the 3d renders.
_SAME_DRAWING = {"3d": ("3d", "gradient")}


class HeldOutRule:
    """Answers whether a sprite or a draft shows a held-out combination."""

    def __init__(self) -> None:
        table = tables.held_out()
        self._synonyms = table["synonyms"]
        self._colours = _by_word(table["colours"])
        self._together = _by_word([*table["pairs"], *table["places"], *table["counts"]])
        self._styles = [(word, style) for word, style in map(str.split, table["styles"])]

    def covers(self, draft: Draft) -> bool:
        """Whether the draft shows a held-out combination."""
        things = {id(each.thing): each.thing for each in draft.placements}.values()
        seen = [*(t.row for t in things), *self._backdrop(draft)]
        if any(map(self.covers_thing, things)) or any(map(self.covers_style, seen)):
            return True
        words = words_of(draft.caption) | draft.place
        return _covers(self._widened(words.union(*(row.words for row in seen))), self._together)

    def covers_thing(self, thing: Thing) -> bool:
        """Whether the thing is shown or said in a colour it is held from."""
        colour = words_of(thing.colour or "")
        words = thing.row.words | words_of(thing.phrase) | colour
        return _covers(self._widened(words), self._colours)

    def covers_style(self, row: Row) -> bool:
        """Whether the sprite's subject is held from its style."""
        words = self._widened(row.words)
        return any(
            word in words and row.style in _SAME_DRAWING.get(style, (style,))
            for word, style in self._styles
        )

    def _widened(self, words: Set[str]) -> Set[str]:
        meant = {self._synonyms[word] for word in words if word in self._synonyms}
        return words | meant if meant else words

    @staticmethod
    def _backdrop(draft: Draft) -> list[Row]:
        row = getattr(draft.background, "row", None)
        return [row] if isinstance(row, Row) else []


def _by_word(phrases: Iterable[str]) -> dict[str, list[frozenset[str]]]:
    """Index each combination by its last word, so that few are compared."""
    index: dict[str, list[frozenset[str]]] = {}
    for phrase in phrases:
        *_, last = phrase.split()
        index.setdefault(last, []).append(frozenset(phrase.split()))
    return index


def _covers(words: Set[str], index: dict[str, list[frozenset[str]]]) -> bool:
    return any(held <= words for word in words if word in index for held in index[word])
