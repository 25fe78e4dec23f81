"""Captioned 64-pixel pictures drawn in advance, so that training never waits for drawing.

`pictures-NNN.npy` holds (N,64,64,3) uint8 RGB, `captions-NNN.json` the N captions, one pair per
seed.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Shards, one memory-mapped array each, the captions in their order, and each shard's seed."""

    shards: tuple[NDArray[np.uint8], ...]
    captions: tuple[str, ...]
    seeds: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.captions)

    def pictures(self, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(B,64,64,3) uint8, in the order of `indices` (B,)."""
        size = len(self.shards[0])
        return np.stack([self.shards[index // size][index % size] for index in indices])


def write_draws(
    folder: Path,
    seed: int,
    count: int,
    draw: Callable[[int], Iterable[tuple[NDArray[np.uint8], str]]],
) -> None:
    """Draw one shard of `count` pairs with `seed`, unless it is there already."""
    path = folder / f"pictures-{seed:03}.npy"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    pairs = list(draw(seed))
    assert len(pairs) == count, "a shard of another size"
    captions = [caption for _, caption in pairs]
    (folder / f"captions-{seed:03}.json").write_text(json.dumps(captions))
    # Last, since its presence says that the shard is whole.
    np.save(folder / "partial.npy", np.stack([pixels for pixels, _ in pairs]))
    (folder / "partial.npy").replace(path)


def open_draws(folder: Path, seeds: Sequence[int]) -> Draws:
    """The shards of these seeds; all shards are of one size."""
    files = [folder / f"pictures-{seed:03}.npy" for seed in seeds]
    shards = tuple(np.load(file, mmap_mode="r") for file in files)
    captions = [
        caption
        for file in files
        for caption in json.loads(
            file.with_name(file.stem.replace("pictures", "captions") + ".json").read_text()
        )
    ]
    assert len({len(shard) for shard in shards}) == 1, "shards of different sizes"
    return Draws(shards, tuple(captions), tuple(seeds))


def random_indices(count: int, total: int, generator: torch.Generator) -> NDArray[np.int64]:
    """(count,) indices below `total`, with repetition."""
    return torch.randint(0, total, (count,), generator=generator).numpy()


def as_signed(pictures: NDArray[np.uint8]) -> Tensor:
    """(B,H,W,3) uint8 -> (B,3,H,W) float32 in [-1,1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(127.5).sub(1.0)


def parts(rows: Tensor, count: int) -> list[Tensor]:
    """`rows`, so many at a time."""
    return [rows[start : start + count] for start in range(0, len(rows), count)]
