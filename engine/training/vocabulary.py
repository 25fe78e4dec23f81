"""The Starter's tokenizer: CLIP's vocabulary cut to its first merges, as a published folder.

The full table would cost the small text tower more parameters than all its layers together. Merges
are ordered by how common they are, so the first ones keep everyday words whole.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from engine.specs import TextSpec
from engine.tokenizer import BYTE_CHARACTERS, END, START, WORD_END


@cache
def all_merges() -> tuple[str, ...]:
    """Every merge of CLIP's vocabulary, most common first, from the file that open_clip carries."""
    package = find_spec("open_clip")
    assert package is not None, "open_clip is not installed"
    assert package.origin is not None, "open_clip is not installed as files"
    path = Path(package.origin).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode().split("\n")
    return tuple(lines[1 : 49152 - 256 - 2 + 1])


UNRANKED = 60_000
"""Rank for a word that is no token of its own: it is thought to be rarer than all 48,894 merges."""


@cache
def word_ranks() -> Mapping[str, int]:
    """Rank of every whole word of CLIP's vocabulary, the most common first."""
    merged = ["".join(merge.split()) for merge in all_merges()]
    ranked = enumerate(merged)
    return {word.removesuffix(WORD_END): n for n, word in ranked if word.endswith(WORD_END)}


def write_tokenizer(folder: Path, spec: TextSpec) -> None:
    """Write the four files of a tokenizer into `folder`.

    With the full 49,408 tokens vocab.json and merges.txt are byte for byte the published ones.
    """
    # Published order: the bytes that print as themselves, then the others; their stand-ins sort
    # that way.
    characters = sorted(BYTE_CHARACTERS)
    merges = all_merges()[: spec.vocabulary - 2 * len(characters) - 2]
    words = [
        *characters,
        *(c + "</w>" for c in characters),
        *("".join(m.split()) for m in merges),
        START,
        END,
    ]
    vocabulary = {word: index for index, word in enumerate(words)}
    assert len(vocabulary) == spec.vocabulary, (
        "the vocabulary has a different size than the spec says"
    )
    write_table(folder, vocabulary, merges, spec.context)


def write_table(
    folder: Path, vocabulary: Mapping[str, int], merges: Iterable[str], context: int
) -> None:
    """Write the four files of a tokenizer with these tokens and merges ("a b" makes "ab")."""
    folder.mkdir(parents=True, exist_ok=True)
    compact = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
    (folder / "vocab.json").write_text(compact, encoding="utf-8")
    (folder / "merges.txt").write_text(
        "#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8"
    )
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    config = special | {
        "model_max_length": context,
        "do_lower_case": True,
        "add_prefix_space": False,
        "tokenizer_class": "CLIPTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
