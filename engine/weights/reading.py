"""From a file into the memory where a parameter stays: in pieces that fit the processor's cache.

Files are read with plain reads, never mapped: a mapped file that is cut short while the model is in
use kills the process, one that is overwritten changes the model silently.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import math
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.networks.packing import Conv, Linear, packable
from engine.weights.header import TensorInfo, damaged, shown
from engine.weights.remap import Recipe

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}

PIECE = 1 << 20
"""Bytes that are read, looked at and converted together."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a network is to live and in which precision.

    packed: with weights in the order in which they are multiplied, where that helps at all, as
    `packing.pack` leaves them; such a network can only be run.
    """

    dtype: torch.dtype = torch.float32
    device: str = "cpu"
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in a file."""

    path: Path
    info: TensorInfo


class Scratch:
    """One piece of memory that is used again and again, as large as was ever needed.

    The allocator, asked for another size for each tensor, leaves holes between the parameters that
    stay, and the system clears every page that it hands out anew.
    """

    def __init__(self) -> None:
        self._octets = torch.empty(0, dtype=torch.uint8)

    def octets(self, count: int) -> Tensor:
        """(count,) uint8, valid until the next call."""
        if len(self._octets) < count:
            self._octets = torch.empty(count, dtype=torch.uint8, device="cpu")
        return self._octets[:count]

    def values(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """A tensor of this shape, channels last where it is a kernel; valid until the next call."""
        flat = self.octets(math.prod(shape) * dtype.itemsize).view(dtype)
        if len(shape) != 4:
            return flat.view(shape)
        out, channels, height, width = shape
        return flat.view(out, height, width, channels).permute(0, 3, 1, 2)


@contextmanager
def opened(stored: Mapping[str, Stored]) -> Generator["Source", None, None]:
    """The files of these tensors, open."""
    with ExitStack() as stack:
        paths = {tensor.path for tensor in stored.values()}
        files = {path: stack.enter_context(path.open("rb", buffering=0)) for path in paths}
        yield Source(stored, files)


class Source:
    """Open files; for one thread."""

    def __init__(self, stored: Mapping[str, Stored], files: Mapping[Path, FileIO]) -> None:
        self.stored = stored
        self.files = files
        self._scratch = Scratch()

    def read(self, name: str) -> Tensor:
        """One tensor as it is on disk, valid until the next call.

        Raises WeightsDamaged for a cut-off file, whole numbers, NaN or infinity.
        """
        shape = self.stored[name].info.shape
        return self._piece(name, 0, math.prod(shape)).view(shape)

    def copy(self, name: str, whole: Tensor) -> None:
        """The same into `whole`, of its shape, piece by piece. Raises WeightsDamaged."""
        shape, values = self.stored[name].info.shape, 0
        row = math.prod(shape[1:])
        together = max(1, PIECE // 4 // max(row, 1))
        parts = cast("tuple[Tensor, ...]", whole.split(together)) if shape else (whole,)
        for rows in parts:
            piece = self._piece(name, values, rows.numel()).view(rows.shape)
            # Converting and turning at once is half as quick as one after the other.
            rows.copy_(piece if rows.is_contiguous() else piece.to(rows.dtype))
            values += rows.numel()

    def _piece(self, name: str, first: int, count: int) -> Tensor:
        """(count,) of a tensor's numbers, in the order of the file."""
        path, info = self.stored[name].path, self.stored[name].info
        if info.dtype not in DTYPES:
            raise damaged(path, f"stores {shown(name)} as whole numbers")
        dtype = DTYPES[info.dtype]
        octets = self._scratch.octets(count * dtype.itemsize)
        if not read_into(octets, self.files[path], info.begin + first * dtype.itemsize):
            raise damaged(path, "was cut off while it was being read")
        values = octets.view(dtype)
        if not all_finite(values):
            raise damaged(
                path, f"holds values in {shown(name)} that are no numbers (NaN or infinity)"
            )
        return values


def all_finite(values: Tensor) -> bool:
    """Whether none of them (N,) is NaN or infinite.

    Either comes out of a sum again, which takes a third of the time that both ends take. Numbers
    whose sum is too large are looked at once more; a mask of them all would need a second tensor.
    """
    if math.isfinite(values.sum(dtype=torch.promote_types(values.dtype, torch.float32)).item()):
        return True
    return bool(torch.isfinite(torch.stack(torch.aminmax(values))).all())


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


class Reader:
    """Puts parameters into a network, one after the other; for one thread.

    Layers that are packed take their weights out of a scratch, so that no memory is asked for but
    that in which they stay.
    """

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._target = target
        self._packed = target.packed and packable(target.device, target.dtype)
        self._scratch = Scratch()

    def place(self, recipe: Recipe, network: nn.Module) -> None:
        """Read what `recipe` says into its place. Raises WeightsDamaged."""
        path, _, name = recipe.target.rpartition(".")
        owner = network.get_submodule(path)
        before: Tensor = getattr(owner, name)
        shape = tuple(before.shape)
        if self._packed and name == "weight" and isinstance(owner, Linear | Conv):
            copies = isinstance(owner, Linear) or owner.copies
            place = self._scratch.values if copies else Scratch().values
            whole = place(shape, self._target.dtype)
            self._fill(whole, recipe)
            owner.pack(whole)
            return
        whole = torch.empty(shape, dtype=self._target.dtype, device=self._target.device)
        self._fill(whole, recipe)
        is_parameter = isinstance(before, nn.Parameter)
        setattr(owner, name, nn.Parameter(whole, requires_grad=False) if is_parameter else whole)

    def _fill(self, whole: Tensor, recipe: Recipe) -> None:
        """The parameter of one recipe, in the target's precision and place."""
        if len(recipe.sources) == 1 and not recipe.transposed and whole.device.type == "cpu":
            self._source.copy(recipe.sources[0], whole)
            return
        begin = 0
        for name in recipe.sources:
            part = self._source.read(name)
            part = part.T if recipe.transposed else part
            if len(recipe.sources) == 1:
                whole.copy_(part)
                return
            length = part.shape[recipe.dim]
            whole.narrow(recipe.dim, begin, length).copy_(part)
            begin += length
