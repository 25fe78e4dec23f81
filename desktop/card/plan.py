"""Which packages a Python for the card is made of: what uv resolved, held against our pins.

A file whose hash is not among the pins that came with Easel is never fetched.
"""

import re
import tomllib
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from desktop.errors import CardEngineFailed

FILE_NAME = re.compile(r"[A-Za-z0-9_.+!-]{1,200}\.whl")
HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package to fetch. origin: https address of the host; path: the rest of it; size: bytes."""

    name: str
    origin: str
    path: str
    size: int
    sha256: str


def read_plan(lock: str, pins: str) -> tuple[Wheel, ...]:
    """The wheels that a `pylock.toml` names, one for each package.

    Raises CardEngineFailed where it names something that Easel does not know.
    """
    try:
        packages = tomllib.loads(lock)["packages"]
        wheels = tuple(wheel_of(package) for package in packages)
    except (tomllib.TOMLDecodeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise CardEngineFailed(
            "The list of packages for the card is not understood; try again later, or with "
            "another index of packages."
        ) from error
    known = set(HASH.findall(pins))
    for wheel in wheels:
        if wheel.sha256 not in known:
            raise CardEngineFailed(
                f"The index of packages has another {wheel.name} than the one on Easel's list, so "
                "nothing was fetched. Try another index, or look for a newer Easel."
            )
    return wheels


def wheel_of(package: dict[str, object]) -> Wheel:
    """The first wheel of an entry: uv puts the one that fits this system best first."""
    wheels = package["wheels"]
    assert isinstance(wheels, list)
    first = wheels[0]
    address = urlsplit(str(first["url"]))
    name = unquote(address.path.rsplit("/", 1)[-1])
    if address.scheme != "https" or not FILE_NAME.fullmatch(name):
        raise ValueError(address.scheme, name)
    return Wheel(
        name=name,
        origin=f"https://{address.netloc}",
        path=address.path.lstrip("/"),
        size=int(first["size"]),
        sha256=str(first["hashes"]["sha256"]),
    )
