"""How familiar a thing is: how early CLIP's vocabulary has its name.

That vocabulary was learned from captions of pictures, and its merges are ordered by how common they
are. By Zipf's law a word of rank r is said about 1/r as often as the first (Zipf 1949, Human
Behavior and the Principle of Least Effort). A word that is no merge of its own is rarer than every
one that is.
"""

from collections.abc import Iterable
from functools import cache

from engine.training.captions import Row
from engine.training.vocabulary import UNRANKED, word_ranks

COMMON = 1_000
"""Added to each rank, so that the very commonest words do not leave the others behind."""
MEDIUM = 10_000
"""Rank of a name whose familiarity is about one."""
LARGEST = 3.0
"""No name counts for more: the commonest tokens are often ends of other words (ant, ship)."""
_SMALL_WORDS = frozenset({"a", "an", "the", "of", "with", "in", "and", "on"})


def familiarity(rows: Iterable[Row]) -> float:
    """Of a thing that these rows show, by its most familiar name: 1 for a name of medium rank.

    From 0.05 for names of several rare words to LARGEST.
    """
    return max(of_name(name) for row in rows for name in row.names)


@cache
def of_name(name: str) -> float:
    """Of a name, whose words each make it rarer."""
    said = [word for word in name.lower().split() if word not in _SMALL_WORDS]
    rank = sum(word_ranks().get(word, UNRANKED) for word in said)
    return min(LARGEST, MEDIUM / (COMMON + (rank if said else UNRANKED)))
