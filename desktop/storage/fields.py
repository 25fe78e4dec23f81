"""Values of a JSON file from outside: each is looked at before it is believed."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import cast

LONGEST_TEXT = 5_000_000
MOST_DIGITS = 20


class BadField(ValueError):
    """Something is not as it must be; the text names what and where."""


class Fields:
    """An object of a JSON file. Missing keys take the default, if there is one."""

    def __init__(self, value: object, where: str = "file") -> None:
        """Take a parsed JSON value; BadField unless it is an object."""
        if not isinstance(value, dict):
            raise BadField(f"{where} is not an object")
        self._values = cast("dict[str, object]", value)
        self._where = where

    @classmethod
    def parse(cls, content: bytes) -> "Fields":
        """Read JSON; BadField when it is none, too deep, or holds what JSON does not know."""
        try:
            value = json.loads(content, parse_constant=_refuse, parse_int=_whole)
        except (ValueError, RecursionError) as error:
            raise BadField(str(error)) from error
        return cls(value)

    def __contains__(self, key: str) -> bool:
        """Whether there is a value other than null."""
        return self._values.get(key) is not None

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return an integer from `low` to `high`."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadField(f"{self._where}.{key} is not a whole number from {low} to {high}")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number from `low` to `high`."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadField(f"{self._where}.{key} is not a number")
        if not (isfinite(value) and low <= value <= high):
            raise BadField(f"{self._where}.{key} is not from {low} to {high}")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise BadField(f"{self._where}.{key} is neither true nor false")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        value = self._get(key, default)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise BadField(f"{self._where}.{key} is not a text")
        return value

    def numbers(self, key: str, count: int, low: int, high: int) -> list[int]:
        """Return a list of `count` integers from `low` to `high`."""
        value = self._get(key, None)
        items = cast("list[object]", value) if isinstance(value, list) else []
        whole = [item for item in items if isinstance(item, int) and not isinstance(item, bool)]
        if len(items) != count or len(whole) != count or not all(low <= n <= high for n in whole):
            raise BadField(f"{self._where}.{key} is not {count} whole numbers")
        return whole

    def texts(self, key: str) -> dict[str, str]:
        """Return an object of texts; empty if missing."""
        inner = self.inside(key) if key in self else Fields({}, key)
        return {name: inner.text(name) for name in inner.names}

    @property
    def names(self) -> list[str]:
        """All keys."""
        return list(self._values)

    def inside(self, key: str) -> "Fields":
        """Return an object within this one."""
        return Fields(self._get(key, None), f"{self._where}.{key}")

    def each(self, key: str, most: int) -> Iterator["Fields"]:
        """Yield the objects of a list that is missing or no longer than `most`."""
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise BadField(f"{self._where}.{key} is not a list")
        items = cast("list[object]", value)
        if len(items) > most:
            raise BadField(f"{self._where}.{key} has more than {most} entries")
        for place, item in enumerate(items):
            yield Fields(item, f"{self._where}.{key}[{place}]")

    def _get(self, key: str, default: object) -> object:
        value = self._values.get(key)
        if value is None:
            value = default
        if value is None:
            raise BadField(f"{self._where}.{key} is missing")
        return value


def _refuse(name: str) -> float:
    raise BadField(f"{name} is no number")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise BadField("a number is too long")
    return int(digits)
