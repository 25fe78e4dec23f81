"""Captions that differ from a given one in one thing it says: what a judge must tell apart.

What may differ: a colour, a number, a size, a place, a scene, a style, or the thing itself. A word
for the same (another name of the thing, another wording of the scene) is no difference.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.training import tables
from engine.training.captions import Row
from engine.training.names import LONGEST, Names
from engine.training.words import article, countable, has_colour, plural, words_of

_RELATIONS = {
    "left": ("to the left of", "left of"),
    "right": ("to the right of", "right of"),
    "above": ("above", "over"),
    "below": ("below", "under"),
    "beside": ("next to", "beside"),
}
# "Next to" is true of left and right as well.
_TRUE_TOO = {"beside": ("left", "right"), "left": ("beside",), "right": ("beside",)}
_PLACES = {
    "top left": ("in the top left corner",),
    "top right": ("in the top right corner",),
    "bottom left": ("in the bottom left corner",),
    "bottom right": ("in the bottom right corner",),
    "top": ("at the top",),
    "bottom": ("at the bottom",),
    "left": ("on the left",),
    "right": ("on the right",),
    "center": ("in the center", "in the middle"),
}
_NUMBERS = ("two", "three", "four", "five", "six")
_SIZES = {"small": ("small", "tiny", "little"), "big": ("big", "large", "huge", "giant")}
_STYLES = ("3d", "cartoon", "flat", "gradient", "glossy", "blob", "clipart", "pixelart")
_TOKEN = re.compile(r"[\w'\-]+")
_ARTICLE = re.compile(r"\ban? (?=([\w'\-]+))")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Characters `start` to `end` of a caption, and what could stand there instead."""

    start: int
    end: int
    others: tuple[str, ...]


class NearCaptions:
    """Draws captions near a given one; knows the things by the rows of a caption table."""

    def __init__(self, rows: Iterable[Row]) -> None:
        names = Names.of(rows)
        self._groups = dict(names.groups)
        self._said = _classes()
        known = [name for name in names.everyday() if not has_colour(name)]
        plurals = {name: plural(name) for name in known if countable(name)}
        self._kinds: Mapping[str, Mapping[str, frozenset[str]]] = {
            "one": _covered(name for name in known if article(name)),
            "some": _covered(name for name in known if not article(name)),
            "many": _covered(plurals.values()),
        }
        for name, several in plurals.items():
            self._groups.setdefault(several, self._groups[name])
        self._different: dict[str, tuple[str, ...]] = {}

    def of(self, caption: str, count: int, rng: random.Random) -> list[str]:
        """Up to `count` different captions, fewer where there is little to change."""
        slots = self._slots(caption)
        found: dict[str, None] = {}
        for _ in range(4 * count if slots else 0):
            slot = rng.choice(slots)
            near = _replaced(caption, slot, rng.choice(slot.others))
            if near != caption:
                found.setdefault(near)
            if len(found) == count:
                break
        return list(found)

    def _slots(self, caption: str) -> list[_Slot]:
        """What the caption says, left to right, the longest wordings first."""
        words = list(_TOKEN.finditer(caption))
        slots: list[_Slot] = []
        index = 0
        while index < len(words):
            taken = 1
            for length in range(min(LONGEST + 2, len(words) - index), 0, -1):
                start, end = words[index].start(), words[index + length - 1].end()
                others = self._others(caption[start:end])
                if others is not None:
                    slots += [_Slot(start, end, others)] if others else []
                    taken = length
                    break
            index += taken
        return slots

    def _others(self, phrase: str) -> tuple[str, ...] | None:
        """What contradicts the phrase: None where it says nothing, () where nothing is known."""
        if phrase in self._said:
            return self._said[phrase]
        if phrase not in self._groups or not self._said.keys().isdisjoint(phrase.split()):
            return None  # a colour or size inside a name is a slot of its own
        if phrase not in self._different:
            self._different[phrase] = self._different_from(phrase)
        return self._different[phrase]

    def _different_from(self, phrase: str) -> tuple[str, ...]:
        own, words = self._groups[phrase], words_of(phrase)
        kinds = [names for names in self._kinds.values() if phrase in names]
        names = kinds[0] if kinds else self._kinds["one" if article(phrase) else "some"]
        return tuple(
            name
            for name, covered in names.items()
            if own.isdisjoint(self._groups[name]) and words.isdisjoint(covered)
        )


def _covered(names: Iterable[str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(words_of(name)) for name in names}


def _classes() -> dict[str, tuple[str, ...]]:
    """Wordings of everything but things, each with what would contradict it."""
    scenes = {name: tuple(text["phrases"]) for name, text in tables.scenes()["scenes"].items()}
    wordings = tables.styles()["styles"]
    styles = {name: tuple(wordings[name]["after"]) for name in _STYLES}
    colours = {name: (name,) for name in (*tables.colours()["tints"], "white")}
    numbers = {name: (name,) for name in _NUMBERS}
    unsure = [
        text for wording in wordings.values() for text in (*wording["after"], "light", "dark")
    ]
    said: dict[str, tuple[str, ...]] = dict.fromkeys(unsure, ())
    for kind in (styles, scenes, colours, numbers, _SIZES, _PLACES, _RELATIONS):
        said |= dict(_contradictions(kind))
    return said


def _contradictions(
    kind: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, wordings in kind.items():
        fine = (key, *_TRUE_TOO.get(key, ())) if kind is _RELATIONS else (key,)
        others = tuple(text for name, texts in kind.items() if name not in fine for text in texts)
        for wording in wordings:
            yield wording, others


def _replaced(caption: str, slot: _Slot, other: str) -> str:
    text = f"{caption[: slot.start]}{other}{caption[slot.end :]}"
    return _ARTICLE.sub(_article_before, text)


def _article_before(match: re.Match[str]) -> str:
    return f"{article(match[1]) or 'a'} "
