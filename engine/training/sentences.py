"""Sentence embeddings of a small published model (all-MiniLM-L6-v2, Apache 2.0), while training.

It knows which words mean nearly the same; the Starter learns some of that from it. The network is
BERT (Devlin et al. 2018, arXiv 1810.04805) with mean pooling (Reimers and Gurevych 2019, arXiv
1908.10084), read from the pinned package; nothing of it is shipped.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

HEADS = 12
LONGEST = 32
EPSILON = 1e-12
_PIECE = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")


@dataclass(frozen=True, slots=True, eq=False)
class SentenceModel:
    """Its published weights by name, and the numbers of its word pieces."""

    weights: Mapping[str, Tensor]
    pieces: Mapping[str, int]

    @classmethod
    def load(cls, folder: Path) -> "SentenceModel":
        """Read `model.safetensors` and `vocab.txt`."""
        pieces = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        numbers = {piece: number for number, piece in enumerate(pieces)}
        return cls(load_file(folder / "model.safetensors"), numbers)

    @torch.no_grad()
    def embed(self, texts: Sequence[str], part: int = 64) -> Tensor:
        """Unit vectors (N,384); texts are cut after LONGEST pieces."""
        ids = [self._ids(text) for text in texts]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))  # little padding
        found = torch.empty(len(ids), 384)
        for start in range(0, len(order), part):
            chosen = order[start : start + part]
            found[chosen] = self._forward([ids[index] for index in chosen])
        return found

    def _ids(self, text: str) -> list[int]:
        numbers = [n for word in _PIECE.findall(text.lower()) for n in self._pieces_of(word)]
        return [self.pieces["[CLS]"], *numbers[: LONGEST - 2], self.pieces["[SEP]"]]

    def _pieces_of(self, word: str) -> list[int]:
        """The longest piece that is known, again and again (WordPiece)."""
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((e for e in ends if mark + word[start:e] in self.pieces), None)
            if end is None:
                return [self.pieces["[UNK]"]]
            found.append(self.pieces[mark + word[start:end]])
            start = end
        return found

    def _forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        width = max(map(len, rows))
        ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
        there = torch.tensor([[1.0] * len(row) + [0.0] * (width - len(row)) for row in rows])
        x = self._embedded(ids)
        for layer in range(6):
            x = self._layer(x, there, f"encoder.layer.{layer}.")
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)

    def _embedded(self, ids: Tensor) -> Tensor:
        w = self.weights
        words = w["embeddings.word_embeddings.weight"][ids]
        places = w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return self._norm(
            words + places + w["embeddings.token_type_embeddings.weight"][0], "embeddings."
        )

    def _layer(self, x: Tensor, there: Tensor, name: str) -> Tensor:
        """Attention and two linear maps, each normalised after its sum."""
        split = [
            self._linear(x, f"{name}attention.self.{part}")
            .unflatten(-1, (HEADS, -1))
            .transpose(1, 2)
            for part in ("query", "key", "value")
        ]
        hidden = there.log()[:, None, None]  # 0 where there is a word, -inf where there is none
        mixed = functional.scaled_dot_product_attention(split[0], split[1], split[2], hidden)
        said = self._linear(mixed.transpose(1, 2).flatten(2), f"{name}attention.output.dense")
        x = self._norm(x + said, f"{name}attention.output.")
        inner = functional.gelu(self._linear(x, f"{name}intermediate.dense"))
        return self._norm(x + self._linear(inner, f"{name}output.dense"), f"{name}output.")

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = (self.weights[f"{name}LayerNorm.{part}"] for part in ("weight", "bias"))
        return functional.layer_norm(x, (x.shape[-1],), weight, bias, EPSILON)
