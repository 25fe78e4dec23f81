"""Contact sheets: pictures in a grid with their prompts beneath, for people to look at."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.requests import Pixels

MARGIN = 6
LINE = 14


def contact_sheet(path: Path, rows: Sequence[tuple[str, Sequence[Pixels]]], columns: int) -> None:
    """Write `rows` of (prompt, pictures) as a PNG, `columns` rows side by side.

    All pictures are square and of one size.
    """
    side = rows[0][1][0].shape[0]
    width = len(rows[0][1]) * side + 2 * MARGIN
    height = side + 2 * LINE + MARGIN
    lines = -(-len(rows) // columns)
    sheet = Image.new("RGB", (columns * width, lines * height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    for index, (prompt, pictures) in enumerate(rows):
        left, top = (index % columns) * width + MARGIN, (index // columns) * height + MARGIN
        for place, pixels in enumerate(pictures):
            sheet.paste(Image.fromarray(pixels), (left + place * side, top))
        for number, line in enumerate(textwrap.wrap(prompt, width // 7)[:2]):
            draw.text((left, top + side + number * LINE), line, fill="black", font=font)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A palette keeps a sheet of 160 pictures small enough to be kept in the history.
    sheet.quantize(256).save(path, optimize=True)
