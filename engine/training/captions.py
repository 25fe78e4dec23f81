"""The caption table: what is known about each picture of the training set.

Row n of the table describes picture n of a sprite folder. A table is JSON lines, plain or gzipped.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, cast

from engine.training.words import words_of

LONGEST_NAME = 44


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One picture: its names and what can truly be said about it.

    `colour` is the measured main colour; `hues` maps a colour to the turn of the hue (OpenCV units,
    0–179) that was checked to give it; `mono` pictures are one flat colour, to be tinted; `shaded`
    ones are tinted by multiplication; `group` is the concept that many rows may share.
    """

    number: int
    id: str
    source: str
    style: str
    category: str
    group: str
    names: tuple[str, ...]
    words: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    colour: str | None = None
    hues: Mapping[str, int] = field(default_factory=dict[str, int])
    tone: str | None = None
    gender: str | None = None
    look: str | None = None
    ring: str | None = None
    expression: str | None = None
    parts: tuple[str, ...] | None = None
    mono: bool = False
    shaded: bool = False
    outline: bool = False
    portrait: bool = False
    scene: bool = False
    line_hue: bool = False

    @property
    def subject(self) -> str:
        """The main name."""
        return self.names[0]

    @property
    def alone(self) -> bool:
        """Whether it can only be a picture of its own, never one thing among others."""
        return self.scene or self.portrait


class _Attributes(TypedDict, total=False):
    tone: str
    gender: str


class _RowText(TypedDict, total=False):
    n: int
    id: str
    source: str
    style: str
    category: str
    group: str
    subject: str
    alts: list[str]
    keywords: list[str]
    attrs: _Attributes
    color: str
    hue_to: dict[str, int]
    look: str
    ring: str
    expr: str
    parts: list[str]
    mono: bool
    portrait: bool
    scene: bool
    linehue: bool


def load_rows(table: Path) -> list[Row]:
    """Read a caption table (`.jsonl` or `.jsonl.gz`) in its order."""
    return [_row(text) for text in _lines(table)]


def _lines(table: Path) -> Iterator[_RowText]:
    data = table.read_bytes()
    text = gzip.decompress(data) if table.suffix == ".gz" else data
    for line in text.decode().splitlines():
        yield cast("_RowText", json.loads(line))


def _row(text: _RowText) -> Row:
    every_name = [text.get("subject", ""), *text.get("alts", [])]
    attributes = text.get("attrs", _Attributes())
    parts = text.get("parts")
    return Row(
        number=text.get("n", 0),
        id=text.get("id", ""),
        source=text.get("source", ""),
        style=text.get("style", ""),
        category=text.get("category", ""),
        group=text.get("group", ""),
        names=tuple(n for n in every_name if len(n) < LONGEST_NAME) or (every_name[0],),
        words=frozenset(words_of(" ".join(every_name))),
        keywords=tuple(text.get("keywords", [])),
        colour=text.get("color"),
        hues=text.get("hue_to", {}),
        tone=attributes.get("tone"),
        gender=attributes.get("gender"),
        look=text.get("look"),
        ring=text.get("ring"),
        expression=text.get("expr"),
        parts=None if parts is None else tuple(parts),
        mono=text.get("mono", False),
        portrait=text.get("portrait", False),
        scene=text.get("scene", False),
        line_hue=text.get("linehue", False),
    )
