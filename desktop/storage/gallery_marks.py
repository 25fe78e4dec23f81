"""What a person says about pictures of the gallery: favourites, tags, collections, the trash."""

import json
from collections.abc import Iterable, Sequence

from desktop.storage.gallery import Gallery
from desktop.storage.gallery_schema import known_errors, transaction

DAYS_IN_TRASH = 30
LONGEST_NAME = 100

_SOME = "IN (SELECT value FROM json_each(?))"


def favour(gallery: Gallery, ids: Sequence[int], favourite: bool) -> None:
    """Mark pictures as favourites, or take the mark away."""
    _write(gallery, f"UPDATE entries SET favourite = {int(favourite)} WHERE id {_SOME}", ids)


def note_agreement(gallery: Gallery, agreement: Iterable[tuple[int, float]]) -> None:
    """Note how well pictures agree with their prompts: (id, cosine)."""
    with known_errors(gallery.file), transaction(gallery.connection):
        gallery.connection.executemany(
            "UPDATE entries SET agreement = ?2 WHERE id = ?1", list(agreement)
        )


def tag(gallery: Gallery, entry_id: int, tags: Iterable[str]) -> None:
    """Give a picture these tags and no others; words find them too."""
    wanted = sorted({name for text in tags if (name := one_line(text))})
    with known_errors(gallery.file), transaction(gallery.connection):
        run = gallery.connection.execute
        run("DELETE FROM tags WHERE entry = ?", (entry_id,))
        gallery.connection.executemany(
            "INSERT OR IGNORE INTO tags VALUES (?, ?)", [(name, entry_id) for name in wanted]
        )
        run("UPDATE words SET tags = ? WHERE rowid = ?", (" ".join(wanted), entry_id))


def all_tags(gallery: Gallery) -> list[str]:
    """Every tag in use, by name."""
    with known_errors(gallery.file):
        rows = gallery.connection.execute("SELECT DISTINCT tag FROM tags ORDER BY tag")
        return [str(row[0]) for row in rows]


def collect(gallery: Gallery, ids: Sequence[int], name: str) -> None:
    """Put pictures into a collection, which is made where there is none of that name."""
    name = one_line(name)
    if not name:
        return
    with known_errors(gallery.file), transaction(gallery.connection):
        run = gallery.connection.execute
        run("INSERT OR IGNORE INTO collections (name) VALUES (?)", (name,))
        (collection,) = run("SELECT id FROM collections WHERE name = ?", (name,)).fetchone()
        gallery.connection.executemany(
            "INSERT OR IGNORE INTO collected VALUES (?, ?)",
            [(collection, int(entry)) for entry in ids],
        )


def take_out(gallery: Gallery, ids: Sequence[int], name: str) -> None:
    """Take pictures out of a collection; one that is empty then is gone."""
    with known_errors(gallery.file), transaction(gallery.connection):
        gallery.connection.execute(
            f"DELETE FROM collected WHERE entry {_SOME}"
            " AND collection = (SELECT id FROM collections WHERE name = ?)",
            (_json(ids), name),
        )
        gallery.connection.execute(
            "DELETE FROM collections WHERE id NOT IN (SELECT collection FROM collected)"
        )


def set_collections(gallery: Gallery, entry_id: int, names: Iterable[str]) -> None:
    """Let a picture be in these collections and no others."""
    wanted = {name for text in names if (name := one_line(text))}
    details = gallery.details(entry_id)
    before = set(() if details is None else details.collections)
    for name in sorted(before - wanted):
        take_out(gallery, [entry_id], name)
    for name in sorted(wanted - before):
        collect(gallery, [entry_id], name)


def all_collections(gallery: Gallery) -> list[str]:
    """Every collection, by name."""
    with known_errors(gallery.file):
        rows = gallery.connection.execute("SELECT name FROM collections ORDER BY name")
        return [str(row[0]) for row in rows]


def discard(gallery: Gallery, ids: Sequence[int], now: float) -> None:
    """Put pictures into the trash, from which they can be brought back for 30 days."""
    query = (
        f"UPDATE entries SET trashed_at = {float(now)!r} WHERE trashed_at IS NULL AND id {_SOME}"
    )
    _write(gallery, query, ids)


def bring_back(gallery: Gallery, ids: Sequence[int]) -> None:
    """Take pictures out of the trash."""
    _write(gallery, f"UPDATE entries SET trashed_at = NULL WHERE id {_SOME}", ids)


def empty_trash(gallery: Gallery, before: float) -> int:
    """Delete for good what was put into the trash before then; return how many pictures."""
    with known_errors(gallery.file):
        rows = gallery.connection.execute(
            "SELECT id, file FROM entries WHERE trashed_at < ?", (before,)
        ).fetchall()
    ids = [int(row[0]) for row in rows]
    # Rows first: a crash between the two leaves files, which are listed again and nothing is lost.
    with known_errors(gallery.file), transaction(gallery.connection):
        gallery.connection.execute(f"DELETE FROM words WHERE rowid {_SOME}", (_json(ids),))
        gallery.connection.execute(f"DELETE FROM entries WHERE id {_SOME}", (_json(ids),))
    for _, name in rows:
        gallery.pictures.delete(str(name))
    return len(ids)


def note_prompt(gallery: Gallery, text: str) -> None:
    """Remember a prompt as the one that was used last."""
    with known_errors(gallery.file), transaction(gallery.connection):
        gallery.connection.execute(
            "INSERT OR REPLACE INTO prompts"
            " VALUES (?, (SELECT coalesce(max(used), 0) + 1 FROM prompts))",
            (text,),
        )


def prompts(gallery: Gallery, most: int) -> list[str]:
    """Return the prompts used last, the latest first."""
    with known_errors(gallery.file):
        rows = gallery.connection.execute(
            "SELECT text FROM prompts ORDER BY used DESC LIMIT ?", (most,)
        )
        return [str(row[0]) for row in rows]


def one_line(text: str) -> str:
    """Return a name as it is stored: one line, not too long."""
    return " ".join(text.split())[:LONGEST_NAME]


def _write(gallery: Gallery, query: str, ids: Sequence[int]) -> None:
    with known_errors(gallery.file), transaction(gallery.connection):
        gallery.connection.execute(query, (_json(ids),))


def _json(ids: Sequence[int]) -> str:
    return json.dumps([int(entry) for entry in ids])
