"""What stays in memory, and how running out of it is told."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

import engine.ways
from engine import memory
from engine.errors import DeviceFailed, OutOfMemory
from engine.events import Loading
from engine.families import Part
from engine.machine import all_memory, free_memory, peak_bytes
from engine.memory import (
    DeviceGuard,
    MemoryGuard,
    Residency,
    choose_residency,
    devices,
    parameters,
)
from engine.ways import Device, Way
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from engine.wishes import Wishes
from tests.tiny import TINY, write_tiny


def build(_target: Target) -> nn.Module:
    """A network of no importance."""
    return nn.Linear(1, 1)


def test_a_kept_network_is_read_once() -> None:
    residency = Residency(Target(), keep=True)
    assert list(residency.obtain(Part.PRIOR, build)) == [Loading("prior", "cpu")]
    assert list(residency.obtain(Part.PRIOR, build)) == []
    assert list(residency.obtain(Part.TEXT, build)) == [Loading("text encoder", "cpu")]
    assert residency.parts == {Part.PRIOR, Part.TEXT}
    residency.clear()
    assert residency.parts == frozenset()


@pytest.mark.slow
def test_a_large_network_makes_way_for_the_next() -> None:
    residency = Residency(Target(), keep=False)
    for part in (Part.TEXT, Part.PRIOR, Part.PRIOR):
        list(residency.obtain(part, build))
        assert residency.parts == {part}
    assert residency.loading_seconds > 0


def test_a_small_model_is_kept_in_float32(tmp_path: Path) -> None:
    residency = choose_residency(TINY, WeightStore([write_tiny(tmp_path)]))
    assert (residency.keep, residency.target.dtype) == (True, torch.float32)
    assert residency.target.device == devices()[0].kind


def test_no_way_shows_previews_that_nobody_wants(tmp_path: Path) -> None:
    store = WeightStore([write_tiny(tmp_path)])
    residency = choose_residency(TINY, store, Wishes(previews=False, device="cpu"))
    shown = [way.previews for way in (residency.way, *residency.smaller)]
    assert set(shown) == {False}
    assert choose_residency(TINY, store).way.previews


def test_a_large_model_takes_the_way_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = WeightStore([write_tiny(tmp_path)])
    monkeypatch.setattr(engine.ways, "SMALL", 0)
    monkeypatch.setattr(memory, "devices", lambda: (Device("cpu", 10**12, "bfloat16"),))
    roomy = choose_residency(TINY, store)
    assert (roomy.keep, roomy.target) == (True, Target(torch.bfloat16, "cpu"))
    monkeypatch.setattr(memory, "devices", lambda: (Device("cpu", 1, "bfloat16"),))
    tight = choose_residency(TINY, store)
    assert (tight.keep, tight.way.apart) == (False, True)


def test_the_next_smaller_way_begins_with_nothing_in_memory() -> None:
    first, second = Way("cpu", "float32", keep=True), Way("cpu", "bfloat16", keep=False)
    residency = Residency.of(first, second)
    list(residency.obtain(Part.PRIOR, build))
    smaller = residency.next_smaller()
    assert smaller is not None
    assert (smaller.way, smaller.parts, smaller.next_smaller()) == (second, frozenset(), None)


def test_parts_that_are_not_here_weigh_nothing(tmp_path: Path) -> None:
    store = WeightStore([write_tiny(tmp_path)])
    whole = parameters(TINY, store)
    without = parameters(replace(TINY, places=TINY.places[:-1]), store)
    assert whole.keys() - without.keys() == {TINY.places[-1].part}
    assert sum(whole.values()) > sum(without.values()) > 0
    assert parameters(TINY, WeightStore([])) == {}


def test_free_memory_is_less_than_all_there_is() -> None:
    assert 10**8 < free_memory() < all_memory()


def test_a_picture_too_large_for_the_memory_is_a_sentence() -> None:
    with pytest.raises(OutOfMemory, match=r"safe\. Choose fewer or smaller"), MemoryGuard():
        torch.empty(2**52)


def test_the_sentence_says_what_would_fit() -> None:
    with pytest.raises(OutOfMemory, match="512 × 512 pixels should fit"), MemoryGuard(lambda: 512):
        raise MemoryError


def test_other_faults_are_not_taken_for_a_lack_of_memory() -> None:
    with pytest.raises(RuntimeError, match="shape"), MemoryGuard():
        torch.ones(2) @ torch.ones(3, 4).reshape(5, 5)


def test_peak_memory_only_grows() -> None:
    before = peak_bytes()
    block = torch.ones(30_000_000)
    assert peak_bytes() >= before > 10_000_000
    del block


@pytest.mark.parametrize(
    "told",
    [
        "CUDA error: unspecified launch failure",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "Found no NVIDIA driver on your system.",
    ],
)
def test_a_card_that_fails_is_told_as_such(told: str) -> None:
    with pytest.raises(DeviceFailed, match="Paint on the processor"), DeviceGuard():
        raise RuntimeError(told)


@pytest.mark.parametrize("told", ["CUDA error: out of memory", "shapes do not match"])
def test_what_is_no_failure_of_a_card_passes_the_guard(told: str) -> None:
    with pytest.raises(RuntimeError, match=told), DeviceGuard():
        raise RuntimeError(told)
