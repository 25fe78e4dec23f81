"""New words: taught to a text tower without moving anything that was known."""

from dataclasses import replace

import pytest
import torch

from engine.families import starter
from engine.networks.clip import TextTower
from engine.tokenizer import BYTE_CHARACTERS, END, START, WORD_END, Tokenizer
from engine.training.captions import Row
from engine.training.lexicon import Entry
from engine.training.names import Names
from engine.training.new_words import COLOURED, embedded, give_tokens, room, taught
from engine.training.open_vocabulary import fingerprint, prove
from engine.training.synonyms import Pair, nearest, share_right

KNOWN = ("cat", "hat", "a", "cats", "hot")
WANTED = [Entry("pooch", "cat", 1.0), Entry("kit", "hat", 1.0), Entry("dog", "cat", 1.0)]


@pytest.fixture(scope="module")
def plain() -> Tokenizer:
    """Single bytes, the merges of the known words, and some that nobody needs."""
    merges = (("a", f"t{WORD_END}"), ("c", f"at{WORD_END}"), *(("q", c) for c in "abcdefghij"))
    singles = [*BYTE_CHARACTERS, *(c + WORD_END for c in BYTE_CHARACTERS)]
    tokens = [*singles, *("".join(pair) for pair in merges), START, END]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return Tokenizer(vocabulary, ranks, context=16, pad=vocabulary[END])


@pytest.fixture(scope="module")
def tower(plain: Tokenizer) -> TextTower:
    """A small one of random weights."""
    torch.manual_seed(0)
    spec = replace(
        starter.TEXT,
        width=32,
        heads=2,
        layers=1,
        embed_dim=16,
        context=16,
        vocabulary=len(plain.vocabulary),
    )
    return TextTower(spec).requires_grad_(False).eval()


def test_every_word_gets_a_token_and_known_words_stay_what_they_were(plain: Tokenizer) -> None:
    given = room(plain, KNOWN)
    assert set(given.free) == {f"q{c}" for c in "abcdefghij"}
    tokenizer, own = give_tokens(given, WANTED)
    assert {entry.word: token for entry, token in own.items()} == {
        "pooch": f"ch{WORD_END}",
        "kit": f"it{WORD_END}",
        "dog": f"og{WORD_END}",
    }
    assert tokenizer.merged("pooch") == ["p", "o", "o", f"ch{WORD_END}"]
    assert all(tokenizer.merged(word) == plain.merged(word) for word in KNOWN)
    assert sorted(tokenizer.vocabulary.values()) == sorted(plain.vocabulary.values())
    assert tokenizer.vocabulary[END] == plain.vocabulary[END] == max(plain.vocabulary.values())


def test_no_token_is_given_beyond_the_room_across_known_words_or_to_two_words(
    plain: Tokenizer,
) -> None:
    given = room(plain, KNOWN)
    narrow = replace(given, free=given.free[:2])
    assert [entry.word for entry in give_tokens(narrow, WANTED)[1]] == ["pooch", "kit"]
    guarded = replace(given, beside=frozenset({("i", f"t{WORD_END}"), ("k", "i")}))
    assert [entry.word for entry in give_tokens(guarded, WANTED)[1]] == ["pooch", "dog"]
    alike = [*WANTED, Entry("fog", "hat", 1.0)]
    tokenizer, own = give_tokens(given, alike)
    assert own[alike[-1]] not in [own[entry] for entry in WANTED]
    assert tokenizer.merged("dog") == ["d", f"og{WORD_END}"], "an earlier word is left alone"


def test_a_new_word_comes_to_mean_its_name_and_no_other_row_moves(
    plain: Tokenizer, tower: TextTower
) -> None:
    tokenizer, own = give_tokens(room(plain, KNOWN), WANTED[1:2])
    table = taught(tower, tokenizer, own, plain)
    texts, meant = ["kit", "a kit"], embedded(tower, ["hat", "a hat"], plain)
    before = (embedded(tower, texts, tokenizer) - meant).norm()
    after = (embedded(tower, texts, tokenizer, table) - meant).norm()
    assert after < before / 2
    moved = (table != tower.token_embedding.weight).any(1).nonzero().flatten().tolist()
    assert moved == [tokenizer.vocabulary[f"it{WORD_END}"]]


def test_the_proof_fails_when_a_row_or_a_token_of_a_caption_moves(
    plain: Tokenizer, tower: TextTower
) -> None:
    table = tower.token_embedding.weight.detach().clone()
    captions = ["a cat", "a hot hat"]
    prove(tower, table, (plain, plain), captions)
    table[plain.vocabulary[f"cat{WORD_END}"]] += 1
    with pytest.raises(AssertionError, match="row"):
        prove(tower, table, (plain, plain), captions)
    other = replace(plain, ranks={})
    with pytest.raises(AssertionError, match="at"):
        prove(tower, tower.token_embedding.weight, (plain, other), captions)


def test_another_tower_has_another_fingerprint(tower: TextTower) -> None:
    before = fingerprint(tower)
    assert fingerprint(tower) == before
    changed = TextTower(tower.spec)
    assert fingerprint(changed) != before


def test_retrieval_finds_a_word_by_any_name_of_the_same_things(
    plain: Tokenizer, tower: TextTower
) -> None:
    row = {"id": "", "source": "", "style": "", "category": ""}
    named = [("cat", ("cat", "hat")), ("hot", ("hot",))]
    names = Names.of(
        Row(number=n, group=group, names=each, **row) for group, each in named for n in range(3)
    )
    pairs = [Pair("cat", "hat"), Pair("hot", "hot")]
    answers = nearest(tower, plain, pairs, names)
    assert answers == ["cat", "hot"]
    assert share_right(pairs, answers, names) == 1.0
    assert share_right(pairs, answers[::-1], names) == 0.0, "the control: the answers exchanged"


def test_a_new_word_for_a_colour_is_learned_on_things_and_holds_for_others(
    plain: Tokenizer, tower: TextTower
) -> None:
    known = ("red", "cat", "a")
    own_word = [Entry("crimson", "red", 1.0)]
    tokenizer, own = give_tokens(room(plain, known), own_word)
    table = taught(tower, tokenizer, own, plain)
    texts, meant = ["a crimson cat"], embedded(tower, ["a red cat"], plain)
    before = (embedded(tower, texts, tokenizer) - meant).norm()
    after = (embedded(tower, texts, tokenizer, table) - meant).norm()
    assert "cat" not in COLOURED
    assert after < before / 2
