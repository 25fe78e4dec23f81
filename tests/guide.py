"""Make the guide from the tour: its pictures, reduced, in resources/help, and docs/guide.md.

`python -m tests.tour` takes the pictures first; `python tests/guide.py` then makes the guide.
"""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is a program of its own, run from anywhere

from desktop.guide import PAGES, as_markdown  # noqa: E402

TOUR = ROOT / "docs" / "tour"
HELP = ROOT / "resources" / "help"
PAGE = ROOT / "docs" / "guide.md"
WIDTH = 768
COLOURS = 192


def main() -> int:
    """Write all of it; the exit code."""
    HELP.mkdir(exist_ok=True)
    for old in HELP.glob("*.png"):
        old.unlink()
    for page in PAGES:
        (taken,) = TOUR.glob(f"[0-9][0-9]-[0-9]-{page.picture}-light.png")
        with Image.open(taken) as seen:
            height = round(seen.height * WIDTH / seen.width)
            small = seen.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
        small.quantize(COLOURS).save(HELP / f"{page.picture}.png", optimize=True)
    PAGE.write_text(as_markdown("../resources/help"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
