"""What stays in memory, and how running out of it is told."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from engine import memory
from engine.errors import OutOfMemory
from engine.events import Loading
from engine.families import Part
from engine.memory import (
    MemoryGuard,
    Residency,
    best_dtype,
    choose_residency,
    peak_bytes,
    stored_bytes,
)
from engine.weights.load import Target
from engine.weights.store import WeightStore
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


def test_a_large_network_makes_way_for_the_next() -> None:
    residency = Residency(Target(), keep=False)
    for part in (Part.TEXT, Part.PRIOR, Part.PRIOR):
        list(residency.obtain(part, build))
        assert residency.parts == {part}
    assert residency.loading_seconds > 0


def test_a_small_model_is_kept_in_float32_and_a_large_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = WeightStore([write_tiny(tmp_path)])
    small = choose_residency(TINY, store)
    assert (small.keep, small.target.dtype) == (True, torch.float32)
    monkeypatch.setattr(memory, "KEEP_BELOW", stored_bytes(TINY, store))
    large = choose_residency(TINY, store)
    assert (large.keep, large.target.dtype) == (False, best_dtype(large.target.device))


def test_parts_that_are_not_here_weigh_nothing(tmp_path: Path) -> None:
    store = WeightStore([write_tiny(tmp_path)])
    whole = stored_bytes(TINY, store)
    without = replace(TINY, places=TINY.places[:-1])
    assert whole > stored_bytes(without, store) > 0
    assert stored_bytes(TINY, WeightStore([])) == 0


def test_a_picture_too_large_for_the_memory_is_a_sentence() -> None:
    with pytest.raises(OutOfMemory, match="choose a smaller size"), MemoryGuard():
        torch.empty(2**52)


def test_other_faults_are_not_taken_for_a_lack_of_memory() -> None:
    with pytest.raises(RuntimeError, match="shape"), MemoryGuard():
        torch.ones(2) @ torch.ones(3, 4).reshape(5, 5)


def test_peak_memory_only_grows() -> None:
    before = peak_bytes()
    block = torch.ones(30_000_000)
    assert peak_bytes() >= before > 10_000_000
    del block
