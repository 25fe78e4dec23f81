"""Files on disk -> tensors in a network: build it empty, read tensor by tensor, check, assign.

Files are read with plain reads into the tensors' own memory, never mapped: a mapped file that is
cut short while the model is in use kills the process, one that is overwritten changes the model
silently.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.weights.header import TensorInfo, damaged, read_header, shown
from engine.weights.remap import Recipe, is_ignored

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}

Network = TypeVar("Network", bound=nn.Module)

Remap: TypeAlias = Callable[[Sequence[str]], tuple[Recipe, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a network is to live and in which precision."""

    dtype: torch.dtype = torch.float32
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in a file."""

    path: Path
    info: TensorInfo


def load(
    build: Callable[[], Network],
    stored: Mapping[str, Stored],
    remap: Remap,
    target: Target,
) -> Network:
    """The network that `build` makes, with the `stored` weights: frozen, in evaluation mode.

    stored: from `stored_tensors`. remap: names of the network's parameters -> one recipe for each.
    On disk there may be float64, float32, float16 and bfloat16. At no time is there more in memory
    than the network in its target precision and one parameter as it is on disk.

    Raises WeightsDamaged for a file that is cut off, lacks or has too many tensors, or holds a
    wrong shape, kind of number, NaN or infinity. All or nothing: a failed load leaves nothing
    behind.
    """
    with torch.device("meta"):
        network = build()
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    recipes = remap(tuple(expected))
    assert {recipe.target for recipe in recipes} == expected.keys(), (
        "recipes do not fit the network"
    )
    check_names(stored, recipes)
    for recipe in recipes:
        check_shape(recipe, stored, expected[recipe.target])
    state: dict[str, Tensor] = {}
    with ExitStack() as stack:
        paths = {tensor.path for tensor in stored.values()}
        source = Source(
            stored={name: stored[name] for recipe in recipes for name in recipe.sources},
            files={path: stack.enter_context(path.open("rb", buffering=0)) for path in paths},
        )
        for recipe in recipes:
            state[recipe.target] = parameter(recipe, expected[recipe.target], source, target)
    network.load_state_dict(state, assign=True)
    return network.requires_grad_(False).eval()


def stored_tensors(files: Sequence[Path], prefix: str = "") -> dict[str, Stored]:
    """`prefix` + name -> Stored for everything in `files`, by their headers alone.

    Raises WeightsMissing or WeightsDamaged as `read_header` does, and WeightsDamaged when a file is
    empty or two files hold the same name.
    """
    stored: dict[str, Stored] = {}
    for path in files:
        header = read_header(path)
        if not header:
            raise damaged(path, "holds nothing")
        for name, info in header.items():
            if prefix + name in stored:
                raise damaged(
                    path, f"holds {shown(name)}, which another file of the model holds too"
                )
            if not is_ignored(name):
                stored[prefix + name] = Stored(path, info)
    return stored


def check_names(stored: Mapping[str, Stored], recipes: Sequence[Recipe]) -> None:
    """Raise WeightsDamaged unless the files hold exactly what the recipes ask for."""
    wanted = {name: None for recipe in recipes for name in recipe.sources}
    absent = [name for name in wanted if name not in stored]
    if absent:
        path = next(iter(stored.values())).path
        raise damaged(path, f"is not the model expected here: it lacks {named(absent)}")
    surplus = [name for name in stored if name not in wanted]
    if surplus:
        raise damaged(
            stored[surplus[0]].path,
            f"is not the model expected here: it also holds {named(surplus)}",
        )


def named(names: Sequence[str]) -> str:
    """The first of `names` and how many more there are."""
    return shown(names[0]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def check_shape(recipe: Recipe, stored: Mapping[str, Stored], expected: tuple[int, ...]) -> None:
    """Raise WeightsDamaged unless the sources together have the parameter's shape."""
    first = stored[recipe.sources[0]]
    shapes = [stored[name].info.shape for name in recipe.sources]
    if joined_shape(recipe, shapes) != expected:
        sizes = " and ".join("×".join(map(str, shape)) or "one number" for shape in shapes)
        raise damaged(
            first.path,
            f"is not the model expected here: {shown(recipe.sources[0])} is {sizes} "
            f"where {'×'.join(map(str, expected))} is needed",
        )


def joined_shape(recipe: Recipe, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The shape that `parameter` gives, without doing it; None when the parts do not fit."""
    turned = [shape[::-1] if recipe.transposed else shape for shape in shapes]
    first = turned[0]
    if len(turned) == 1:
        return first
    if any(without(shape, recipe.dim) != without(first, recipe.dim) for shape in turned):
        return None
    if len(first) <= recipe.dim:
        return None
    total = sum(shape[recipe.dim] for shape in turned)
    return (*first[: recipe.dim], total, *first[recipe.dim + 1 :])


def without(shape: tuple[int, ...], dim: int) -> tuple[int, ...]:
    """`shape` without its dimension `dim`."""
    return shape[:dim] + shape[dim + 1 :]


class Source:
    """Open files, and one piece of memory that every tensor is read into in its turn.

    One piece, because the allocator, asked for another size for each tensor, leaves holes between
    the parameters that stay: half as much again as the network itself.
    """

    def __init__(self, stored: Mapping[str, Stored], files: Mapping[Path, FileIO]) -> None:
        self.stored = stored
        self.files = files
        largest = max(tensor.info.end - tensor.info.begin for tensor in stored.values())
        self.scratch = torch.empty(largest, dtype=torch.uint8, device="cpu")

    def read(self, name: str) -> Tensor:
        """One tensor as it is on disk, valid until the next call.

        Raises WeightsDamaged for a cut-off file, whole numbers, NaN or infinity.
        """
        path, info = self.stored[name].path, self.stored[name].info
        if info.dtype not in DTYPES:
            raise damaged(path, f"stores {shown(name)} as whole numbers")
        octets = self.scratch[: info.end - info.begin]
        if not read_into(octets, self.files[path], info.begin):
            raise damaged(path, "was cut off while it was being read")
        tensor = octets.view(DTYPES[info.dtype]).view(info.shape)
        # Both ends carry NaN and infinity along; asking every element would need a second tensor.
        if tensor.numel() and not torch.isfinite(torch.stack(torch.aminmax(tensor))).all():
            raise damaged(
                path, f"holds values in {shown(name)} that are no numbers (NaN or infinity)"
            )
        return tensor


def read_into(octets: Tensor, file: FileIO, begin: int) -> bool:
    """Fill `octets` (N,) uint8 from byte `begin` of `file`; False when the file ends before."""
    array: NDArray[np.uint8] = octets.numpy()
    buffer = memoryview(array.data)
    file.seek(begin)
    done = 0
    while done < len(buffer):
        count = file.readinto(buffer[done:])
        if not count:
            return False
        done += count
    return True


def parameter(recipe: Recipe, shape: tuple[int, ...], source: Source, target: Target) -> Tensor:
    """The parameter of one recipe, contiguous, in the target's precision and place."""
    whole = torch.empty(shape, dtype=target.dtype, device=target.device)
    begin = 0
    for name in recipe.sources:
        part = source.read(name)
        part = part.T if recipe.transposed else part
        if len(recipe.sources) == 1:
            return whole.copy_(part)
        length = part.shape[recipe.dim]
        whole.narrow(recipe.dim, begin, length).copy_(part)
        begin += length
    return whole
