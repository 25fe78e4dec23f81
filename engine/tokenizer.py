"""CLIP's byte-pair tokenizer, read from a published tokenizer folder: text in, token ids out.

Sennrich et al. 2016 (arXiv 1508.07909) over bytes, as CLIP uses it. It agrees with transformers'
CLIPTokenizer except that the names of special tokens inside a prompt ("<|endoftext|>") are plain
text here: a prompt cannot end itself early.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from pathlib import Path
from typing import cast

from engine.errors import WeightsDamaged, WeightsMissing

START = "<|startoftext|>"
END = "<|endoftext|>"
WORD_END = "</w>"

CONTRACTION = re.compile("'s|'t|'re|'ve|'m|'ll|'d")
CONTROL_SPACES = "\t\n\v\f\r\x85"


class Kind(Enum):
    """The classes of characters that a word never mixes."""

    SPACE = auto()
    LETTER = auto()
    NUMBER = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Tokens:
    """ids: `context` token ids, padded. length: the real ones, up to and with end-of-text."""

    ids: tuple[int, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A vocabulary, the ranks of its merges, and how many ids a text becomes."""

    vocabulary: dict[str, int]
    ranks: dict[tuple[str, str], int]
    context: int
    pad: int

    def encode(self, text: str) -> Tokens:
        """Start, the text's tokens, end-of-text, padding; a long text loses its last words."""
        ids = [self.vocabulary[START]]
        for word in words(normalised(text)):
            if len(ids) >= self.context:
                break
            ids += [self.vocabulary[symbol] for symbol in self.merged(word)]
        ids = [*ids[: self.context - 1], self.vocabulary[END]]
        return Tokens(ids=(*ids, *[self.pad] * (self.context - len(ids))), length=len(ids))

    def merged(self, word: str) -> list[str]:
        """The word's symbols after every merge that applies, in the order of the ranks."""
        symbols = [BYTE_CHARACTERS[byte] for byte in word.encode("utf-8")]
        symbols[-1] += WORD_END
        while len(symbols) > 1:
            best = min(set(pairwise(symbols)), key=self.rank)
            if best not in self.ranks:
                break
            symbols = merge(symbols, best)
        return symbols

    def rank(self, pair: tuple[str, str]) -> int:
        """Place of the merge in training order; after all of them if there is no such merge."""
        return self.ranks.get(pair, len(self.ranks))


def load(folder: Path, context: int) -> Tokenizer:
    """Read vocab.json, merges.txt and the padding token's name from `folder`.

    context: ids per text. Raises WeightsMissing and WeightsDamaged.
    """
    vocabulary = _read_vocabulary(folder / "vocab.json")
    lines = _read(folder / "merges.txt").split("\n")
    pairs = [
        tuple(line.split()) for line in lines if line.strip() and not line.startswith("#version")
    ]
    ranks = {(pair[0], pair[1]): rank for rank, pair in enumerate(pairs) if len(pair) == 2}
    complete = all(first + second in vocabulary for first, second in ranks)
    if len(ranks) != len(pairs) or not complete:
        raise _damaged(folder / "merges.txt")
    return Tokenizer(vocabulary, ranks, context, _padding(folder, vocabulary))


def normalised(text: str) -> str:
    """Unicode NFC, lower case by single characters; half a surrogate pair becomes a `?`."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character.lower() for character in unicodedata.normalize("NFC", whole))


def words(text: str) -> Iterator[str]:
    """Contractions, runs of letters, single digits, runs of anything else; no white space."""
    position = 0
    while position < len(text):
        end = _word_end(text, position)
        if kind(text[position]) is not Kind.SPACE:
            yield text[position:end]
        position = end


def _word_end(text: str, start: int) -> int:
    if contraction := CONTRACTION.match(text, start):
        return contraction.end()
    first, end = kind(text[start]), start + 1
    if first is not Kind.NUMBER:
        while end < len(text) and kind(text[end]) is first:
            end += 1
    return end


def kind(character: str) -> Kind:
    """Class of one character by its Unicode category."""
    category = unicodedata.category(character)
    if category[0] == "Z" or character in CONTROL_SPACES:
        return Kind.SPACE
    return {"L": Kind.LETTER, "N": Kind.NUMBER}.get(category[0], Kind.OTHER)


def merge(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    """`symbols` with every occurrence of `pair`, from the left, joined into one."""
    joined: list[str] = []
    position = 0
    while position < len(symbols):
        found = tuple(symbols[position : position + 2]) == pair
        joined.append(pair[0] + pair[1] if found else symbols[position])
        position += 2 if found else 1
    return joined


def byte_characters() -> tuple[str, ...]:
    """A printable character for each of the 256 bytes: its own, or one past 255."""
    printable = {
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), 256),
    }
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in printable else next(others)) for byte in range(256))


BYTE_CHARACTERS = byte_characters()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise WeightsMissing(
            f"The model's file {path} is missing; install the model again, your pictures are safe."
        ) from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise _damaged(path) from unreadable


def _read_object(path: Path) -> dict[str, object]:
    try:
        content: object = json.loads(_read(path))
    except ValueError as broken:
        raise _damaged(path) from broken
    if not isinstance(content, dict):
        raise _damaged(path)
    return cast(dict[str, object], content)


def _read_vocabulary(path: Path) -> dict[str, int]:
    vocabulary = {
        symbol: number for symbol, number in _read_object(path).items() if isinstance(number, int)
    }
    needed = {START, END, *BYTE_CHARACTERS, *(symbol + WORD_END for symbol in BYTE_CHARACTERS)}
    if not needed <= vocabulary.keys():
        raise _damaged(path)
    return vocabulary


def _padding(folder: Path, vocabulary: dict[str, int]) -> int:
    """Kandinsky pads with end-of-text, Karlo with "!"; without a word about it, end-of-text."""
    path = folder / "tokenizer_config.json"
    token: object = _read_object(path).get("pad_token", END) if path.exists() else END
    if isinstance(token, dict):
        token = cast(dict[str, object], token).get("content", END)
    if not isinstance(token, str) or token not in vocabulary:
        raise _damaged(path)
    return vocabulary[token]


def _damaged(path: Path) -> WeightsDamaged:
    return WeightsDamaged(
        f"The model's file {path} is damaged; install the model again, your pictures are safe.",
        path,
    )
