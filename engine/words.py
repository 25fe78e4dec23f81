"""The bundled list of everyday words, one a line, against which pictures are named."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from engine.errors import WeightsMissing

NAME = "words.txt"


def listed_words(folders: Sequence[Path]) -> tuple[str, ...]:
    """The words of the first folder that has a list. Raises WeightsMissing when none has."""
    for folder in folders:
        if (folder / NAME).is_file():
            return _read(folder / NAME)
    raise WeightsMissing(
        f"The list of words ({NAME}) is not on this computer; it comes with Easel, so install "
        "Easel again."
    )


@cache
def _read(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
