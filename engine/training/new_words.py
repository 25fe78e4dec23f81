"""Teaches the finished text tower new words without changing what it says of any known one.

A new word gets a token of its own: places in the vocabulary that no caption uses are given to
merges of two of its symbols. Only the rows of such tokens are trained, until a text with the new
word is embedded as the same text with the name that the word comes nearest to is. All other
weights, and the tokens of every caption, stay as they are; so prior and decoder, trained on them,
stay right.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import logging
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor

from engine.networks.clip import TextTower
from engine.tokenizer import BYTE_CHARACTERS, END, START, WORD_END, Tokenizer, merge, words
from engine.training import precision, tables
from engine.training.lexicon import Entry
from engine.training.words import with_article

log = logging.getLogger(__name__)

STEPS = 40
RATE = 0.15
"""Of the deviation of the rows."""
PART = 128
COLOURED = ("car", "flower", "bird", "hat", "star", "house")
"""What a new word for a colour is learned on; it has to hold for any other thing."""


@dataclass(frozen=True, slots=True)
class Room:
    """A tokenizer, the tokens that no known word needs, and which symbols stand side by side.

    A token is needed that is part of a known word or comes up while it is merged. `beside`: pairs
    of symbols in the finished known words, which must never be merged.
    """

    tokenizer: Tokenizer
    free: tuple[str, ...]
    beside: frozenset[tuple[str, str]]


def room(tokenizer: Tokenizer, known: Iterable[str]) -> Room:
    """What a vocabulary has to give away beside these words."""
    needed = {START, END, *BYTE_CHARACTERS, *(each + WORD_END for each in BYTE_CHARACTERS)}
    beside: set[tuple[str, str]] = set()
    for word in known:
        stages = list(_stages(tokenizer, word))
        needed.update(*stages)
        beside.update(pairwise(stages[-1]))
    free = tuple(token for token in tokenizer.vocabulary if token not in needed)
    return Room(tokenizer, free, frozenset(beside))


def _stages(tokenizer: Tokenizer, word: str) -> Iterator[list[str]]:
    """The symbols of a word from single bytes to the finished ones, merge by merge."""
    symbols = [BYTE_CHARACTERS[byte] for byte in word.encode("utf-8")]
    symbols[-1] += WORD_END
    yield symbols
    while len(symbols) > 1:
        best = min(set(pairwise(symbols)), key=tokenizer.rank)
        if best not in tokenizer.ranks:
            return
        symbols = merge(symbols, best)
        yield symbols


def give_tokens(given: Room, wanted: Iterable[Entry]) -> tuple[Tokenizer, dict[Entry, str]]:
    """Give free tokens to the words, in their order, until none is left.

    Each word gets one token of its own: two of its symbols are merged, the last if they may be.
    Returns the new tokenizer and that token for every entry that has one.
    """
    old, gone, beside = given.tokenizer, set(given.free), set(given.beside)
    kept = [pair for pair in sorted(old.ranks, key=old.rank) if "".join(pair) not in gone]
    ranks = {pair: rank for rank, pair in enumerate(kept)}  # without gaps, as a tokenizer wants
    vocabulary = {token: number for token, number in old.vocabulary.items() if token not in gone}
    tokenizer = replace(old, vocabulary=vocabulary, ranks=ranks)
    places = list(given.free)
    own: dict[Entry, str] = {}
    for entry in wanted:
        pair = _own_pair(tokenizer.merged(entry.word), vocabulary, beside)
        if pair is None or not places:
            continue
        ranks[pair] = len(ranks)
        own[entry] = "".join(pair)
        vocabulary[own[entry]] = old.vocabulary[places.pop()]
        beside.update(pairwise(tokenizer.merged(entry.word)))
    # What nobody wanted keeps its place; without its merge no text comes to it.
    vocabulary.update({token: old.vocabulary[token] for token in places})
    return tokenizer, own


def _own_pair(
    symbols: Sequence[str], vocabulary: Container[str], beside: Container[tuple[str, str]]
) -> tuple[str, str] | None:
    """Neighbours that stand together in no known word and make no known token, the last such."""
    for pair in reversed(list(pairwise(symbols))):
        if pair not in beside and "".join(pair) not in vocabulary:
            return pair
    return None


def taught(
    tower: TextTower, tokenizer: Tokenizer, own: Mapping[Entry, str], before: Tokenizer
) -> Tensor:
    """(V,W) rows of the tokens with those of the new words learned; all others are the tower's."""
    table = tower.token_embedding.weight.detach().clone()
    entries = list(own)
    for start in range(0, len(entries), PART):
        part = entries[start : start + PART]
        places = torch.tensor([tokenizer.vocabulary[own[entry]] for entry in part])
        table[places] = _rows(tower, part, places, (tokenizer, before))
        log.info("%d of %d words", start + len(part), len(entries))
    return table


def _rows(
    tower: TextTower, part: Sequence[Entry], places: Tensor, tokenizers: tuple[Tokenizer, Tokenizer]
) -> Tensor:
    """(N,W): begun as the mean of the name's tokens, moved until the texts agree."""
    tokenizer, before = tokenizers
    table = tower.token_embedding.weight.detach()
    texts = [text for entry in part for text in _said(entry.word, entry.name)]
    meant = [text for entry in part for text in _said(entry.name, entry.name)]
    target = embedded(tower, meant, before)
    names = [_ids(entry.name, before) for entry in part]
    rows = torch.stack([table[ids].mean(0) for ids in names]).requires_grad_()
    optimiser = torch.optim.Adam([rows], lr=RATE * float(table.std()))
    loss = torch.ones(len(texts))
    for _ in range(STEPS):
        changed = table.index_copy(0, places, rows)
        with precision.autocast():
            apart = embedded(tower, texts, tokenizer, changed).float() - target
        loss = apart.square().sum(-1) / target.square().sum(-1)
        optimiser.zero_grad()
        loss.mean().backward()
        optimiser.step()
    log.info("%.3f of what is meant is missed", float(loss.detach().mean()))
    return rows.detach()


def _said(word: str, name: str) -> list[str]:
    """Texts with a word that stands for a name: a colour is said of things."""
    if name in tables.colours()["palette"]:
        return [with_article(f"{word} {thing}") for thing in COLOURED]
    return [with_article(word)]


def embedded(
    tower: TextTower, texts: Sequence[str], tokenizer: Tokenizer, table: Tensor | None = None
) -> Tensor:
    """Text embeddings (N,D), by another table of tokens (V,W) where one is given."""
    ids = torch.tensor([tokenizer.encode(text).ids for text in texts])
    ids = ids[:, : int(ids.argmax(1).max()) + 1]  # padding changes nothing
    other = {} if table is None else {"token_embedding.weight": table}
    _, pooled = torch.func.functional_call(tower, other, (ids,))
    return pooled


def _ids(text: str, tokenizer: Tokenizer) -> list[int]:
    return [tokenizer.vocabulary[s] for word in words(text) for s in tokenizer.merged(word)]
