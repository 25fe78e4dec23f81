"""A small sprite folder: real rows of the caption table, each with a blob in its colour."""

import gzip
import json
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.training import tables
from engine.training.colours import PALETTE
from engine.training.words import words_of

ROWS = 500


def small_table() -> list[dict[str, object]]:
    """Rows that name a held-out word, so that the rule has much to refuse, and some others."""
    lines = gzip.decompress(tables.CAPTIONS.read_bytes()).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    random.Random(0).shuffle(rows)
    held = tables.held_out()
    combinations = [*held["colours"], *held["pairs"], *held["places"], *held["counts"]]
    watched = set(" ".join(combinations).split())
    near = [row for row in rows if watched & words_of(row["subject"])]
    far = [row for row in rows if not watched & words_of(row["subject"])]
    chosen = near[: ROWS // 2] + far[: ROWS // 2]
    return [{**row, "n": number} for number, row in enumerate(chosen)]


def blob(row: dict[str, object], side: int) -> np.ndarray:
    """A filled ellipse, narrower or wider by row, (side, side, 4) uint8."""
    sprite = np.zeros((side, side, 4), np.uint8)
    colour = PALETTE[str(row.get("color", "grey"))]
    middle, wide = side // 2, side // 2 - side // 32
    axes = (wide, wide - int(str(row["n"])) % 32 * side // 128)
    cv2.ellipse(sprite, (middle, middle), axes, 0, 0, 360, (*colour, 255), -1)
    return sprite


@pytest.fixture(scope="session")
def sprite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """captions.jsonl with its 128 px and 256 px packs."""
    folder = tmp_path_factory.mktemp("sprites")
    rows = small_table()
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "captions.jsonl").write_text(text, encoding="utf-8")
    np.save(folder / "rgba128.npy", np.stack([blob(row, 128) for row in rows]))
    sprites = [cv2.cvtColor(blob(row, 256), cv2.COLOR_RGBA2BGRA) for row in rows]
    large = [cv2.imencode(".webp", sprite)[1].tobytes() for sprite in sprites]
    (folder / "rgba256_webp.bin").write_bytes(b"".join(large))
    starts = np.cumsum([0, *map(len, large)])
    np.save(folder / "rgba256_index.npy", starts)
    return folder
