"""The judge's own eyes: a picture and a caption tower trained apart from the Starter's CLIP.

Nothing is shared with what it judges: convolutions instead of attention, whole words read by a
recurrent layer instead of byte pairs, other draws under another seed, and pictures of every
combination, also of those that the Starter never saw. Pictures are blurred and made noisy at
random, since the pictures to be judged are.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.training.draws import Draws, as_signed, random_indices
from engine.training.loop import Plan, Trainer, channels_last
from engine.training.near import NearCaptions

SIDE = 64
EMBED = 128
WORDS = 2048
RARE = 128
"""Buckets that words which are not in the table share."""
READ = 24
"""Words of a caption that are read."""
BATCH = 128
NEAR = 7
_WIDTHS = ((48, 2), (96, 2), (128, 1))
_WORD = re.compile(r"[a-z0-9'\-]+")


class Block(nn.Module):
    """Two 3x3 convolutions beside their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, width), nn.GroupNorm(8, width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B,C,H,W) -> (B,C,H,W)."""
        inner = self.conv1(functional.silu(self.norm1(x)))
        return x + self.conv2(functional.silu(self.norm2(inner)))


class Eye(nn.Sequential):
    """(B,3,64,64) in [-1,1] -> (B,EMBED)."""

    def __init__(self) -> None:
        layers: list[nn.Module] = []
        before, step = 3, 4
        for width, blocks in _WIDTHS:
            layers += [nn.Conv2d(before, width, step, stride=step)]
            layers += [Block(width) for _ in range(blocks)]
            before, step = width, 2
        # 16 places are kept apart: where a thing is may be what the caption says.
        pooled = [nn.GroupNorm(8, before), nn.SiLU(), nn.Conv2d(before, 32, 1), nn.Flatten()]
        super().__init__(*layers, *pooled, nn.Linear(32 * 16, EMBED))


class Reader(nn.Module):
    """(B,READ) indices of words -> (B,EMBED), read in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(WORDS + RARE, 64, padding_idx=0)
        self.recurrent = nn.GRU(64, EMBED, batch_first=True)
        self.out = nn.Linear(EMBED, EMBED)

    def forward(self, words: Tensor) -> Tensor:
        """The state after the last word that is there."""
        states, _ = self.recurrent(self.embedding(words))
        last = (words != 0).sum(1).sub(1).clamp(min=0)
        return self.out(states[torch.arange(len(words)), last])


class Evaluator(nn.Module):
    """Both towers and their temperature."""

    def __init__(self) -> None:
        super().__init__()
        self.eye, self.reader = Eye(), Reader()
        self.log_scale = nn.Parameter(torch.tensor(2.66))

    def seen(self, pictures: Tensor) -> Tensor:
        """Unit vectors (B,EMBED) of pictures (B,3,64,64) in [-1,1]."""
        return functional.normalize(self.eye(pictures).float(), dim=-1)

    def read(self, words: Tensor) -> Tensor:
        """Unit vectors (…,EMBED) of word indices (…,READ)."""
        with torch.autocast("cpu", enabled=False):
            flat = self.reader(words.flatten(0, -2))
        return functional.normalize(flat, dim=-1).unflatten(0, words.shape[:-1])


@dataclass(frozen=True, slots=True)
class WordTable:
    """Indices of words: 0 is nothing, the common ones have their own, others share buckets."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, captions: Iterable[str]) -> "WordTable":
        """The words that occur most."""
        counted = Counter(word for caption in captions for word in _WORD.findall(caption))
        return cls(tuple(word for word, _ in counted.most_common(WORDS - 1)))

    def indices(self, captions: Sequence[str]) -> Tensor:
        """(N,READ) int64."""
        known = {word: number for number, word in enumerate(self.words, 1)}
        rows = torch.zeros(len(captions), READ, dtype=torch.int64)
        for row, caption in zip(rows, captions, strict=True):
            found = [known.get(word) or _bucket(word) for word in _WORD.findall(caption)[:READ]]
            row[: len(found)] = torch.tensor(found)
        return rows


def _bucket(word: str) -> int:
    return WORDS + zlib.crc32(word.encode()) % RARE


def roughened(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B,3,64,64) in [-1,1], half of them blurred, all a little noisy and shifted."""
    blurred = functional.interpolate(
        functional.avg_pool2d(pictures, 2), scale_factor=2, mode="bilinear"
    )
    share = torch.rand(len(pictures), 1, 1, 1, generator=generator).sub(0.5).clamp(min=0) * 2
    mixed = pictures.lerp(blurred, share)
    up, along = (int(torch.randint(-2, 3, (), generator=generator)) for _ in range(2))
    noise = torch.randn(mixed.shape, generator=generator) * 0.06
    return mixed.roll((up, along), (2, 3)) + noise


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Draws with what the judge must tell their captions from."""

    draws: Draws
    near: NearCaptions
    table: WordTable

    def batch(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Pictures (B,3,64,64) and words (B,1+NEAR,READ): the own caption, then the near ones."""
        chosen = random_indices(BATCH, len(self.draws), generator)
        rng = random.Random(int(chosen.sum()))
        captions: list[str] = []
        for index in chosen:
            own = self.draws.captions[index]
            others = self.near.of(own, NEAR, rng)
            more = rng.choices(self.draws.captions, k=NEAR - len(others))
            captions += [own, *others, *more]
        words = self.table.indices(captions).unflatten(0, (BATCH, 1 + NEAR))
        return roughened(as_signed(self.draws.pictures(chosen)), generator), words


def losses(network: Evaluator, pictures: Tensor, words: Tensor) -> dict[str, Tensor]:
    """Contrast within the batch, both ways, and against the near captions."""
    seen, read = network.seen(pictures), network.read(words)
    scale = network.log_scale.exp().clamp(max=60)
    logits = scale * seen @ read[:, 0].T
    right = torch.arange(len(logits))
    contrast = functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)
    near = scale * (read * seen[:, None]).sum(-1)
    told = functional.cross_entropy(near, torch.zeros_like(right))
    hits = (near.detach().argmax(1) == 0).float().mean()
    return {"loss": contrast / 2 + told, "contrast": contrast / 2, "near": told, "hits": hits}


def train(lessons: Lessons, folder: Path, plan: Plan) -> Evaluator:
    """The averaged evaluator after the minutes of the plan; goes on where it stopped."""
    torch.manual_seed(4711)
    trainer = Trainer(channels_last(Evaluator()), plan, folder)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        return losses(trainer.network, *lessons.batch(generator))  # pyright: ignore[reportArgumentType]

    average = trainer.run(loss)
    assert isinstance(average, Evaluator)
    return average
