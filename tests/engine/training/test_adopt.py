"""Going on from an exported Starter: nothing of it is lost on the way into a training folder."""

from pathlib import Path

import pytest
import torch

from engine.training.adopt import adopt
from engine.training.loop import FINAL, START
from engine.training.starter import Workshop, export_starter

pytestmark = pytest.mark.slow
RESOURCES = Path(__file__).parents[3] / "resources"


def test_an_adopted_starter_is_exported_byte_for_byte(tmp_path: Path) -> None:
    adopt(RESOURCES, tmp_path / "training")

    export_starter(Workshop(tmp_path / "training"), tmp_path / "starter")

    sums = (tmp_path / "starter" / "SHA256SUMS").read_text()
    assert sums == (RESOURCES / "starter" / "SHA256SUMS").read_text()


def test_what_a_stage_has_learned_since_is_not_overwritten(tmp_path: Path) -> None:
    learned = tmp_path / "prior" / FINAL
    learned.parent.mkdir()
    torch.save({"weight": torch.ones(1)}, learned)

    written = adopt(RESOURCES, tmp_path)

    assert tmp_path / "prior" / START in written
    assert learned not in written
    assert torch.load(learned, weights_only=True) == {"weight": torch.ones(1)}
