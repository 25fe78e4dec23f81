"""How well the finished upscaler enlarges drawings it never saw, beside bicubic and Lanczos.

Drawings of 256 pixels are averaged down to 64 and enlarged again; PSNR in dB against the drawing.
For seams a picture is enlarged twice, to 1024 pixels, in tiles and at one go.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.families.starter import STARTER, UPSCALER
from engine.requests import Pixels
from engine.training.composer import Composer
from engine.upscaling import OVERLAP, Upscaler, enlarged
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

SEED = 8100
SIDE = 256
COUNT = 64
TILE = 96
"""Smaller than the engine's, so that 256 pixels are already many tiles."""

FLOAT32 = Target(torch.float32, "cpu")


def network(resources: Path, side: int) -> Upscaler:
    """The exported upscaler, run in tiles of at most `side`."""
    compact = parts.load_upscaler(WeightStore([resources]), STARTER, FLOAT32)
    return Upscaler(compact, UPSCALER.scale, FLOAT32, side)


def run(picture: Pixels, upscaler: Upscaler) -> Pixels:
    """(H,W,3) four times as large."""
    steps = enlarged(picture, UPSCALER.scale, upscaler)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def psnr(picture: Pixels, drawing: Pixels) -> float:
    """In dB of two pictures 0–255."""
    error: NDArray[np.float64] = (picture.astype(np.float64) - drawing) ** 2
    return float(10 * np.log10(255**2 / max(error.mean(), 1e-9)))


def figures(resources: Path, sprites: Path) -> Mapping[str, float]:
    """Mean PSNR of every way of enlarging, and the greatest difference that tiles make (0–255)."""
    upscaler = network(resources, SIDE)
    composer = Composer(sprites, seed=SEED, side=SIDE)
    drawings = [composer.sample().pixels for _ in range(COUNT)]
    ways: Mapping[str, Callable[[Pixels], Pixels]] = {
        "upscaler": lambda small: run(small, upscaler),
        "lanczos": lambda small: _resized(small, cv2.INTER_LANCZOS4),
        "bicubic": lambda small: _resized(small, cv2.INTER_CUBIC),
        "nearest": lambda small: _resized(small, cv2.INTER_NEAREST),
    }
    size = (SIDE // UPSCALER.scale,) * 2
    smalls = [cv2.resize(d, size, interpolation=cv2.INTER_AREA).astype(np.uint8) for d in drawings]
    found = {
        name: float(np.mean([psnr(way(s), d) for s, d in zip(smalls, drawings, strict=True)]))
        for name, way in ways.items()
    }
    return found | {"seams": _seams(smalls[0], upscaler, network(resources, TILE))}


def _resized(small: Pixels, way: int) -> Pixels:
    return cv2.resize(small, (SIDE, SIDE), interpolation=way).astype(np.uint8)


def _seams(small: Pixels, whole: Upscaler, tiled: Upscaler) -> float:
    assert OVERLAP < TILE
    once = run(small, whole)
    apart = run(once, tiled).astype(np.int16) - run(once, whole)
    return float(np.abs(apart).max())
