"""Files of weights, and the settings that lie beside them."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from engine import families
from engine.errors import EngineError
from engine.families import FileSpec
from engine.weights import config
from engine.weights.load import load, stored_tensors
from engine.weights.reading import Target
from engine.weights.recognise import recognise
from engine.weights.remap import Recipe
from engine.weights.store import WeightStore
from tests.engine.weights.test_config import READERS


def weights() -> list[bytes]:
    """A network of two parameters, in two precisions."""
    linear = {"first.weight": torch.arange(12.0).reshape(3, 4), "first.bias": torch.ones(3)}
    return [save(linear), save({name: value.half() for name, value in linear.items()})]


def open_weights(content: bytes, folder: Path) -> str:
    """Look what a folder holds; read the header, check names and shapes, read the numbers."""
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.parent.mkdir()
    path.write_bytes(content)
    outcome = "opened"
    try:
        load(network, stored_tensors([path]), recipes, Target())
    except EngineError:
        outcome = "refused"
    try:
        recognise(folder)
    except EngineError:
        return outcome
    return "mistaken for a model"


def verify(content: bytes, folder: Path) -> str:
    """Verify a published file; "caught" is what the reader alone would have taken for whole."""
    path = folder / "kandinsky-2-2-prior" / "model.safetensors"
    path.parent.mkdir()
    path.write_bytes(content)
    known = [sha256(whole).hexdigest() for whole in weights()]
    if sha256(content).hexdigest() in known:
        return "unchanged"
    family = families.find("kandinsky22")
    for hash_ in known:
        spec = FileSpec(repository="kandinsky-2-2-prior", path=path.name, sha256=hash_)
        try:
            list(WeightStore([folder]).verify(replace(family, files=(spec,))))
        except EngineError:
            continue
        return "opened"
    try:
        load(network, stored_tensors([path]), recipes, Target())
    except EngineError:
        return "refused"
    return "caught"


def network() -> nn.ModuleDict:
    """What the files hold."""
    return nn.ModuleDict({"first": nn.Linear(4, 3)})


def recipes(names: tuple[str, ...]) -> tuple[Recipe, ...]:
    """Every parameter is what it is called."""
    return tuple(Recipe(name, (name,)) for name in names)


def configs() -> list[bytes]:
    """Published settings of every part."""
    return [json.dumps(values).encode() for values, *_ in READERS.values()]


def open_config(content: bytes, folder: Path) -> str:
    """Read the settings as those of any part, and compare them with a family's."""
    path = folder / "config.json"
    path.write_bytes(content)
    outcomes = set[str]()
    for _, read, spec, _ in READERS.values():
        try:
            settings = config.Config(path)
            config.check(settings, read(settings, spec), spec, "Kandinsky 2.2")
            outcomes.add("opened")
        except EngineError:
            outcomes.add("refused")
    return "opened" if "opened" in outcomes else "refused"
