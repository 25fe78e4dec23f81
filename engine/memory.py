"""Where networks live: device, number format, and which of them stay loaded. One place decides.

A small model stays in memory whole. Of a large one only the part at work is there: load, run, free.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from time import perf_counter
from types import TracebackType
from typing import TypeAlias, TypeVar, cast

import torch
from torch import nn

from engine.errors import OutOfMemory
from engine.events import Event, Loading
from engine.families import Family, Part
from engine.networks.packing import pack
from engine.weights.load import Target
from engine.weights.store import WeightStore
from engine.weights.variants import find_files

KEEP_BELOW = 2_000_000_000
"""Bytes of weights on disk; a model that is smaller stays in memory and computes in float32."""

Network = TypeVar("Network", bound=nn.Module)
Obtaining: TypeAlias = Generator[Event, None, Network]
"""Reports Loading where something has to be read and returns the network."""


class Residency:
    """The networks in memory, all with one target. `loading_seconds`: spent reading so far."""

    def __init__(self, target: Target, keep: bool) -> None:
        self.target = target
        self.keep = keep
        self.loading_seconds = 0.0
        self._networks: dict[Part, nn.Module] = {}

    @property
    def parts(self) -> frozenset[Part]:
        """Which parts are in memory."""
        return frozenset(self._networks)

    def obtain(self, part: Part, load: Callable[[Target], Network]) -> Obtaining[Network]:
        """Return the network of `part`, read by `load` unless it is here; others may have to go."""
        if part not in self._networks:
            if not self.keep:
                self.clear()
            yield Loading(part.value, self.target.device)
            started = perf_counter()
            self._networks[part] = network = load(self.target)
            pack(network)
            self.loading_seconds += perf_counter() - started
        return cast(Network, self._networks[part])

    def clear(self) -> None:
        """Let go of every network."""
        self._networks.clear()


def choose_residency(family: Family, store: WeightStore) -> Residency:
    """The device and format in which `family` runs best on this machine.

    A small model computes in float32 everywhere, so that a seed gives the same picture on every
    machine, as far as their arithmetic allows.
    """
    device, small = best_device(), stored_bytes(family, store) < KEEP_BELOW
    dtype = torch.float32 if small else best_dtype(device)
    return Residency(Target(dtype, device), keep=small)


def best_device() -> str:
    """NVIDIA card, Apple card or processor, the first there is."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_dtype(device: str) -> torch.dtype:
    """The format for large networks: half the bytes where the device is not slower with it."""
    if device == "mps":
        return torch.float16
    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    able = torch.cpu.get_capabilities()
    fast = able.get("avx512_bf16") or able.get("amx_bf16") or able.get("bf16")
    return torch.bfloat16 if fast else torch.float32


def stored_bytes(family: Family, store: WeightStore) -> int:
    """Bytes of the family's weights on this computer; parts that are not here count nothing."""
    places = [place for place in family.places if place.base and store.has(family, place.part)]
    folders = {store.locate(family, place.part): place.base or "" for place in places}
    paths = [path for folder, base in folders.items() for path in find_files(folder, base)]
    return sum(path.stat().st_size for path in paths)


class MemoryGuard(AbstractContextManager[None]):
    """Turns the several ways in which memory runs out into OutOfMemory."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raise OutOfMemory instead of `error` if that is what it means."""
        if error is not None and ran_out_of_memory(error):
            raise OutOfMemory(
                "There is not enough memory for this picture; your work is safe, "
                "choose a smaller size or fewer pictures, or close other programs."
            ) from error


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out; the processor's allocator has no own type."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    sentences = ("not enough memory", "can't allocate memory", "out of memory")
    return isinstance(error, RuntimeError) and any(part in str(error) for part in sentences)


def peak_bytes() -> int:
    """Highest resident memory of this process so far; 0 on systems that do not tell (Windows)."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
