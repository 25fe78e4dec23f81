"""The list of the gallery: damaged by a disk, or sound with values in it that cannot be."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

from desktop.errors import GalleryDamaged, GalleryUnavailable
from desktop.storage import gallery_marks
from desktop.storage.gallery import LIST, Gallery
from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_entry import Order, Wanted
from desktop.storage.gallery_record import of_result
from tests.desktop.storage.pictures import result
from tests.faults.mutation import half_noise


def galleries() -> list[bytes]:
    """A list of three pictures with all there is to say about them."""
    folder = Path(tempfile.mkdtemp())
    with closing(Gallery(folder)) as gallery:
        kept = [gallery.add(of_result(result(f"word {n}", n), 1e9 + n)) for n in range(3)]
        gallery_marks.favour(gallery, kept[:1], True)
        gallery_marks.collect(gallery, kept, "best")
        gallery_marks.tag(gallery, kept[0], ["one", "two"])
    return [(folder / LIST).read_bytes()]


def damaged_list(content: bytes, random: Random) -> bytes:
    """Change values through SQLite itself, so that the file is sound and what it says is not."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        # Bytes 18 and 19 ask for a log beside the file, which a list in memory has not.
        connection.deserialize(content[:18] + b"\1\1" + content[20:])
        for _ in range(random.choice((1, 2, 4))):
            statement, values = random.choice(_STATEMENTS), (random.choice(_VALUES),)
            try:
                connection.execute(statement, values if "?" in statement else ())
            except (sqlite3.Error, ValueError):
                continue
        return connection.serialize()


_COLUMNS = {
    "entries": ("id", "file", "made_at", "kind", "prompt", "seed", "model", "width", "favourite"),
    "details": ("entry", "notes", "content", "embedding"),
    "words": ("prompt", "tags"),
    "collections": ("id", "name"),
    "tags": ("tag",),
    "identity": ("name",),
}
_TABLES = (*_COLUMNS, "collected", "parents", "prompts")
_STATEMENTS = (
    *(f"UPDATE {table} SET {name} = ?" for table, names in _COLUMNS.items() for name in names),
    *(
        f"UPDATE {table} SET {name} = ? WHERE rowid = 1"
        for table, names in _COLUMNS.items()
        for name in names
    ),
    *(f"DROP TABLE {table}" for table in _TABLES),
    *(f"DELETE FROM {table}" for table in _TABLES),
    "PRAGMA application_id = 5",
    "PRAGMA user_version = 0",
    "PRAGMA user_version = 99",
    "CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT RAISE(FAIL, 'no'); END",
    "ALTER TABLE entries RENAME COLUMN prompt TO words",
    "DROP INDEX contents",
)
_VALUES = (
    None,
    -1,
    0,
    2**62,
    1e300,
    float("inf"),
    "",
    "x" * 5000,
    b"\xff\xfe",
    b"odd",
    "../x",
    "a\0b",
)


damaged = half_noise(damaged_list)


def open_gallery(content: bytes, folder: Path) -> str:
    """Open the page of the gallery, look for words, keep a picture."""
    (folder / LIST).write_bytes(content)
    desk = GalleryDesk(folder, folder / "cache")
    new = of_result(result("new", 9), 1e9)
    try:
        kept = [desk.do(look), desk.keep(new), desk.meaning("fake", 8)]
        list(desk.tidy(2e9))
        assert kept[1] is not None
        return "refused" if desk.sentences() else "opened"
    except (GalleryUnavailable, GalleryDamaged):
        return "refused"
    finally:
        desk.close()


def look(gallery: Gallery) -> int:
    """Whatever the page does with the list."""
    for wanted in (Wanted(), Wanted(words="word"), Wanted(tag="one"), Wanted(collection="best")):
        found = gallery.ids(wanted)
        gallery.entries(found)
        for each in found:
            gallery.details(int(each))
    gallery.ids(Wanted(order=Order.AGREEMENT, favourites=True))
    gallery_marks.all_tags(gallery)
    gallery.identity()
    return len(found)
