"""What can be seen in the window of `tests/watched.py`, and how to find one thing of it by name."""

import json
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a name. place: left, top, width and height on the screen, in logical pixels.

    inside: the names of what it stands in, the outermost first.
    """

    name: str
    value: str
    role: str
    place: tuple[int, int, int, int]
    enabled: bool
    checked: bool
    inside: tuple[str, ...]

    def at(self, across: float = 0.5, down: float = 0.5) -> tuple[int, int]:
        """A place in it, by shares of its width and height."""
        left, top, width, height = self.place
        return round(left + across * (width - 1)), round(top + down * (height - 1))


@dataclass(frozen=True, slots=True)
class View:
    """All that is in view at one moment. busy: None while nothing can be painted yet."""

    busy: bool | None
    sketching: bool
    frame: tuple[int, int, int, int] | None
    things: tuple[Thing, ...]

    def find(self, name: str, role: str = "", inside: str = "", nth: int = 0) -> Thing | None:
        """The nth thing that can be used; its whole name fits the expression `name`."""
        found = [
            each
            for each in self.things
            if re.fullmatch(name, each.name)
            and role in ("", each.role)
            and (not inside or any(re.fullmatch(inside, outer) for outer in each.inside))
        ]
        return found[nth] if -len(found) <= nth < len(found) else None


def look(path: Path) -> View | None:
    """Ask the program that listens at `path`; None while it does not."""
    told = bytearray()
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(str(path))
            while part := line.recv(65536):
                told += part
    except (FileNotFoundError, ConnectionRefusedError, TimeoutError):
        return None
    return _view(json.loads(told)) if told else None


def _view(told: dict[str, object]) -> View:
    things, frame, busy = told["things"], told["frame"], told["busy"]
    assert isinstance(things, list)
    assert isinstance(frame, list)
    return View(
        busy=busy if isinstance(busy, bool) else None,
        sketching=bool(told["sketching"]),
        frame=_four(frame) if frame else None,
        things=tuple(map(_thing, things)),
    )


def _thing(told: dict[str, object]) -> Thing:
    place, inside = told["place"], told["inside"]
    assert isinstance(place, list)
    assert isinstance(inside, list)
    return Thing(
        name=str(told["name"]),
        value=str(told["value"]),
        role=str(told["role"]),
        place=_four(place),
        enabled=bool(told["enabled"]),
        checked=bool(told["checked"]),
        inside=tuple(map(str, inside)),
    )


def _four(numbers: Iterable[int]) -> tuple[int, int, int, int]:
    left, top, width, height = numbers
    return left, top, width, height
