"""Lets a person see what the Starter paints: four pictures for every prompt on one contact sheet.

The judgement that counts is made by looking at the sheet, and is written beside it.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

from engine import open_engine
from engine.events import Image
from engine.interface import Engine
from engine.requests import Generate, Pixels, Sampling
from engine.training.sheets import contact_sheet

log = logging.getLogger(__name__)

CANDIDATES = 4
SHRINK = 2
"""128 pixels a picture are enough to name a thing by."""


def paint(prompts: Sequence[str], folder: Path, seed: int) -> list[tuple[str, list[Pixels]]]:
    """Four pictures for every prompt, of seeds `seed`, `seed` + 1 and so on."""
    engine = open_engine([folder], "starter")
    rows = [(prompt, candidates(engine, prompt, seed)) for prompt in prompts]
    engine.close()
    return rows


def candidates(engine: Engine, prompt: str, seed: int) -> list[Pixels]:
    """The preset's pictures for one prompt, halved."""
    log.info("%s", prompt)
    request = Generate(prompt=prompt, count=CANDIDATES, sampling=Sampling(seed=seed))
    return [halved(event.pixels) for event in engine.run(request) if isinstance(event, Image)]


def halved(pixels: Pixels) -> Pixels:
    """Average every SHRINK x SHRINK block of (H,W,3)."""
    height, width, _ = pixels.shape
    blocks = pixels.reshape(height // SHRINK, SHRINK, width // SHRINK, SHRINK, 3)
    return blocks.mean((1, 3)).round().astype("uint8")


def evaluate(prompts: Path, out: Path, resources: Path, seed: int) -> None:
    """Read one prompt a line from `prompts` and write the contact sheet `out`."""
    lines = [line for line in prompts.read_text().splitlines() if line.strip()]
    contact_sheet(out, paint(lines, resources, seed), columns=3)
