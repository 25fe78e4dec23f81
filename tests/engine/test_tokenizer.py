"""The tokenizer against transformers' CLIPTokenizer, on the full vocabulary and on a cut one."""

import json
import random
from pathlib import Path

import pytest

from engine.errors import WeightsDamaged, WeightsMissing
from engine.tokenizer import END, load
from tests.tiny import write_tokenizer

ALL_MERGES = 48_894
TEXTS = [
    "a red apple on a table",
    "  A   Photo\tof\nTWO cats!!  ",
    "it's the dog's ball, isn't it? they'll've I'm we'd you're",
    'an apple, a pear; (and) [some] {figs} -- "ripe" & 50% off... #1 @home',
    "café naïve Ångström e\u0301clair ÇA façade straße ΣΊΣΥΦΟΣ İstanbul",
    "日本の猫 кошка قطة חתול แมว",
    "🍎🐈‍⬛ a 👩🏽‍🚀 in 🚀 space",
    "12345 3d 1st x2 ½ ² Ⅷ ٣",
    "",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "word " * 200,
    "a" * 300,
]


def random_texts(count: int) -> list[str]:
    """Strings of letters, digits, spaces, punctuation, accents, other scripts and emoji."""
    source = random.Random(7)
    pools = ["abcdefghij klmnop", "ABC'stre ll'd", "0123456789 .,-", "éüñçøßàαβγжщ語猫🍎🐈 \u0301"]
    texts = []
    for _ in range(count):
        pool = source.choice([*pools, "".join(pools)])
        texts.append("".join(source.choice(pool) for _ in range(source.randint(1, 90))))
    return texts


@pytest.mark.oracle
@pytest.mark.parametrize(("merges", "context"), [(ALL_MERGES, 77), (3582, 32), (1, 77)])
@pytest.mark.slow
def test_ids_and_masks_are_those_of_transformers(tmp_path: Path, merges: int, context: int) -> None:
    from transformers import CLIPTokenizer

    folder = write_tokenizer(tmp_path / "tokenizer", merges, context)
    ours = load(folder, context)
    oracle = CLIPTokenizer.from_pretrained(folder)
    texts = TEXTS + random_texts(1000)
    expected = oracle(texts, padding="max_length", max_length=context, truncation=True)
    encoded = [ours.encode(text) for text in texts]
    different = [
        text
        for text, tokens, ids, mask in zip(
            texts, encoded, expected["input_ids"], expected["attention_mask"], strict=True
        )
        if list(tokens.ids) != ids or tokens.length != sum(mask)
    ]
    assert different == []


def test_the_full_vocabulary_has_the_published_ids(tmp_path: Path) -> None:
    ours = load(write_tokenizer(tmp_path, ALL_MERGES, 77), 77)
    tokens = ours.encode("a photo of a cat")
    assert tokens.ids[:7] == (49406, 320, 1125, 539, 320, 2368, 49407)
    assert tokens.ids[7:] == (49407,) * 70
    assert tokens.length == 7


def test_a_long_text_is_cut_and_still_ends(tmp_path: Path) -> None:
    ours = load(write_tokenizer(tmp_path, 100, 32), 32)
    tokens = ours.encode("a cat " * 300)
    assert len(tokens.ids) == 32
    assert tokens.length == 32
    assert tokens.ids[-1] == ours.vocabulary[END]


def test_the_padding_token_is_the_folders_own(tmp_path: Path) -> None:
    folder = write_tokenizer(tmp_path, 100, 32)
    config = {"pad_token": {"content": "!", "lstrip": False}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    assert load(folder, 32).encode("a").ids[-1] == 0


def test_special_names_and_broken_characters_in_a_prompt_are_plain_text(tmp_path: Path) -> None:
    ours = load(write_tokenizer(tmp_path, 100, 32), 32)
    for text in ("<|endoftext|> cat", "half \ud83d of a pair"):
        tokens = ours.encode(text)
        assert tokens.ids[: tokens.length].count(ours.vocabulary[END]) == 1


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt", "tokenizer_config.json"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_tokenizer(tmp_path, 100, 32)
    load(folder, 32)
    (folder / name).write_bytes(b'{"pad_token": "no such token"\xff')
    with pytest.raises(WeightsDamaged, match=name):
        load(folder, 32)


def test_a_merge_without_a_vocabulary_entry_is_damage(tmp_path: Path) -> None:
    folder = write_tokenizer(tmp_path, 100, 32)
    with (folder / "merges.txt").open("a", encoding="utf-8") as file:
        file.write("zq qz\n")
    with pytest.raises(WeightsDamaged, match="merges"):
        load(folder, 32)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = write_tokenizer(tmp_path, 100, 32)
    (folder / "vocab.json").unlink()
    with pytest.raises(WeightsMissing, match="vocab"):
        load(folder, 32)
