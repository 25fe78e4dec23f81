"""What the user chose, as one frozen value: each field with its default, its range and its label.

A file of settings is never trusted: a value that cannot be used falls back to its default alone, a
file that cannot be read at all is kept beside as `.damaged` and named in one sentence.
"""

import json
import math
import os
from contextlib import suppress
from dataclasses import Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias

from desktop.storage.files import write_atomically
from engine.requests import LARGEST_SEED, MOST_IMAGES

KeyChanges: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Verbs with the keys that a person gave them in place of those of the scheme."""


def _number(default: float | None, label: str, low: float, high: float) -> Any:
    """A field for a number in low..high; a default of None means the model's own preset."""
    return field(default=default, metadata={"label": label, "low": low, "high": high})


def _choice(default: str | None, label: str, *names: str) -> Any:
    return field(default=default, metadata={"label": label, "names": names})


def _switch(default: bool, label: str) -> Any:
    return field(default=default, metadata={"label": label})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice that outlives the window. `seed` is the one used last."""

    count: int = _number(4, "Pictures per run", 1, MOST_IMAGES)
    seed: int = _number(0, "Seed", 0, LARGEST_SEED)
    seed_locked: bool = _switch(False, "Keep the seed")
    theme: str = _choice("system", "Colours", "system", "light", "dark")
    steps: int | None = _number(None, "Decoder steps", 1, 1000)
    guidance: float | None = _number(None, "Decoder guidance", 0.0, 50.0)
    prior_steps: int | None = _number(None, "Prior steps", 1, 1000)
    prior_guidance: float | None = _number(None, "Prior guidance", 0.0, 50.0)
    sampler: str | None = _choice(None, "Sampler", "ddpm", "ddim", "dpm++2m", "unipc")
    export_quality: int = _number(92, "Quality of JPEG and WebP", 1, 100)
    export_lossless: bool = _switch(False, "WebP without loss")
    export_notes: bool = _switch(True, "Files say how they were made")
    strength: int = _number(60, "Strength of painting over, in per cent", 0, 100)
    feather: int = _number(8, "Feather of results, in pixels", 0, 256)
    grow: int = _number(0, "Growth of the mask, in pixels", -256, 256)
    meaning: int = _number(0, "How far the meaning of variations may drift, in per cent", 0, 100)
    composition: int = _number(100, "How far their composition may, in per cent", 0, 100)
    match_colours: int = _number(50, "Matching of colours, in per cent", 0, 100)
    key_scheme: str = _choice("easel", "Keys", "easel", "krita", "photoshop")
    own_keys: KeyChanges = field(default=(), metadata={"label": "Keys of your own", "keys": True})
    wheel_scrolls: bool = _switch(False, "The wheel scrolls")
    note: str = field(default="", compare=False, metadata={"transient": True})
    """One sentence for the user when the file was damaged, else empty; not saved."""

    @classmethod
    def load(cls, path: Path) -> "Settings":
        """The settings in `path`; defaults where there is none, with a `note` if it is damaged."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            return cls(note=_unreadable(path, error))
        except (ValueError, RecursionError):
            return cls(note=_set_aside(path))
        if not isinstance(stored, dict):
            return cls(note=_set_aside(path))
        return cls(**{f.name: _taken(f, stored) for f in _saved() if _usable(f, stored)})

    def save(self, path: Path) -> None:
        """Write the settings as JSON, all or nothing. Raises NotWritable."""
        with suppress(OSError):  # writing is what says why
            path.parent.mkdir(parents=True, exist_ok=True)
        values = {name: value for name, value in asdict(self).items() if name != "note"}
        write_atomically(path, (json.dumps(values, indent=2) + "\n").encode())


def _saved() -> tuple[Field[Any], ...]:
    return tuple(f for f in fields(Settings) if not f.metadata.get("transient"))


def _usable(f: Field[Any], stored: dict[str, Any]) -> bool:
    """Whether `stored` has a value for field `f` that a control of the dialog could have given."""
    if f.name not in stored:
        return False
    value = stored[f.name]
    if value is None:
        return f.default is None
    if isinstance(f.default, bool):
        return isinstance(value, bool)
    if "keys" in f.metadata:
        return isinstance(value, list) and all(map(_is_key_change, value))
    if "names" in f.metadata:
        return value in f.metadata["names"]
    return _is_number(value, whole="guidance" not in f.name) and (
        f.metadata["low"] <= value <= f.metadata["high"]
    )


def _taken(f: Field[Any], stored: dict[str, Any]) -> Any:
    value = stored[f.name]
    return tuple((verb, tuple(keys)) for verb, keys in value) if "keys" in f.metadata else value


def _is_key_change(value: object) -> bool:
    match value:
        case [str(), [*keys]]:
            return all(isinstance(key, str) for key in keys)
        case _:
            return False


def _is_number(value: object, whole: bool) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (
        not whole and isinstance(value, float) and math.isfinite(value)
    )


def _set_aside(path: Path) -> str:
    kept = path.with_name(path.name + ".damaged")
    try:
        os.replace(path, kept)
    except OSError as error:
        return _unreadable(path, error)
    return (
        "The settings file was damaged, so Easel starts with its defaults; "
        f"the old file is kept as “{kept.name}” in {kept.parent}."
    )


def _unreadable(path: Path, error: OSError) -> str:
    return (
        f"The settings in {path} could not be read ({error.strerror}), so Easel starts with its "
        "defaults; check who may read that file."
    )
