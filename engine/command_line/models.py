"""`easel models`: which models the engine knows, what each can do, and whether it is here.

Reads no weights and imports no torch.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import fill

from engine import families
from engine.families import Family
from engine.requests import (
    Embed,
    Generate,
    Guide,
    Inpaint,
    Mix,
    Morph,
    Reword,
    Upscale,
    Vary,
)
from engine.weights.store import WeightStore

NAME = "models"
SUMMARY = "list the models, what each can do, and whether it is on this computer"
WIDTH = 88
INDENT = "    "

WORDS: dict[type, tuple[str, ...]] = {
    Generate: ("generate",),
    Vary: ("vary",),
    Mix: ("mix",),
    Morph: ("morph",),
    Reword: ("reword",),
    Inpaint: ("inpaint", "outpaint"),
    Guide: ("guide",),
    Upscale: ("upscale",),
    Embed: ("embed",),
}
"""The verbs for each kind of request."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One model. pixels: side of the square it paints best. missing: files, by local name."""

    name: str
    title: str
    description: str
    can: tuple[str, ...]
    pixels: int
    licence: str
    missing: tuple[str, ...]
    missing_bytes: int

    def as_text(self) -> str:
        """A paragraph for a person."""
        count = len(self.missing)
        here = "on this computer"
        if count:
            here = f"not on this computer: {count} files, {self.missing_bytes / 1e9:.1f} GB"
        lines = (
            f"{self.description} {self.pixels} × {self.pixels} pixels. Licence: {self.licence}.",
            f"Can: {', '.join(self.can) or 'nothing yet'}.",
        )
        indented = [
            fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for line in lines
        ]
        return "\n".join([f"{self.name}  ({self.title}; {here})", *indented])


def answer(folders: Sequence[Path], as_json: bool) -> str:
    """Every model, those in `folders` marked as here."""
    store = WeightStore(folders)
    found = [listed(family, store) for family in families.all()]
    if as_json:
        return json.dumps([asdict(model) for model in found], indent=2)
    return "\n\n".join(model.as_text() for model in found)


def listed(family: Family, store: WeightStore) -> Listed:
    """What there is to say about one."""
    missing = store.missing(family)
    return Listed(
        name=family.name,
        title=family.title,
        description=family.description,
        can=tuple(word for task, words in WORDS.items() if task in family.tasks for word in words),
        pixels=family.native,
        licence=family.licence,
        missing=tuple(f"{file.repository}/{file.path}" for file in missing),
        missing_bytes=sum(file.size or 0 for file in missing),
    )
