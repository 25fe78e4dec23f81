"""Weights halfway between where a stage began and where it ended.

The mean of two solutions on one path of training often is better than either (Izmailov et al. 2018,
"Averaging Weights Leads to Wider Optima and Better Generalization", arXiv 1803.05407).
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import EngineError

BEGUN, ENDED, BEFORE = "start.pt", "final.pt", "whole-way.pt"


def go_halfway(stage: Path) -> Path:
    """Put the mean of `start.pt` and `final.pt` into the place of the second, which is kept apart.

    stage: the folder of a stage that went on from finished weights and is finished itself. Doing it
    again changes nothing. EngineError where one of the two is missing. Returns the file.
    """
    begun, ended, before = (stage / name for name in (BEGUN, ENDED, BEFORE))
    for path in (begun, ended):
        if not path.exists():
            raise EngineError(f"{path} is missing: the stage did not go on, or is not finished.")
    if not before.exists():
        ended.replace(before)
    first, last = (torch.load(path, weights_only=True) for path in (begun, before))
    torch.save(mean(first, last), ended)
    return ended


def mean(first: Mapping[str, Tensor], last: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean of each tensor of numbers; what counts or indexes is taken from `last`."""
    return {
        name: (first[name] + value) / 2 if value.is_floating_point() else value
        for name, value in last.items()
    }
