"""The tables of the gallery, as scripts that are only ever added to, and the file that holds them.

One connection in one process: the lock is exclusive, so two windows never write at once, which
some versions of SQLite do not survive in WAL mode (decision 46).
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from desktop.errors import GalleryDamaged, GalleryUnavailable

APPLICATION = 0x4561736C
"""What the file's header says that it belongs to ("Easl")."""
SECONDS_TO_WAIT = 1.0
SAID_OF_DAMAGE = ("fts5", "unsupported file format")
"""Words of SQLite's, under its most general code, for a file that is not as it was."""

_FIRST = """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file TEXT NOT NULL UNIQUE,
    made_at REAL NOT NULL,
    kind TEXT NOT NULL,
    prompt TEXT NOT NULL,
    seed INTEGER,
    model TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0,
    agreement REAL,
    trashed_at REAL
);
CREATE INDEX kept ON entries (id) WHERE trashed_at IS NULL;
CREATE INDEX agreed ON entries (agreement, id) WHERE trashed_at IS NULL;
CREATE INDEX favoured ON entries (id) WHERE favourite;
CREATE INDEX trashed ON entries (trashed_at) WHERE trashed_at IS NOT NULL;

-- What is large or seldom wanted, apart, so that lists are read from few pages.
CREATE TABLE details (
    entry INTEGER PRIMARY KEY REFERENCES entries ON DELETE CASCADE,
    notes TEXT NOT NULL,
    content TEXT NOT NULL,
    embedding BLOB
);
CREATE INDEX contents ON details (content);
CREATE INDEX ideas ON details (substr(embedding, 1, 16));

CREATE TABLE parents (
    child INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
    parent INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
    PRIMARY KEY (child, parent)
) WITHOUT ROWID;
CREATE INDEX children ON parents (parent);

CREATE TABLE collections (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE collected (
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
    PRIMARY KEY (collection, entry)
) WITHOUT ROWID;
CREATE INDEX collected_in ON collected (entry);
CREATE TABLE tags (
    tag TEXT NOT NULL COLLATE NOCASE,
    entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
    PRIMARY KEY (tag, entry)
) WITHOUT ROWID;
CREATE INDEX tagged ON tags (entry);

CREATE VIRTUAL TABLE words USING fts5 (
    prompt, tags, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE prompts (
    text TEXT PRIMARY KEY,
    used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX prompts_used ON prompts (used);

-- One row: a name for this very file, so that caches beside it are never taken for another's.
CREATE TABLE identity (name TEXT NOT NULL);
INSERT INTO identity VALUES (lower(hex(randomblob(8))));
"""

SCRIPTS: tuple[str, ...] = (_FIRST,)
"""Script n leads from version n to n + 1. A script that was released is never changed."""


def connect(file: Path, scripts: Sequence[str] = SCRIPTS) -> sqlite3.Connection:
    """Open the gallery's file, made or brought up to date where need be.

    Raises GalleryDamaged where it is no such file, GalleryUnavailable where it cannot be used now.
    """
    with known_errors(file):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GalleryUnavailable(_unwritable(file)) from error
        connection = sqlite3.connect(file, timeout=SECONDS_TO_WAIT, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _bring_up_to_date(connection, file, scripts)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Let all that is written inside count, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk has rolled back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def known_errors(file: Path) -> Generator[None]:
    """Turn what SQLite says of a bad file, a lock or a full disk into sentences; bugs pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
                raise GalleryDamaged(damage(file)) from error
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise GalleryUnavailable(_IN_USE) from error
            case (
                sqlite3.SQLITE_CANTOPEN
                | sqlite3.SQLITE_READONLY
                | sqlite3.SQLITE_FULL
                | sqlite3.SQLITE_IOERR
                | sqlite3.SQLITE_PERM
            ):
                raise GalleryUnavailable(_unwritable(file)) from error
            case 0 if isinstance(error, sqlite3.OperationalError):
                # The module's own complaint, without a code: a text that is no UTF-8.
                raise GalleryDamaged(damage(file)) from error
            case sqlite3.SQLITE_ERROR if any(words in str(error) for words in SAID_OF_DAMAGE):
                raise GalleryDamaged(damage(file)) from error
            case _:
                raise
    except UnicodeDecodeError as error:  # what SQLite says of a bad file may quote it
        raise GalleryDamaged(damage(file)) from error


def damage(file: Path) -> str:
    """What is said of a damaged file."""
    return (
        f"The gallery's list in {file.parent} was damaged; your pictures are safe in the folder "
        "beside it, and the list is made anew from them."
    )


def set_aside(file: Path) -> Path:
    """Rename a damaged file, with what belongs to it, so that a new one can take its place."""
    number = 1
    while (kept := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        beside = file.with_name(file.name + ending)
        with suppress(FileNotFoundError):
            beside.rename(kept.with_name(kept.name + ending))
    with suppress(FileNotFoundError):
        file.rename(kept)
    return kept


_IN_USE = (
    "The gallery is in use by another Easel window; pictures made in this one are kept as files "
    "and listed at the next start. Close one of the two windows."
)


def _unwritable(file: Path) -> str:
    return (
        f"The gallery in {file.parent} cannot be read or written; nothing there was changed. "
        "Check that the disk has room and that you may write there, then start Easel again."
    )


def _bring_up_to_date(connection: sqlite3.Connection, file: Path, scripts: Sequence[str]) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    owner: int = connection.execute("PRAGMA application_id").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and (owner != APPLICATION or version < 1):
        raise GalleryDamaged(damage(file))
    if version > len(scripts):
        raise GalleryUnavailable(
            "The gallery was written by a later Easel and is left as it is; pictures made now are "
            "kept as files. Update Easel to see them all."
        )
    if 0 < version < len(scripts):
        _copy(connection, file.with_name(f"{file.name}.version-{version}"))
    for number in range(version, len(scripts)):
        marks = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {number + 1};"
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {scripts[number]} {marks} COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    if version and _account(connection) != _wanted(tuple(scripts)):
        raise GalleryDamaged(damage(file))


def _account(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Every table, index and trigger, with the words that made it; not what SQLite adds itself."""
    return connection.execute(
        "SELECT type, name, CASE WHEN name LIKE 'words!_%' ESCAPE '!' THEN '' ELSE sql END"
        " FROM sqlite_master WHERE name NOT LIKE 'sqlite!_stat%' ESCAPE '!' ORDER BY type, name"
    ).fetchall()


@cache
def _wanted(scripts: tuple[str, ...]) -> list[tuple[object, ...]]:
    """The same of a list that is new: what is not so was not made by us, or is damaged."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in scripts:
            connection.executescript(script)
        return _account(connection)


def _copy(connection: sqlite3.Connection, file: Path) -> None:
    """Keep what is there before it is changed."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as copy:
        connection.backup(copy)
