"""Begins a training folder from a Starter that was exported before, so that its hours are not lost.

A checkpoint is large and stays on the machine that wrote it; the exported weights travel with the
project. Every stage that has no checkpoint of its own begins at `start.pt`, if there is one.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.families.starter import STARTER
from engine.training.loop import START
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

FLOAT32 = Target(torch.float32, "cpu")


def adopt(resources: Path, folder: Path) -> list[Path]:
    """Write `start.pt` of every stage of the training `folder` from `resources`/starter.

    Returns the files. Raises WeightsMissing and WeightsDamaged.
    """
    store = WeightStore([resources])
    text = parts.load_text(store, STARTER, FLOAT32).state_dict()
    image = parts.load_vision(store, STARTER, FLOAT32).state_dict()
    states: dict[str, Mapping[str, Tensor]] = {
        "autoencoder": parts.load_autoencoder(store, STARTER, FLOAT32).state_dict(),
        "clip": _below("text", text) | _below("image", image),
        "prior": parts.load_prior(store, STARTER, FLOAT32).state_dict(),
        "decoder": parts.load_inpaint(store, STARTER, FLOAT32).state_dict(),
        "upscaler": parts.load_upscaler(store, STARTER, FLOAT32).state_dict(),
    }
    return [_written(folder / stage / START, state) for stage, state in states.items()]


def _below(name: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{name}.{key}": tensor for key, tensor in state.items()}


def _written(path: Path, state: Mapping[str, Tensor]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state), path)
    return path
