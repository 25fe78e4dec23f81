"""What the gallery knows of a picture, and what it can be asked for, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.requests import Pixels

IMPORTED = ""
"""Kind of an entry that came from a file which does not say how it was made."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewEntry:
    """A picture on its way into the gallery.

    content: the PNG file to be. notes: its texts. embedding: (D,) of the model named in the notes.
    sources: pictures it was made from, by digest. unsaid: nobody could write down how
    it was made.
    """

    content: bytes
    pixels: Pixels
    notes: dict[str, str]
    made_at: float
    embedding: NDArray[np.float16] | None = None
    sources: tuple[tuple[str, Pixels], ...] = ()
    unsaid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One picture of the gallery as lists show it. made_at, trashed_at: seconds since 1970, UTC.

    kind: name of the request's class. agreement: cosine with the prompt, -1..1.
    """

    id: int
    file: str
    made_at: float
    kind: str
    prompt: str
    seed: int | None
    model: str
    width: int
    height: int
    favourite: bool
    agreement: float | None
    trashed_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Details:
    """The rest of what is known of one picture. parents and children are ids, oldest first."""

    entry: Entry
    notes: dict[str, str]
    embedding: NDArray[np.float16] | None
    tags: tuple[str, ...]
    collections: tuple[str, ...]
    parents: tuple[int, ...]
    children: tuple[int, ...]


class Order(StrEnum):
    """How lists are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    AGREEMENT = "agreement"
    """Those that agree best with their prompt first; those of which it is not known last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pictures a list shows: all of these have to be true.

    words: as a person writes them. collection, tag: names; empty for any.
    """

    words: str = ""
    favourites: bool = False
    collection: str = ""
    tag: str = ""
    trashed: bool = False
    order: Order = Order.NEWEST
