"""Loss curves and the figures of enlarging: right where the answer is known."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.training.curves import Curve, draw, places, read
from engine.training.enlarging import psnr


def test_the_greatest_loss_is_at_the_top_and_a_decade_takes_as_much_room_everywhere() -> None:
    curve = Curve("decoder", ((2.0, 1.0), (4.0, 0.1), (6.0, 0.01)))
    assert np.allclose(places(curve, (100, 50)), [(0, 0), (50, 25), (100, 50)])


def test_logs_become_a_picture_with_a_line_in_every_panel(tmp_path: Path) -> None:
    lines = [{"step": n, "minutes": n / 2, "loss": 1 / n} for n in range(1, 20)]
    for name in ("clip", "prior"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    curves = [read(path) for path in sorted(tmp_path.glob("*.jsonl"))]
    draw(curves, tmp_path / "curves.png")
    picture = np.array(Image.open(tmp_path / "curves.png").convert("RGB")).astype(int)
    blue = (picture[..., 2] - picture[..., 0]) > 100
    halves = np.hsplit(blue, 2)
    assert [curve.name for curve in curves] == ["clip", "prior"]
    assert all(half.sum() > 300 for half in halves)


def test_psnr_is_that_of_the_formula() -> None:
    black = np.zeros((4, 4, 3), np.uint8)
    assert psnr(black + 255, black) == pytest.approx(0)
    assert psnr(black + 1, black) == pytest.approx(48.13, abs=0.01)
