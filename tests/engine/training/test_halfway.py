"""Weights halfway between two versions."""

from pathlib import Path

import pytest
import torch

from engine.errors import EngineError
from engine.training.halfway import go_halfway


def stage(folder: Path, first: float, last: float) -> Path:
    """A folder of a stage that went on from a weight of `first` to one of `last`."""
    for name, value in (("start.pt", first), ("final.pt", last)):
        torch.save({"w": torch.full((2, 2), value), "ids": torch.tensor([1, 2])}, folder / name)
    return folder


def test_the_mean_takes_the_place_of_the_last_weights_once(tmp_path: Path) -> None:
    folder = stage(tmp_path, 1.0, 4.0)
    go_halfway(folder)
    with pytest.raises(EngineError, match="already"):
        go_halfway(folder)
    weights = torch.load(folder / "final.pt", weights_only=True)
    assert weights["w"].tolist() == [[2.5, 2.5], [2.5, 2.5]]
    assert weights["ids"].tolist() == [1, 2]
    kept = torch.load(folder / "whole-way.pt", weights_only=True)
    assert kept["w"].tolist() == [[4.0, 4.0], [4.0, 4.0]]


@pytest.mark.parametrize("missing", ["start.pt", "final.pt"])
def test_a_stage_without_beginning_or_end_is_left_alone(tmp_path: Path, missing: str) -> None:
    folder = stage(tmp_path, 1.0, 4.0)
    (folder / missing).unlink()
    left = sorted(path.name for path in folder.iterdir())
    with pytest.raises(EngineError, match=missing):
        go_halfway(folder)
    assert sorted(path.name for path in folder.iterdir()) == left
