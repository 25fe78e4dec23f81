"""Have the Starter paint the pictures of the things to try, which come with Easel.

`python tests/try_pictures.py` writes resources/tries/*.png; the same seed gives the same pictures.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is a program of its own, run from anywhere

from PIL import Image as Picture  # noqa: E402

from desktop.tries import TRIES  # noqa: E402
from engine import open_engine  # noqa: E402
from engine.events import Image  # noqa: E402
from engine.requests import Generate, Sampling  # noqa: E402

SEEDS = {"erase": 13, "uncrop": 13, "mix": 11, "reword": 12, "panorama": 11}
"""Chosen by eye among three for each."""


def main() -> int:
    """Paint all of them; the exit code."""
    folder = ROOT / "resources" / "tries"
    folder.mkdir(exist_ok=True)
    engine = open_engine([ROOT / "resources"], "starter")
    for each in TRIES:
        sampling = Sampling(seed=SEEDS[each.name])
        for event in engine.run(Generate(prompt=each.painted, count=1, sampling=sampling)):
            if isinstance(event, Image):
                Picture.fromarray(event.pixels).save(folder / f"{each.name}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
