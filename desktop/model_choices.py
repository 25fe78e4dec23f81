"""What a person decided about models: which one paints, where else to look, licences, the way out.

A file of choices is never trusted: what cannot be used in it is left out.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.storage.files import write_atomically
from desktop.storage.set_aside import said_of
from engine import families
from engine.families import Family

LONGEST = 4_000
"""Characters of a text in the file."""


@dataclass(frozen=True, slots=True)
class Added:
    """A model of a known family under a name of its own. homes: repository -> its folder."""

    name: str
    title: str
    family: str
    homes: Mapping[str, Path]

    @property
    def as_family(self) -> Family:
        """The family with these folders in the place of the published ones."""
        return families.find(self.family).standing(self.homes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoices:
    """chosen: name of the model that paints. accepted: names of licences that were read."""

    chosen: str = "starter"
    folders: tuple[Path, ...] = ()
    added: tuple[Added, ...] = ()
    accepted: tuple[str, ...] = ()
    mirror: str = ""
    proxy: str = ""
    index: str = ""
    note: str = ""
    """One sentence for the user when the file was damaged, else empty; not saved."""

    @classmethod
    def load(cls, path: Path) -> "ModelChoices":
        """The choices in `path`; defaults where there are none that can be read."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, RecursionError):
            return cls(note=said_of(path, "The file of what you chose about models"))
        if not isinstance(stored, dict):
            return cls(note=said_of(path, "The file of what you chose about models"))
        return cls(
            chosen=_text(stored.get("chosen")) or "starter",
            folders=tuple(Path(each) for each in _texts(stored.get("folders"))),
            added=tuple(_added(stored.get("added"))),
            accepted=tuple(_texts(stored.get("accepted"))),
            mirror=_text(stored.get("mirror")),
            proxy=_text(stored.get("proxy")),
            index=_text(stored.get("index")),
        )

    def save(self, path: Path) -> None:
        """Write them as JSON, all or nothing. Raises NotWritable."""
        with suppress(OSError):  # writing is what says why
            path.parent.mkdir(parents=True, exist_ok=True)
        values = {
            "chosen": self.chosen,
            "folders": [str(folder) for folder in self.folders],
            "added": [
                {
                    "name": each.name,
                    "title": each.title,
                    "family": each.family,
                    "homes": {name: str(home) for name, home in each.homes.items()},
                }
                for each in self.added
            ],
            "accepted": list(self.accepted),
            "mirror": self.mirror,
            "proxy": self.proxy,
            "index": self.index,
        }
        write_atomically(path, (json.dumps(values, indent=2) + "\n").encode())


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) < LONGEST else ""


def _texts(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else ():
        if text := _text(each):
            yield text


def _added(value: Any) -> Iterator[Added]:
    known = {family.name: family for family in families.all()}
    for each in value if isinstance(value, list) else ():
        match each:
            case {
                "name": str(name),
                "title": str(title),
                "family": str(family),
                "homes": dict(homes),
            } if family in known:
                folders = {repository.folder for repository in known[family].repositories}
                usable = {
                    repository: Path(home)
                    for repository, home in homes.items()
                    if repository in folders and _text(home)
                }
                if usable:
                    yield Added(name[:LONGEST], title[:200], family, usable)
            case _:
                pass
