"""Where the pictures come from: pinned packages of npm, PyPI and Debian, and whom to thank."""

import json
from dataclasses import dataclass
from typing import TypedDict, cast

from engine.training import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One version of a package; `sha256` is that of the archive the registry hands out."""

    registry: str
    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A set of pictures of one licence inside a package.

    `render` names the way of reading it (see `readers.py`), `inside` its folder in the package,
    `ink` the colour that stands for an icon's current colour, `code` a package that draws it.
    """

    name: str
    title: str
    package: str
    render: str
    inside: str = ""
    ink: str = "black"
    code: str = ""
    licence: str
    attribution: str
    images: int

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the packages it is made from."""
        return (self.package, self.code) if self.code else (self.package,)


class _Table(TypedDict):
    packages: list[dict[str, str]]
    sources: list[dict[str, object]]


def _table() -> _Table:
    return cast("_Table", json.loads((tables.FOLDER / "sources.json").read_text(encoding="utf-8")))


def packages() -> dict[str, Package]:
    """Every package, by name."""
    return {row["name"]: Package(**row) for row in _table()["packages"]}


def sources() -> dict[str, Source]:
    """Every source, by name, the largest first."""
    return {str(row["name"]): _source(row) for row in _table()["sources"]}


def _source(row: dict[str, object]) -> Source:
    return Source(**row)  # pyright: ignore[reportArgumentType]
