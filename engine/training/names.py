"""The names of things in the caption table, and which names mean the same things."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.training.captions import Row

LONGEST = 4
"""Words of the longest name that is taken for one."""
EVERYDAY = 3
"""A name that fewer pictures have is no everyday name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Concepts (groups of rows) of every name, categories of it, and how many rows have it."""

    groups: Mapping[str, frozenset[str]]
    categories: Mapping[str, frozenset[str]]
    rows: Mapping[str, int]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Names":
        """The names of a caption table, lower case, in the order of their first row."""
        groups: dict[str, set[str]] = defaultdict(set)
        categories: dict[str, set[str]] = defaultdict(set)
        counted: Counter[str] = Counter()
        for row in rows:
            for name in {each.lower(): None for each in row.names}:
                if len(name.split()) <= LONGEST:
                    groups[name].add(row.group)
                    categories[name].add(row.category)
                    counted[name] += 1
        frozen = [
            {name: frozenset(found) for name, found in each.items()}
            for each in (groups, categories)
        ]
        return cls(frozen[0], frozen[1], counted)

    def everyday(self) -> list[str]:
        """Names that enough pictures have."""
        return [name for name, count in self.rows.items() if count >= EVERYDAY]

    def same(self, one: str, other: str) -> bool:
        """Whether two names are of one concept."""
        return one == other or not self.groups[one].isdisjoint(self.groups[other])
