"""Rebuilding the sprite set from the packages, row by row of the caption table.

Rows are drawn in blocks of 256; a finished block is a file of its own, so that an interrupted run
goes on where it stopped. At the end the blocks become the packs that `sprites.py` reads, and rows
that could not be drawn are left out of the folder's table and listed in `missing.json`.
"""

import gzip
import io
import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training import tables
from engine.training.packages import obtain
from engine.training.rasterise import NotDrawn, Sprite, reduced
from engine.training.readers import Reader, reader
from engine.training.sources import Source, packages, sources

BLOCK = 256
_LOSSLESS = [cv2.IMWRITE_WEBP_QUALITY, 101]  # above 100 means lossless


@dataclass(frozen=True, slots=True)
class Built:
    """Progress: rows done so far of `total`, and how many of them could not be drawn."""

    done: int
    total: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows `first` … of one source; `ids` are their ids in the table."""

    first: int
    source: Source
    ids: tuple[str, ...]
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "blocks" / f"{self.first:05}.npz"


def rebuild(folder: Path, workers: int = 2, only: Iterable[str] = ()) -> Iterator[Built]:
    """Build the sprite set in `folder`, telling progress block by block.

    `only` names sources (all if empty); rows of the others are left out. One worker draws in this
    process. Raises FetchFailed where a package cannot be had.
    """
    wanted = set(only) or set(sources())
    rows = [row for row in _rows() if row["source"] in wanted]
    blocks = list(_blocks(rows, folder))
    (folder / "blocks").mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(name for block in blocks for name in block.source.needs):
        obtain(packages()[name], folder / "packages")
    done = missing = 0
    for block, failed in _drawn(blocks, workers):
        done, missing = done + len(block.ids), missing + failed
        yield Built(done, len(rows), missing)
    _assemble(rows, blocks, folder)


def _rows() -> list[dict[str, object]]:
    text = gzip.decompress(tables.CAPTIONS.read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def _blocks(rows: list[dict[str, object]], folder: Path) -> Iterator[_Block]:
    by_name = sources()
    for name, group in groupby(rows, key=lambda row: str(row["source"])):
        members = list(group)
        for start in range(0, len(members), BLOCK):
            part = members[start : start + BLOCK]
            first = cast("int", part[0]["n"])
            yield _Block(first, by_name[name], tuple(str(row["id"]) for row in part), folder)


def _drawn(blocks: list[_Block], workers: int) -> Iterator[tuple[_Block, int]]:
    """Draw what is not there yet; yields each block and how many of its rows failed."""
    for block in blocks:
        if block.path.is_file():
            yield block, _failures(block)
    open_blocks = [block for block in blocks if not block.path.is_file()]
    by_first = {block.first: block for block in open_blocks}
    for first in _in_any_order(open_blocks, workers):
        yield by_first[first], _failures(by_first[first])


def _in_any_order(blocks: list[_Block], workers: int) -> Iterator[int]:
    if workers < 2:
        yield from map(_draw, blocks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_draw, blocks)


def _failures(block: _Block) -> int:
    with np.load(block.path) as stored:
        return int((stored["lengths"] == 0).sum())


def _draw(block: _Block) -> int:
    """Draw a block and write it whole; runs in a worker process."""
    cv2.setNumThreads(1)
    names = [row.partition(":")[2] for row in block.ids]
    home = block.folder / "packages"
    package = obtain(packages()[block.source.package], home)
    code = obtain(packages()[block.source.code], home) if block.source.code else package
    read = reader(block.source, package, code, names)
    results = [_one(read, name) for name in names]
    data = b"".join(webp for webp, _ in results)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        data=np.frombuffer(data, np.uint8),
        lengths=np.array([len(webp) for webp, _ in results]),
        reasons=np.array([reason for _, reason in results]),
    )
    _write(block.path, buffer.getvalue())
    return block.first


def _one(read: Reader, name: str) -> tuple[bytes, str]:
    try:
        return _encoded(read(name)), ""
    except NotDrawn as problem:
        return b"", str(problem)


def _encoded(sprite: Sprite) -> bytes:
    clean = np.where(sprite[..., 3:] == 0, np.uint8(0), sprite)
    done, webp = cv2.imencode(".webp", cv2.cvtColor(clean, cv2.COLOR_RGBA2BGRA), _LOSSLESS)
    if not done:
        raise NotDrawn("the picture could not be packed")
    return webp.tobytes()


def _write(path: Path, data: bytes) -> None:
    """Write a file at one go: there whole or not at all."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def _assemble(rows: list[dict[str, object]], blocks: list[_Block], folder: Path) -> None:
    stored = {row: found for block in blocks for row, found in _stored(block)}
    kept = [row for row in rows if stored[str(row["id"])][0]]
    missing = {row: reason for row, (webp, reason) in stored.items() if not webp}
    _write(folder / "missing.json", json.dumps(missing, indent=1).encode())
    webps = [stored[str(row["id"])][0] for row in kept]
    _write(folder / "rgba256_webp.bin", b"".join(webps))
    starts = io.BytesIO()
    np.save(starts, np.cumsum([0, *map(len, webps)]).astype(np.int64))
    _write(folder / "rgba256_index.npy", starts.getvalue())
    _write_arrays(webps, folder / "rgba128.npy")
    lines = [json.dumps({**row, "n": n}, ensure_ascii=False) for n, row in enumerate(kept)]
    _write(folder / "captions.jsonl", "".join(f"{line}\n" for line in lines).encode())


def _stored(block: _Block) -> Iterator[tuple[str, tuple[bytes, str]]]:
    with np.load(block.path) as stored:
        data, ends = stored["data"].tobytes(), np.cumsum(stored["lengths"])
        reasons = [str(reason) for reason in stored["reasons"]]
    for row, start, end, reason in zip(block.ids, [0, *ends[:-1]], ends, reasons, strict=True):
        yield row, (data[start:end], reason)


def _write_arrays(webps: list[bytes], path: Path) -> None:
    part = path.with_suffix(".part")
    shape = (len(webps), 128, 128, 4)
    sprites = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)
    for number, webp in enumerate(webps):
        sprites[number] = reduced(_decoded(webp))
    sprites.flush()
    part.replace(path)


def _decoded(webp: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(webp, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    way = cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return cv2.cvtColor(image, way).astype(np.uint8)
