"""The bundled lists, one entry a line: words to name pictures by, and words for styles."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from engine.errors import WeightsMissing

WORDS = "words.txt"
STYLES = "styles.txt"


def listed(name: str, folders: Sequence[Path]) -> tuple[str, ...]:
    """The list `name` of the first folder that has it. Raises WeightsMissing when none has."""
    for folder in folders:
        if (folder / name).is_file():
            return _read(folder / name)
    raise WeightsMissing(
        f"The list of words ({name}) is not on this computer; it comes with Easel, so install "
        "Easel again."
    )


@cache
def _read(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
