"""The families the engine knows, by name."""

from engine.families.family import Family, FileSpec, Part, Place, Repository
from engine.families.kandinsky22 import KANDINSKY22
from engine.families.karlo import KARLO
from engine.families.starter import STARTER

__all__ = ["Family", "FileSpec", "Part", "Place", "Repository", "all", "find"]


def all() -> tuple[Family, ...]:  # noqa: A001 - read as `families.all()`
    """Every known family, the one that comes with the application first."""
    return (STARTER, KANDINSKY22, KARLO)


def find(name: str) -> Family:
    """The family of that name. Raises KeyError, with the names there are, for any other."""
    for family in all():
        if family.name == name:
            return family
    known = ", ".join(family.name for family in all())
    raise KeyError(f"no family is called {name!r}; known are {known}")
