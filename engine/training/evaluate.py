"""Lets a person see what the Starter paints: four pictures for every prompt on one contact sheet.

The judgement that counts is made by looking at the sheet, and is written beside it.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from engine import open_engine
from engine.events import Image
from engine.requests import Generate, Pixels, Sampling
from engine.training.sheets import contact_sheet

log = logging.getLogger(__name__)

CANDIDATES = 4
SHRINK = 2
"""128 pixels a picture are enough to name a thing by."""


def paint(prompts: Sequence[str], folder: Path, seed: int) -> list[tuple[str, list[Pixels]]]:
    """Four pictures for every prompt, of seeds `seed`, `seed` + 1 and so on."""
    engine = open_engine([folder], "starter")
    rows: list[tuple[str, list[Pixels]]] = []
    for prompt in prompts:
        request = Generate(prompt=prompt, count=CANDIDATES, sampling=Sampling(seed=seed))
        pictures = [event.pixels for event in engine.run(request) if isinstance(event, Image)]
        rows.append((prompt, [halved(pixels) for pixels in pictures]))
        log.info("%s", prompt)
    engine.close()
    return rows


def halved(pixels: Pixels) -> Pixels:
    """Average every SHRINK x SHRINK block of (H,W,3)."""
    height, width, _ = pixels.shape
    blocks = pixels.reshape(height // SHRINK, SHRINK, width // SHRINK, SHRINK, 3)
    return blocks.mean((1, 3)).round().astype("uint8")


def main(argv: Sequence[str]) -> int:
    """`evaluate PROMPTS.txt --out SHEET.png`: one prompt a line, four pictures each."""
    parser = argparse.ArgumentParser(prog="python -m engine.training evaluate")
    parser.add_argument("prompts", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resources", type=Path, default=Path("resources"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    prompts = [line for line in options.prompts.read_text().splitlines() if line.strip()]
    contact_sheet(options.out, paint(prompts, options.resources, options.seed), columns=3)
    return 0
