"""Every finished picture, kept: a list in SQLite and the pictures as files beside it.

A picture is written first and listed after, so that a crash leaves a file that `unlisted` finds.
All of it belongs to one thread, the one that made the Gallery.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import NoneType

import numpy as np
from numpy.typing import NDArray

from desktop.errors import GalleryDamaged, NotWritable, PictureUnreadable
from desktop.storage.fields import BadField, Fields
from desktop.storage.gallery_entry import Details, Entry, NewEntry, Order, Wanted
from desktop.storage.gallery_pictures import GalleryPictures, is_name
from desktop.storage.gallery_schema import connect, damage, known_errors, transaction
from desktop.storage.gallery_words import expression
from desktop.storage.images import open_picture
from desktop.storage.request_reading import kind_of, sources_of
from engine.picture_file import digest
from engine.requests import Pixels, Upscale

LIST = "gallery.db"
_COLUMNS = tuple(field.name for field in fields(Entry))
_KINDS: dict[str, type | tuple[type, ...]] = {
    "id": int,
    "file": str,
    "made_at": float,
    "kind": str,
    "prompt": str,
    "seed": (int, NoneType),
    "model": str,
    "width": int,
    "height": int,
    "favourite": int,
    "agreement": (float, NoneType),
    "trashed_at": (float, NoneType),
}
_TIMES = ("made_at", "trashed_at")
LATEST = 253_402_300_800.0
"""Seconds from 1970 to the year 10000, which no calendar shows."""
LARGEST_SIZE = 2**31
VECTOR = "CASE WHEN typeof(embedding) = 'blob' AND length(embedding) % 2 = 0 THEN embedding END"
"""The embedding of a row, NULL where something else is in its place."""
_ORDERS = {
    Order.NEWEST: "id DESC",
    Order.OLDEST: "id",
    Order.AGREEMENT: "agreement DESC, id DESC",
}


class Gallery:
    """The open gallery of one folder. Every method may raise GalleryDamaged or -Unavailable."""

    def __init__(self, folder: Path) -> None:
        """Open the list, made where there is none. Raises as every method does."""
        self.file = folder / LIST
        self.pictures = GalleryPictures(folder)
        self.connection = connect(self.file)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def identity(self) -> str:
        """A name that this very list has and no other."""
        with known_errors(self.file):
            named = self.connection.execute("SELECT name FROM identity").fetchone()
        if named is None:
            raise GalleryDamaged(damage(self.file))
        return str(named[0])

    def add(self, new: NewEntry) -> int:
        """Write a picture and list it; return its id. Raises NotWritable too."""
        content = digest(new.pixels)
        file = self.pictures.write(new.content, content, new.made_at)
        try:
            self.pictures.write_thumbnail(file, new.pixels)
            for name, pixels in new.sources:
                if not self.ids_of_content(name):
                    self.pictures.write_source(name, pixels)
        except NotWritable:
            pass  # the picture itself is there; the rest is a convenience
        return self.list_file(file, new)

    def list_file(self, file: str, new: NewEntry) -> int:
        """List a picture that lies in the folder already; return its id."""
        said = dict(new.notes)
        said.pop("embedding", None)
        height, width = new.pixels.shape[:2]
        prompt = said.get("prompt", "")
        row = (
            file,
            new.made_at,
            kind_of(said),
            prompt,
            _seed(said.get("seed", "")),
            said.get("model", ""),
            width,
            height,
        )
        vector = None if new.embedding is None else new.embedding.astype("<f2").tobytes()
        content = digest(new.pixels)
        with known_errors(self.file), transaction(self.connection):
            parents = self._parents(said.get("request", ""))
            if vector is None and kind_of(said) == Upscale.__name__:
                vector = self._idea_of(parents, said.get("model", ""))
            added = self.connection.execute(
                "INSERT INTO entries (file, made_at, kind, prompt, seed, model, width, height)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            entry = added.lastrowid
            assert entry is not None
            self.connection.execute(
                "INSERT INTO details VALUES (?, ?, ?, ?)",
                (entry, json.dumps(said), content, vector),
            )
            self.connection.execute(
                "INSERT INTO words (rowid, prompt, tags) VALUES (?, ?, '')", (entry, prompt)
            )
            self.connection.executemany(
                "INSERT INTO parents VALUES (?, ?)", [(entry, parent) for parent in parents]
            )
        return entry

    def ids(self, wanted: Wanted) -> NDArray[np.int64]:
        """The pictures that `wanted` describes, in its order; words that say nothing match all."""
        conditions = [f"trashed_at IS {'NOT ' if wanted.trashed else ''}NULL"]
        values: list[str] = []
        if wanted.favourites:
            conditions.append("favourite")
        if wanted.collection:
            conditions.append(
                "id IN (SELECT entry FROM collected JOIN collections ON collections.id = collection"
                " WHERE name = ?)"
            )
            values.append(wanted.collection)
        if wanted.tag:
            conditions.append("id IN (SELECT entry FROM tags WHERE tag = ?)")
            values.append(wanted.tag)
        if match := expression(wanted.words):
            conditions.append("id IN (SELECT rowid FROM words WHERE words MATCH ?)")
            values.append(match)
        # In one row: a step of the connection a picture takes three times as long. SQLite keeps the
        # order of a subquery for this very function.
        query = (
            "SELECT group_concat(id) FROM (SELECT id FROM entries"
            f" WHERE {' AND '.join(conditions)} ORDER BY {_ORDERS[wanted.order]})"
        )
        with known_errors(self.file):
            (listed,) = self.connection.execute(query, values).fetchone()
        return np.fromstring(listed or "", np.int64, sep=",")

    def entries(self, ids: Sequence[int]) -> list[Entry]:
        """What is known of these pictures, in this order; those that are gone are left out."""
        query = (
            f"SELECT {', '.join(_COLUMNS)} FROM entries"
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        with known_errors(self.file):
            rows = self.connection.execute(query, (json.dumps([int(i) for i in ids]),)).fetchall()
        found = {row[0]: self._entry(row) for row in rows}
        return [found[i] for i in map(int, ids) if i in found]

    def details(self, entry_id: int) -> Details | None:
        """Everything that is known of one picture, None where it is gone."""
        entries = self.entries([entry_id])
        if not entries:
            return None
        with known_errors(self.file):
            said, vector = self.connection.execute(
                f"SELECT CAST(notes AS TEXT), {VECTOR} FROM details WHERE entry = ?", (entry_id,)
            ).fetchone() or ("{}", None)
        return Details(
            entry=entries[0],
            notes=_notes(said or "{}"),
            embedding=None if vector is None else np.frombuffer(vector, "<f2"),
            tags=self._column("SELECT tag FROM tags WHERE entry = ? ORDER BY tag", entry_id),
            collections=self._column(
                "SELECT name FROM collections JOIN collected ON id = collection"
                " WHERE entry = ? ORDER BY name",
                entry_id,
            ),
            parents=self._relatives("parent", "child", entry_id),
            children=self._relatives("child", "parent", entry_id),
        )

    def source(self, content: str) -> Pixels | None:
        """Return HxWx4 of a picture that another was made from, by its digest."""
        for entry in self.entries(self.ids_of_content(content)[:1]):
            with suppress(PictureUnreadable):
                return open_picture(self.pictures.path(entry.file)).pixels
        return self.pictures.source(content)

    def unlisted(self) -> Iterator[str]:
        """Yield the names of pictures that lie in the folder and are not in the list."""
        for name in self.pictures.names():
            with known_errors(self.file):
                known = self.connection.execute(
                    "SELECT 1 FROM entries WHERE file = ?", (name,)
                ).fetchone()
            if known is None:
                yield name

    def _entry(self, row: tuple[object, ...]) -> Entry:
        values = dict(zip(_COLUMNS, row, strict=True))
        if not _is_sane(values):
            raise GalleryDamaged(damage(self.file))
        values["favourite"] = bool(values["favourite"])
        return Entry(**values)  # pyright: ignore[reportArgumentType]

    def _column(self, query: str, entry_id: int) -> tuple[str, ...]:
        with known_errors(self.file):
            return tuple(str(row[0]) for row in self.connection.execute(query, (entry_id,)))

    def _relatives(self, wanted: str, known: str, entry_id: int) -> tuple[int, ...]:
        query = f"SELECT CAST({wanted} AS INTEGER) FROM parents WHERE {known} = ? ORDER BY {wanted}"
        with known_errors(self.file):
            return tuple(int(row[0]) for row in self.connection.execute(query, (entry_id,)))

    def _parents(self, request: str) -> list[int]:
        """Those kept pictures that a request names by what is in them, or by their embedding."""
        pictures, vectors = sources_of(request)
        found: set[int] = set()
        for content in pictures:
            found.update(self.ids_of_content(content)[:1])
        for vector in vectors:
            row = self.connection.execute(
                "SELECT min(entry) FROM details"
                " WHERE substr(embedding, 1, 16) = substr(?1, 1, 16) AND embedding = ?1",
                (vector,),
            ).fetchone()
            if row[0] is not None:
                found.add(int(row[0]))
        return sorted(found)

    def _idea_of(self, parents: Sequence[int], model: str) -> bytes | None:
        """The embedding of the one picture that another was enlarged from; None of another model's.

        Enlarging makes no embedding, and what is in the picture stays the same.
        """
        if len(parents) != 1:
            return None
        row = self.connection.execute(
            f"SELECT {VECTOR} FROM details JOIN entries ON id = entry WHERE id = ? AND model = ?",
            (parents[0], model),
        ).fetchone()
        return None if row is None else row[0]

    def ids_of_content(self, content: str) -> list[int]:
        with known_errors(self.file):
            rows = self.connection.execute(
                "SELECT entry FROM details WHERE content = ? ORDER BY entry", (content,)
            )
            return [int(row[0]) for row in rows]


def _is_sane(values: Mapping[str, object]) -> bool:
    """Whether a row of the list can be shown: SQLite lets any value into any column."""
    if not all(isinstance(values[name], kind) for name, kind in _KINDS.items()):
        return False
    times = [value for name in _TIMES if isinstance(value := values[name], float)]
    sizes = [values["width"], values["height"]]
    return (
        is_name(values["file"])
        and all(0 <= time < LATEST for time in times)
        and all(isinstance(size, int) and 0 < size < LARGEST_SIZE for size in sizes)
    )


def _seed(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _notes(text: str) -> dict[str, str]:
    try:
        stored = Fields.parse(text.encode())
        return {name: stored.text(name) for name in stored.names}
    except BadField:
        return {}
