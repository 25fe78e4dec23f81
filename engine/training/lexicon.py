"""Everyday words that no caption uses, each with the name of what comes nearest to it.

Candidates are WordNet's nouns for things that can be drawn. The nearest name is that which a
sentence model finds closest to the word and to its gloss, most of all where WordNet itself puts the
name among the synonyms or a few steps above. Words that are common in CLIP's vocabulary come first.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.training import tables
from engine.training.names import Names
from engine.training.sentences import SentenceModel
from engine.training.vocabulary import UNRANKED, word_ranks
from engine.training.wordnet import Meaning, WordNet
from engine.training.words import countable, has_colour, plural

_CATEGORIES = {
    "animal": {"animals"},
    "artifact": {"objects", "vehicles", "clothing", "music", "places", "activities", "drink"},
    "food": {"food", "drink", "plants"},
    "object": {"nature", "objects", "places"},
    "person": {"people"},
    "plant": {"plants", "food", "nature"},
}
_NEARNESS = (0.5, 0.45, 0.3, 0.15, 0.05)
"""What it counts that a name is so many steps above in WordNet."""
_LEAST = 0.45
_VAGUE = frozenset({"person", "people"})
_ALONE = 0.3
"""How close a word without its gloss must be to the name: a john is rarely a toilet."""
_COMMON = 40_000
"""Rank in CLIP's vocabulary from which a word is rare."""
SURE_ENOUGH = 1.6
_PLAIN = re.compile("[a-z]{3,12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A new word, the name it is taught to mean, and how sure that is (0..2.6)."""

    word: str
    name: str
    sure: float


def lexicon(
    names: Names, said: Set[str], wordnet: WordNet, sentences: SentenceModel
) -> list[Entry]:
    """Entries for words outside of `said`, those first that are wanted most.

    A plural is taught to mean the plural of its name.
    """
    ranks = word_ranks()
    known = [name for name in names.everyday() if not has_colour(name) and name not in _VAGUE]
    candidates = list(_candidates(wordnet, said, ranks, set(known)))
    texts = sentences.embed([f"{word}, {meaning.gloss}" for word, meaning in candidates])
    close = texts @ sentences.embed(known).T
    found = _confirmed(list(_nearest(candidates, close, known, names)), sentences)
    whole = [*found, *_plurals(found, known, said)]
    return sorted(whole, key=lambda entry: _wanted(entry, ranks, names), reverse=True)


def colour_words(said: Set[str]) -> list[Entry]:
    """Words for colours that no caption has, each meaning the nearest colour that captions name."""
    also = tables.colours()["also"]
    return [Entry(word, name, SURE_ENOUGH) for word, name in also.items() if word not in said]


def _candidates(
    wordnet: WordNet, said: Set[str], ranks: Mapping[str, int], known: Set[str]
) -> Iterator[tuple[str, Meaning]]:
    """Nouns that WordNet puts near a known name, and common ones that are no persons."""
    for word in wordnet.nouns():
        if not _PLAIN.fullmatch(word) or word in said:
            continue
        meaning = wordnet.meaning(word)
        if meaning is None or meaning.kind not in _CATEGORIES:
            continue
        common = ranks.get(word, _COMMON) < _COMMON
        steps = min((n for name, n in meaning.wider.items() if name in known), default=9)
        living = meaning.kind in ("animal", "food", "plant")
        if steps <= (2 if common or living else 1) or (common and meaning.kind != "person"):
            yield word, meaning


def _nearest(
    candidates: Sequence[tuple[str, Meaning]], close: Tensor, known: Sequence[str], names: Names
) -> Iterator[Entry]:
    """The nearest name of every candidate, where one is near enough; close: (candidates,names)."""
    places = {name: place for place, name in enumerate(known)}
    usual = torch.tensor([0.01 * math.log(names.rows[name]) for name in known])
    allowed = {
        kind: torch.tensor([not kept.isdisjoint(names.categories[name]) for name in known])
        for kind, kept in _CATEGORIES.items()
    }
    for (word, meaning), row in zip(candidates, close, strict=True):
        score = row + usual
        for name, steps in meaning.wider.items():
            if name in places:
                score[places[name]] += _NEARNESS[steps]
        score = score.where(allowed[meaning.kind], torch.tensor(-1.0))
        best = int(score.argmax())
        if score[best] >= _LEAST:
            yield Entry(word, known[best], float(score[best]))


def _confirmed(found: Sequence[Entry], sentences: SentenceModel) -> list[Entry]:
    """Those whose word alone is near its name as well; surer, the nearer it is."""
    words = sentences.embed([entry.word for entry in found])
    names = sentences.embed([entry.name for entry in found])
    alone = [float(near) for near in (words * names).sum(1)]
    pairs = zip(found, alone, strict=True)
    return [replace(entry, sure=entry.sure + near) for entry, near in pairs if near >= _ALONE]


def _plurals(found: Sequence[Entry], known: Sequence[str], said: Set[str]) -> Iterator[Entry]:
    """Plurals of new words and of known names, where no caption has them."""
    taken = {entry.word for entry in found}
    single = [*found, *(Entry(name, name, 2.0) for name in known if _PLAIN.fullmatch(name))]
    for entry in single:
        if countable(entry.word) and countable(entry.name):
            several = plural(entry.word)
            if several not in said and several not in taken:
                taken.add(several)
                yield Entry(several, plural(entry.name), entry.sure - 0.1)


def _wanted(entry: Entry, ranks: Mapping[str, int], names: Names) -> float:
    """Common and short words first, of the kinds that are drawn most; compounds of a name last.

    Beyond a point being surer makes no odds. A compound says its name already ("sandbag").
    """
    rank = ranks.get(entry.word, UNRANKED)
    weights = tables.styles()["category_weights"]
    kinds = names.categories.get(entry.name, frozenset({"objects"}))
    kind = max(weights.get(each, 1.0) for each in kinds)
    compound = entry.name in entry.word and entry.name != entry.word
    often = 0.3 * math.log2(kind) - 0.2 * rank / 10_000 - 0.02 * len(entry.word)
    return min(entry.sure, SURE_ENOUGH) + often - (0.5 if compound else 0.0)
