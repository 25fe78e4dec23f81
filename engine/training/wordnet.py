"""What WordNet 3.1 says of a noun's first meaning (Princeton University), while training.

Read from the pinned package's own files: `index.noun` gives the meanings of a lemma, the most usual
first; `data.noun` the synonyms, the kind, the wider meanings and the gloss of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KINDS = {
    "05": "animal",
    "06": "artifact",
    "08": "body",
    "13": "food",
    "17": "object",
    "18": "person",
    "20": "plant",
}
"""Lexicographer files of what can be drawn, by their numbers (wordnet: lexnames(5))."""
_STEPS = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """`wider`: names of wider meanings, each with how many steps away it is; 0 are synonyms."""

    kind: str
    gloss: str
    wider: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Synset:
    number: str
    names: tuple[str, ...]
    above: tuple[str, ...]
    gloss: str


class WordNet:
    """Nouns of the `dict` folder."""

    def __init__(self, folder: Path) -> None:
        self._synsets = dict(map(_synset, _lines(folder / "data.noun")))
        self._first = dict(map(_first_meaning, _lines(folder / "index.noun")))

    def nouns(self) -> Iterator[str]:
        """Every lemma, in the order of the alphabet."""
        yield from self._first

    def meaning(self, word: str) -> Meaning | None:
        """The most usual meaning of a noun, if that is a thing that can be drawn."""
        first = self._first.get(word)
        if first is None or self._synsets[first].number not in _KINDS:
            return None
        synset = self._synsets[first]
        if not synset.above:  # an instance: somebody or some place
            return None
        return Meaning(_KINDS[synset.number], synset.gloss, self._wider(first))

    def _wider(self, offset: str) -> dict[str, int]:
        found: dict[str, int] = {}
        level = [offset]
        for steps in range(_STEPS):
            for each in level:
                for name in self._synsets[each].names:
                    found.setdefault(name, steps)
            level = [above for each in level for above in self._synsets[each].above]
        return found


def _lines(path: Path) -> Iterator[str]:
    """The lines behind the licence, which is indented."""
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith(" "))


def _synset(line: str) -> tuple[str, _Synset]:
    """Offset and content; see wordnet: wndb(5)."""
    data, _, gloss = line.partition("|")
    offset, number, _, count, *rest = data.split()
    words = 2 * int(count, 16)
    names = tuple(name.replace("_", " ").lower() for name in rest[:words:2])
    pointers = rest[words + 1 :]
    above = tuple(
        pointers[index + 1] for index in range(0, len(pointers) - 3, 4) if pointers[index] == "@"
    )
    meaning = gloss.split(";")[0].strip()
    return offset, _Synset(number, names, above, meaning)


def _first_meaning(line: str) -> tuple[str, str]:
    fields = line.split()
    pointers = int(fields[3])
    return fields[0].replace("_", " "), fields[6 + pointers]
