"""Whether a text tower knows words that no caption uses, by retrieval.

Every word of a list is embedded as a prompt, and the nearest of all everyday names (in the singular
and the plural) is looked up: right is the name that the list says, its plural, or another name of
the same things.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from engine.networks.clip import TextTower
from engine.tokenizer import Tokenizer
from engine.training.names import Names
from engine.training.new_words import embedded
from engine.training.words import countable, has_colour, plural, with_article

PART = 256


@dataclass(frozen=True, slots=True)
class Pair:
    """A word and the name of what it means or is a kind of."""

    word: str
    name: str


def read(path: Path) -> list[Pair]:
    """Lines of `word: name`."""
    lines = [line.split(": ") for line in path.read_text(encoding="utf-8").splitlines()]
    return [Pair(word, name) for word, name in lines]


def nearest(
    tower: TextTower, tokenizer: Tokenizer, pairs: Sequence[Pair], names: Names
) -> list[str]:
    """The name, in the singular, that the tower puts nearest to each word."""
    known = [name for name in names.everyday() if not has_colour(name)]
    several = [name for name in known if countable(name)]
    targets = [*known, *several]
    texts = [*map(with_article, known), *map(plural, several)]
    words = _unit(tower, tokenizer, [with_article(pair.word) for pair in pairs])
    best = (words @ _unit(tower, tokenizer, texts).T).argmax(1)
    return [targets[int(index)] for index in best]


def share_right(pairs: Sequence[Pair], answers: Sequence[str], names: Names) -> float:
    """Share 0..1 of the answers that mean what the pairs say."""
    right = [names.same(p.name, answer) for p, answer in zip(pairs, answers, strict=True)]
    return sum(right) / len(right)


@torch.no_grad()
def _unit(tower: TextTower, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    parts = [texts[start : start + PART] for start in range(0, len(texts), PART)]
    found = torch.cat([embedded(tower, part, tokenizer) for part in parts])
    return functional.normalize(found, dim=-1)
