"""Loss curves of the stages, drawn from their logs: one panel a log, minutes across, loss upwards.

The loss is on a logarithmic scale between the least and the greatest of the log, both of which are
written beside it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PANEL = (360, 150)
MARGIN = 44
COLUMNS = 2
_LINE = (40, 90, 200)
_AXIS = (150, 150, 150)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of (minutes, loss) in the order of training."""

    name: str
    points: tuple[tuple[float, float], ...]


def read(log: Path) -> Curve:
    """The losses of a `.jsonl` log."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return Curve(log.stem, tuple((line["minutes"], line["loss"]) for line in lines))


def places(curve: Curve, size: tuple[int, int]) -> list[tuple[float, float]]:
    """Pixels (x, y from the top) of the points in a panel of `size`."""
    width, height = size
    minutes = [minute for minute, _ in curve.points]
    logs = [math.log(loss) for _, loss in curve.points]
    low, span = min(logs), max(max(logs) - min(logs), 1e-9)
    first, length = min(minutes), max(max(minutes) - min(minutes), 1e-9)
    return [
        ((minute - first) / length * width, height - (value - low) / span * height)
        for minute, value in zip(minutes, logs, strict=True)
    ]


def draw(curves: Sequence[Curve], out: Path) -> None:
    """Write all panels as one PNG."""
    width, height = PANEL[0] + 2 * MARGIN, PANEL[1] + 2 * MARGIN
    lines = -(-len(curves) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, lines * height), "white")
    for index, curve in enumerate(curves):
        corner = (index % COLUMNS) * width + MARGIN, (index // COLUMNS) * height + MARGIN
        _panel(ImageDraw.Draw(sheet), curve, corner)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(32).save(out, optimize=True)


def _panel(draw: ImageDraw.ImageDraw, curve: Curve, corner: tuple[int, int]) -> None:
    x, y = corner
    right, bottom = x + PANEL[0], y + PANEL[1]
    font = ImageFont.load_default(12)
    draw.line([(x, y), (x, bottom), (right, bottom)], fill=_AXIS)
    draw.line([(x + px, y + py) for px, py in places(curve, PANEL)], fill=_LINE, width=2)
    losses = [loss for _, loss in curve.points]
    draw.text((x, y - 20), curve.name, fill="black", font=font)
    draw.text((x - 6, y), f"{max(losses):.3g}", fill="black", font=font, anchor="rt")
    draw.text((x - 6, bottom), f"{min(losses):.3g}", fill="black", font=font, anchor="rb")
    end = f"{curve.points[-1][0]:.0f} min"
    draw.text((right, bottom + 4), end, fill="black", font=font, anchor="rt")
