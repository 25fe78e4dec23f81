"""Which files hold a network: one, a half-precision variant, or shards with an index; no torch."""

import json
import re
from pathlib import Path

from engine.errors import WeightsDamaged, WeightsMissing
from engine.weights.header import Json, damaged
from engine.weights.pickled import is_pickled_model

SHORTENED = ".bf16"
"""Between a network's name and its ending: our own copy in bfloat16, which takes half the room."""

VARIANTS = ("", SHORTENED, ".fp16")
"""What may stand there, in the order in which they are preferred."""


def find_files(folder: Path, base: str) -> tuple[Path, ...]:
    """The safetensors files of the network stored in `folder` as `base`, in a fixed order.

    Looked for: `base.safetensors`, its shards, then the same of `base.bf16` and `base.fp16`.

    Raises WeightsMissing when there is nothing, WeightsDamaged when a shard is not there, when the
    index cannot be read, or when there are only pickled files.
    """
    for variant in (base + ending for ending in VARIANTS):
        single = folder / f"{variant}.safetensors"
        if single.is_file():
            return (single,)
        for index in indices(folder, base, variant):
            if index.is_file():
                return shards(index)
    refuse_pickled(folder)
    raise WeightsMissing(
        f"The model file {folder / f'{base}.safetensors'} is not on this computer; "
        "download the model or choose the folder it is in."
    )


def variants_of(path: Path) -> tuple[Path, ...]:
    """`path` and the names under which other versions of that weight file would lie beside it."""
    if path.suffix != ".safetensors":
        return (path,)
    return tuple(path.with_name(path.stem + ending + path.suffix) for ending in VARIANTS)


def indices(folder: Path, base: str, variant: str) -> tuple[Path, ...]:
    """Names an index goes by; the variant stands before or behind the word "index"."""
    suffix = variant.removeprefix(base)
    return (
        folder / f"{variant}.safetensors.index.json",
        folder / f"{base}.safetensors.index{suffix}.json",
    )


def shards(index: Path) -> tuple[Path, ...]:
    """The files that the index names, every one of them beside it."""
    try:
        content: Json = json.loads(index.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(index, "cannot be read") from error
    mapping = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(mapping, dict) or not mapping:
        raise damaged(index, "does not say in which files the model is")
    names = sorted({str(name) for name in mapping.values()})
    for name in names:
        if not re.fullmatch(r"[\w.-]+\.safetensors", name):
            raise damaged(index, "names a file that is no safetensors file beside it")
        if not (index.parent / name).is_file():
            raise WeightsMissing(
                f"The model file {index.parent / name} is not on this computer but "
                f"{index.name} needs it; copy or download it again."
            )
    return tuple(index.parent / name for name in names)


def refuse_pickled(folder: Path) -> None:
    """Say why a pickled model is not opened, when there is one and nothing else."""
    pickled = next(filter(is_pickled_model, sorted(folder.glob("*"))), None)
    if pickled is not None:
        raise WeightsDamaged(
            f"The model file {pickled} is pickled, and opening such a file could run "
            "any program hidden in it; get the model as .safetensors and put that in its place."
        )
