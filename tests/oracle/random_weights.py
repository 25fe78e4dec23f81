"""Random weights under published names and shapes, written as a safetensors file piece by piece.

The numbers come out of one pool, each tensor's from a place of its own: five gigabytes of fresh
ones would take longer to draw than a network takes to answer.
"""

import gzip
import json
import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KEYS = Path(__file__).parents[1] / "data" / "keys"
POOL = 1 << 22
KINDS = {"F32": np.float32, "F16": np.float16}
FREE = (
    "positional_embedding",
    "prd_embedding",
    "clip_mean",
    "class_embedding",
    "position_embedding.weight",
)
"""Ends of names of parameters that are added, not multiplied with: their size is their own."""


def published_shapes(name: str) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor of a published checkpoint, such as "kandinsky22.prior"."""
    text = gzip.decompress((KEYS / f"{name}.txt.gz").read_bytes()).decode()
    pairs = (line.split(" ") for line in text.splitlines())
    return {key: tuple(int(side) for side in shape.split("x")) for key, shape in pairs}


def write(path: Path, shapes: dict[str, tuple[int, ...]], dtype: str = "F32") -> None:
    """Write `path`; the same numbers for the same names and shapes."""
    kind, header, end = KINDS[dtype], {}, 0
    for name, shape in shapes.items():
        begin, end = end, end + math.prod(shape) * np.dtype(kind).itemsize
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    source = np.random.default_rng(7)
    pool = source.standard_normal(POOL, dtype=np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            values = drawn(pool, int(source.integers(POOL)), math.prod(shape))
            file.write(scaled(values, name, shape).astype(kind).tobytes())


def drawn(pool: NDArray[np.float32], begin: int, count: int) -> NDArray[np.float32]:
    """`count` numbers of the pool from `begin` on, around its end as often as needed."""
    return np.resize(np.roll(pool, -begin), count)


def scaled(values: NDArray[np.float32], name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Of a size that keeps signals alive: scales around 1, shifts around 0, matrices by fan-in."""
    if name.endswith("clip_std") or (len(shape) == 1 and name.endswith("weight")):
        return 1 + np.float32(0.2) * values
    if len(shape) < 2 or name.endswith(FREE):
        return np.float32(0.2) * values
    return values * np.float32(math.prod(shape[1:]) ** -0.5)
