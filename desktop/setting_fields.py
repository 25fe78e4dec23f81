"""The kinds of settings: what a field of `Settings` says of itself, and which values it takes.

label, group and help are what the window of settings shows; a field without a group has its
control elsewhere. `begins` says when a change works: at once, with the engine that is started for
it, or at the next start of the program.
"""

import math
from collections.abc import Mapping
from dataclasses import Field, field
from typing import Any, TypeAlias, cast

KeyChanges: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Verbs with the keys that a person gave them in place of those of the scheme."""


def number(
    default: float | None, label: str, low: float, high: float, unset: str = "", **more: object
) -> Any:
    """A field for a number in low..high.

    unset: what is read for a default that stands for "somebody else knows", which is None or low.
    more: group, help, begins, and the unit that is written behind the number.
    """
    shape = {"label": label, "low": low, "high": high, "unset": unset}
    return field(default=default, metadata=shape | more)


def choice(
    default: str | None, label: str, names: Mapping[str, str], unset: str = "", **more: object
) -> Any:
    """A field for one of `names`, which maps what is stored to what is read.

    more: group, help, begins, and the text of a button that tries what was chosen.
    """
    shape = {"label": label, "names": names, "unset": unset}
    return field(default=default, metadata=shape | more)


def switch(default: bool, label: str, **more: object) -> Any:
    """A field for yes or no."""
    return field(default=default, metadata={"label": label} | more)


def folder(label: str, unset: str, **more: object) -> Any:
    """A field for a folder; empty for the usual one, which reads as `unset`."""
    return field(default="", metadata={"label": label, "folder": True, "unset": unset} | more)


def usable(f: Field[Any], stored: Mapping[str, object]) -> bool:
    """Whether `stored` has a value for field `f` that its control could have given."""
    if f.name not in stored:
        return False
    value = stored[f.name]
    if value is None:
        return f.default is None
    if isinstance(f.default, bool):
        return isinstance(value, bool)
    if "folder" in f.metadata:
        return isinstance(value, str) and "\0" not in value
    if "keys" in f.metadata:
        return isinstance(value, list) and all(map(_is_key_change, cast(list[object], value)))
    if "names" in f.metadata:
        return isinstance(value, str) and value in f.metadata["names"]
    return _is_in(value, f.metadata["low"], f.metadata["high"])


def taken(f: Field[Any], stored: Mapping[str, Any]) -> Any:
    """Return the usable value of field `f` in the form in which it is kept."""
    value = stored[f.name]
    if "keys" in f.metadata:
        return tuple((verb, tuple(pressed)) for verb, pressed in value)
    return value


def is_whole(f: Field[Any]) -> bool:
    """Whether a number field counts in whole numbers: its bounds say so."""
    return isinstance(f.metadata["low"], int)


def _is_in(value: object, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and (isinstance(low, int) or not math.isfinite(value)):
        return False
    return low <= value <= high


def _is_key_change(value: object) -> bool:
    match value:
        case [str(), [*pressed]]:
            return all(isinstance(key, str) for key in pressed)
        case _:
            return False
