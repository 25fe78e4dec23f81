"""Where networks live: device, number format, and which of them stay loaded. One place decides.

What this machine offers is asked here, `engine.ways` makes a list of it, and a Residency is one way
of that list at work: everything kept, or of a large model only the part at work: load, run, free.
"""

import gc
import math
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import replace
from time import perf_counter
from types import TracebackType
from typing import TypeAlias, TypeVar, cast

import torch
from torch import nn

from engine.errors import DeviceFailed
from engine.events import Event, Loading
from engine.families import Family, Part
from engine.machine import free_memory
from engine.scarcity import out_of_memory, ran_out_of_memory
from engine.visiting import visiting
from engine.ways import Device, Way, ways
from engine.weights.load import stored_tensors
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from engine.weights.variants import find_files
from engine.wishes import Wishes, as_wished, of_ways

Network = TypeVar("Network", bound=nn.Module)
Obtaining: TypeAlias = Generator[Event, None, Network]
"""Reports Loading where something has to be read and returns the network."""


class Residency:
    """The networks in memory, all with one target. `loading_seconds`: spent reading so far.

    keep, latents, apart, streamed: as in Way. smaller: the ways to try when memory runs out.
    """

    def __init__(self, target: Target, keep: bool, way: Way | None = None) -> None:
        self.target = target
        self.keep = keep
        self.way = way or Way(target.device, str(target.dtype).removeprefix("torch."), keep)
        self.smaller: tuple[Way, ...] = ()
        self.loading_seconds = 0.0
        self._networks: dict[Part, nn.Module] = {}

    @classmethod
    def of(cls, first: Way, *smaller: Way) -> "Residency":
        """The way `first`, and those that come after it."""
        residency = cls(Target(getattr(torch, first.dtype), first.device), first.keep, first)
        residency.smaller = smaller
        return residency

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
            self._networks[part] = self._placed(load)
            self.loading_seconds += perf_counter() - started
        return cast(Network, self._networks[part])

    def _placed(self, load: Callable[[Target], Network]) -> Network:
        """The network where it is to compute, in the form in which it computes fastest."""
        if self.way.streamed:
            return visiting(load(Target(self.target.dtype, "cpu")), self.target.device)
        return load(replace(self.target, packed=True))

    def release(self, part: Part) -> None:
        """Let go of one network; who needs it later has it read again."""
        self._networks.pop(part, None)

    def clear(self) -> None:
        """Let go of every network, and give back what the device's allocator holds."""
        self._networks.clear()
        gc.collect()
        if self.target.device == "cuda":
            torch.cuda.empty_cache()
        elif self.target.device == "mps":
            torch.mps.empty_cache()

    def next_smaller(self) -> "Residency | None":
        """The next way of the list with nothing in memory, or None at its end."""
        return Residency.of(*self.smaller) if self.smaller else None


def choose_residency(family: Family, store: WeightStore, wishes: Wishes | None = None) -> Residency:
    """The fastest way in which `family` fits this machine, with the smaller ones behind it.

    As far as `wishes` leave the choice.
    """
    wishes = wishes or Wishes()
    found = ways(as_wished(devices(), wishes), parameters(family, store))
    return Residency.of(*of_ways(found, wishes))


def devices() -> tuple[Device, ...]:
    """What this machine offers now: NVIDIA card, Apple card, processor."""
    found: list[Device] = []
    if torch.cuda.is_available():
        short = "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
        found.append(Device("cuda", torch.cuda.mem_get_info()[0], short, "float16"))
    if torch.backends.mps.is_available():
        free = torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
        found.append(Device("mps", free, "float16", "float16"))
    short = "bfloat16" if multiplies_bfloat16() else None
    found.append(Device("cpu", free_memory(), short, "bfloat16"))
    return tuple(found)


def multiplies_bfloat16() -> bool:
    """Whether the processor itself does; else each product is a loop, fifty times slower."""
    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def parameters(family: Family, store: WeightStore) -> dict[Part, int]:
    """How many numbers each part has; parts that are not on this computer are left out."""
    places = [place for place in family.places if place.base and store.has(family, place.part)]
    return {
        place.part: sum(
            math.prod(tensor.info.shape)
            for tensor in stored_tensors(
                find_files(store.locate(family, place.part), place.base or "")
            ).values()
        )
        for place in places
    }


class DeviceGuard(AbstractContextManager[None]):
    """Turns what a card's driver reports when it fails into DeviceFailed."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raise DeviceFailed instead of `error` if that is what it means."""
        if error is not None and device_failed(error):
            raise DeviceFailed(
                "The card or its driver failed; nothing of your picture is lost. Paint on the "
                "processor, or start Easel again before you try the card once more."
            ) from error


def device_failed(error: BaseException) -> bool:
    """Whether `error` is a card's own failure and not a lack of memory."""
    sentences = ("CUDA error", "CUDNN_STATUS", "cuDNN error", "device-side assert", "NVIDIA driver")
    told = isinstance(error, RuntimeError) and any(each in str(error) for each in sentences)
    return told and not ran_out_of_memory(error)


class MemoryGuard(AbstractContextManager[None]):
    """Turns the several ways in which memory runs out into OutOfMemory.

    side: what could be asked instead, in pixels.
    """

    def __init__(self, side: Callable[[], int] = lambda: 0) -> None:
        self._side = side

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raise OutOfMemory instead of `error` if that is what it means."""
        if error is None or not ran_out_of_memory(error):
            return
        raise out_of_memory(self._side()) from error
