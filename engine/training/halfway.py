"""Weights halfway between where a stage began and where it ended.

The mean of two solutions on one path of training often is better than either (Izmailov et al. 2018,
"Averaging Weights Leads to Wider Optima and Better Generalization", arXiv 1803.05407).
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import EngineError
from engine.training.loop import FINAL, START

WHOLE_WAY = "whole-way.pt"


def go_halfway(stage: Path) -> Path:
    """Put the mean of `start.pt` and `final.pt` into the place of the second, which is kept apart.

    stage: the folder of a stage that went on from finished weights and is finished itself.
    EngineError where one of the two is missing, or where the stage has gone halfway before; nothing
    is changed then. Returns the file.
    """
    begun, ended, kept = (stage / name for name in (START, FINAL, WHOLE_WAY))
    for path in (begun, ended):
        if not path.exists():
            raise EngineError(f"{path} is missing: the stage did not go on, or is not finished.")
    if kept.exists():
        raise EngineError(f"{kept} is there: it has gone halfway already. Move it to do it again.")
    first, last = (torch.load(path, weights_only=True) for path in (begun, ended))
    made = ended.with_suffix(".part")
    torch.save(mean(first, last), made)
    kept.hardlink_to(ended)
    made.replace(ended)
    return ended


def mean(first: Mapping[str, Tensor], last: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean of each tensor of numbers; what counts or indexes is taken from `last`."""
    return {
        name: (first[name] + value) / 2 if value.is_floating_point() else value
        for name, value in last.items()
    }
