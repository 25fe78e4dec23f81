"""Begins a training folder from a Starter that was exported before, so that its hours are not lost.

A checkpoint is large and stays on the machine that wrote it; the exported weights travel with the
project. Every stage begins at its `start.pt`, and has as its result so far `final.pt`, which the
later stages look at and `export` writes.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.families.starter import STARTER
from engine.networks.clip import TextTower
from engine.training import open_vocabulary
from engine.training.clip import Clip
from engine.training.loop import FINAL, START, begin_with
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

FLOAT32 = Target(torch.float32, "cpu")
TOKENIZER = Path("prior", "tokenizer")


def adopt(resources: Path, folder: Path) -> list[Path]:
    """Write `start.pt` of every stage of the training `folder` from `resources`/starter.

    A stage that has no result yet gets the same weights as its `final.pt`; the head of CLIP that
    is never exported is new there. Words taught to the text tower come along, unless the folder
    has some. Returns the files. Raises WeightsMissing and WeightsDamaged.
    """
    store = WeightStore([resources])
    text = parts.load_text(store, STARTER, FLOAT32)
    image = parts.load_vision(store, STARTER, FLOAT32).state_dict()
    states: dict[str, Mapping[str, Tensor]] = {
        "autoencoder": parts.load_autoencoder(store, STARTER, FLOAT32).state_dict(),
        "clip": _below("text", text.state_dict()) | _below("image", image),
        "prior": parts.load_prior(store, STARTER, FLOAT32).state_dict(),
        "decoder": parts.load_inpaint(store, STARTER, FLOAT32).state_dict(),
        "upscaler": parts.load_upscaler(store, STARTER, FLOAT32).state_dict(),
    }
    written = [_written(folder / stage / START, state) for stage, state in states.items()]
    towers = Clip()
    begin_with(towers, folder / "clip" / START)
    for stage, state in (states | {"clip": towers.state_dict()}).items():
        if not (folder / stage / FINAL).exists():
            written.append(_written(folder / stage / FINAL, state))
    return [*written, *_words(resources / "starter" / TOKENIZER, text, folder)]


def _below(name: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{name}.{key}": tensor for key, tensor in state.items()}


def _written(path: Path, state: Mapping[str, Tensor]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state), path)
    return path


def _words(tokenizer: Path, tower: TextTower, folder: Path) -> list[Path]:
    """The tokenizer that goes with the tower's rows, as `words` would have left it."""
    home = folder / open_vocabulary.HOME
    if home.exists():
        return []
    shutil.copytree(tokenizer, home / "tokenizer")
    return [open_vocabulary.keep_rows(home, tower, tower.token_embedding.weight.detach())]
