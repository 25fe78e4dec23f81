"""The lexicon: what WordNet's files say is read rightly, and words get the nearest name."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.training.captions import Row
from engine.training.colours import PALETTE
from engine.training.lexicon import colour_words, lexicon
from engine.training.names import Names
from engine.training.sentences import HEADS, SentenceModel
from engine.training.wordnet import WordNet

DATA = """\
  1 the licence is indented
00000001 05 n 02 dog 0 domestic_dog 0 001 @ 00000009 n 0000 | a tame wolf; "it barked"
00000002 05 n 01 pooch 0 001 @ 00000001 n 0000 | informal terms for dogs
00000003 18 n 01 Fido 0 001 @i 00000001 n 0000 | one dog
00000004 04 n 01 walk 0 001 @ 00000009 n 0000 | the act of walking
00000009 05 n 01 animal 0 000 | a living thing
"""
INDEX = """\
  1 the licence is indented
dog n 2 1 @ 2 0 00000001 00000004
pooch n 1 1 @ 1 0 00000002
fido n 1 1 @i 1 0 00000003
walk n 1 1 @ 1 0 00000004
"""


@pytest.fixture
def wordnet(tmp_path: Path) -> WordNet:
    """Five meanings."""
    (tmp_path / "data.noun").write_text(DATA)
    (tmp_path / "index.noun").write_text(INDEX)
    return WordNet(tmp_path)


def test_the_first_meaning_is_told_with_its_wider_ones(wordnet: WordNet) -> None:
    meaning = wordnet.meaning("pooch")
    assert meaning is not None
    assert (meaning.kind, meaning.gloss) == ("animal", "informal terms for dogs")
    assert meaning.wider == {"pooch": 0, "dog": 1, "domestic dog": 1, "animal": 2}
    dog = wordnet.meaning("dog")
    assert dog is not None
    assert dog.gloss == "a tame wolf"


def test_what_cannot_be_drawn_and_who_is_somebody_is_left_out(wordnet: WordNet) -> None:
    assert wordnet.meaning("walk") is None
    assert wordnet.meaning("fido") is None
    assert wordnet.meaning("unheard of") is None


class Likeness(SentenceModel):
    """Finds every text alike."""

    def __init__(self) -> None: ...

    def embed(self, texts: list[str], part: int = 64) -> torch.Tensor:
        return torch.ones(len(texts), 1)


class Strangeness(Likeness):
    """Finds a word without its gloss unlike everything."""

    def embed(self, texts: list[str], part: int = 64) -> torch.Tensor:
        return torch.tensor([[0.0 if text == "pooch" else 1.0] for text in texts])


@pytest.fixture
def names() -> Names:
    """Dogs and cups."""
    return Names.of(
        Row(number=n, id="", source="", style="", category=kind, group=name, names=(name,))
        for name, kind in (("dog", "animals"), ("cup", "objects"))
        for n in range(3)
    )


def test_a_word_and_its_plural_are_taught_the_name_above_them(
    wordnet: WordNet, names: Names
) -> None:
    found = {e.word: e.name for e in lexicon(names, {"dog", "cup", "cups"}, wordnet, Likeness())}
    assert found == {"pooch": "dog", "pooches": "dogs", "dogs": "dogs"}


def test_a_word_that_is_said_or_whose_name_is_far_is_not_taught(
    wordnet: WordNet, names: Names
) -> None:
    said = {"dog", "cup", "cups", "dogs"}
    assert lexicon(names, said | {"pooch", "pooches"}, wordnet, Likeness()) == []
    assert lexicon(names, said, wordnet, Strangeness()) == []


def test_sentences_of_random_weights_are_read_in_any_company(tmp_path: Path) -> None:
    width, generator = 384, torch.Generator().manual_seed(0)
    assert width % HEADS == 0
    shapes = {"word_embeddings": 8, "position_embeddings": 40, "token_type_embeddings": 2}
    weights = {f"embeddings.{name}.weight": (rows, width) for name, rows in shapes.items()}
    linear = {"attention.self.query", "attention.self.key", "attention.self.value"}
    sizes = dict.fromkeys((*linear, "attention.output.dense"), (width, width))
    sizes |= {"intermediate.dense": (64, width), "output.dense": (width, 64)}
    for layer in range(6):
        for name, size in sizes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = size
            weights[f"encoder.layer.{layer}.{name}.bias"] = (size[0],)
        for name in ("attention.output", "output"):
            for part in ("weight", "bias"):
                weights[f"encoder.layer.{layer}.{name}.LayerNorm.{part}"] = (width,)
    for part in ("weight", "bias"):
        weights[f"embeddings.LayerNorm.{part}"] = (width,)
    drawn = {n: torch.randn(size, generator=generator) * 0.1 for n, size in weights.items()}
    save_file(drawn, tmp_path / "model.safetensors")
    pieces = ["[UNK]", "[CLS]", "[SEP]", "a", "dog", "##gy", "do", ","]
    (tmp_path / "vocab.txt").write_text("\n".join(pieces))

    model = SentenceModel.load(tmp_path)
    together = model.embed(["doggy", "a dog, a dog", "?"])
    apart = torch.cat([model.embed([text]) for text in ("doggy", "a dog, a dog", "?")])

    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))
    assert (together[0] - together[1]).norm() > 1e-4


def test_words_for_colours_mean_one_of_the_palette_and_only_where_no_caption_has_them() -> None:
    words = colour_words(frozenset({"silver"}))
    meant = {entry.word: entry.name for entry in words}
    assert meant["golden"] == "yellow"
    assert set(meant.values()) <= set(PALETTE)
    assert "silver" not in meant
    assert "silver" in {entry.word for entry in colour_words(frozenset())}
