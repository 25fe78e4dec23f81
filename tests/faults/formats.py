"""Every format that Easel opens: whole files of it, how they are damaged, how it opens them.

A module is imported when its format is wanted, so that the memory of one is not another's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TypeAlias

from tests.faults import mutation
from tests.faults.mutation import Mutator

Open: TypeAlias = Callable[[bytes, Path], str]
"""Does what the program does, with an empty folder; says "opened", "rescued" or "refused".

An error that the program does not know as one is let through: a bug.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """module: where `goods`, whole files, and `open` are, by their names."""

    module: str
    goods: str
    open: str
    damage: Mutator | str = mutation.octets

    def opener(self) -> Open:
        """What opens a file of it."""
        return getattr(import_module(f"tests.faults.{self.module}"), self.open)

    def whole(self) -> list[bytes]:
        """Files without a fault."""
        return _whole(self.module, self.goods)

    def damaged(self, number: int) -> bytes:
        """The file with this number: the same in every run."""
        random = Random(f"{self.goods} {number}")
        damage = self.damage
        if isinstance(damage, str):
            damage = getattr(import_module(f"tests.faults.{self.module}"), damage)
        return damage(random.choice(self.whole()), random)


@cache
def _whole(module: str, goods: str) -> list[bytes]:
    return getattr(import_module(f"tests.faults.{module}"), goods)()


FORMATS = {
    "png": Format("pictures", "pngs", "open_as_picture", mutation.half_noise(mutation.png)),
    "jpeg": Format("pictures", "jpegs", "open_as_picture"),
    "webp": Format("pictures", "webps", "open_as_picture"),
    "tiff": Format("pictures", "tiffs", "open_as_picture"),
    "bmp": Format("pictures", "bmps", "open_as_picture"),
    "notes": Format("notes", "requests", "open_notes", "damaged_notes"),
    "project": Format(
        "projects", "projects", "open_project", mutation.half_noise(mutation.archive)
    ),
    "openraster": Format(
        "projects", "foreign_projects", "open_project", mutation.half_noise(mutation.archive)
    ),
    "journal": Format("projects", "journals", "open_journal"),
    "weights": Format("weights", "weights", "open_weights", mutation.half_noise(mutation.header)),
    "config": Format("weights", "configs", "open_config", mutation.half_noise(mutation.text)),
    "settings": Format(
        "own_files", "settings", "open_settings", mutation.half_noise(mutation.text)
    ),
    "models": Format("own_files", "models", "open_models", mutation.half_noise(mutation.text)),
    "gallery": Format("galleries", "galleries", "open_gallery", "damaged"),
    "window": Format("own_files", "windows", "open_window"),
}

EXACT = {
    "project as saved": Format("projects", "projects", "open_exactly"),
    "project with pictures exchanged": Format("projects", "projects", "open_exactly", "exchanged"),
    "weights as published": Format("weights", "weights", "verify"),
}
"""What must never be taken for whole when it is not; a wrong one that is counts as a bug."""
CONTROL = {
    "project whose sums were made anew": Format(
        "projects", "projects", "open_without_sums", "exchanged_and_signed"
    ),
}
