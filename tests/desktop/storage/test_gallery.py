"""What is put into the gallery is there, can be found, and outlives damage."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.geometry import Rect
from desktop.errors import GalleryDamaged, GalleryUnavailable, NotWritable
from desktop.storage import gallery_marks, gallery_schema
from desktop.storage.gallery import LIST, Gallery
from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_entry import Details, Order, Wanted
from desktop.storage.gallery_meaning import Meaning, embeddings_of
from desktop.storage.gallery_record import of_file, of_result
from desktop.storage.gallery_words import expression
from desktop.storage.images import open_picture
from engine.events import Image
from engine.picture_file import read_notes
from engine.requests import Idea, Upscale, Vary
from tests.desktop.storage.pictures import result, towards

NOW = 1_800_000_000.0


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    with closing(Gallery(tmp_path)) as gallery:
        yield gallery


def keep(gallery: Gallery, *prompts: str) -> list[int]:
    """Keep a picture for each prompt, in this order."""
    return [
        gallery.add(of_result(result(prompt, seed), NOW + seed))
        for seed, prompt in enumerate(prompts)
    ]


def listed(gallery: Gallery, **wanted: object) -> list[int]:
    return gallery.ids(Wanted(**wanted)).tolist()  # type: ignore[arg-type]


def test_a_result_is_kept_with_all_that_made_it(gallery: Gallery) -> None:
    image = result("a red apple", 7)
    made = gallery.add(of_result(image, NOW, Rect(5, -3, 69, 61)))
    details = gallery.details(made)
    assert details is not None
    entry = details.entry
    assert (entry.prompt, entry.seed, entry.model, entry.kind) == (
        "a red apple",
        7,
        "fake",
        "Generate",
    )
    assert (entry.width, entry.height, entry.made_at, entry.favourite) == (40, 24, NOW, False)
    assert details.notes["frame"] == "5,-3,69,61"
    assert details.embedding is not None
    assert np.array_equal(details.embedding, image.embedding)
    path = gallery.pictures.path(entry.file)
    assert np.array_equal(open_picture(path).pixels[..., :3], image.pixels)
    assert json.loads(read_notes(path)["request"])["prompt"] == "a red apple"
    thumbnail = gallery.pictures.thumbnail(entry.file)
    assert thumbnail is not None
    assert thumbnail.shape == (24, 40, 4)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        made = keep(gallery, "an apple", "a boat")
    with closing(Gallery(tmp_path)) as gallery:
        assert listed(gallery) == made[::-1]


def test_the_same_picture_twice_in_one_second_is_two_entries(gallery: Gallery) -> None:
    ids = [gallery.add(of_result(result(), NOW)) for _ in range(2)]
    files = [entry.file for entry in gallery.entries(ids)]
    assert len(set(files)) == 2
    assert all(gallery.pictures.path(file).exists() for file in files)


def test_words_find_prompts_in_any_order_and_unfinished(gallery: Gallery) -> None:
    red, boat, both = keep(gallery, "a red apple", "a boat at dusk", "red boats at dusk, crème")
    assert listed(gallery, words="dusk red") == [both]
    assert listed(gallery, words="boa") == [both, boat]
    assert listed(gallery, words="CREME") == [both]
    assert listed(gallery, words="red -boats") == [red]
    assert listed(gallery, words='"at dusk"') == [both, boat]
    assert listed(gallery, words='"dusk at"') == []
    assert listed(gallery, words="  ") == [both, boat, red]


@given(st.text())
def test_nothing_that_is_typed_breaks_the_search(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5 (prompt)")
        match = expression(text)
        if match:
            database.execute("SELECT * FROM words WHERE words MATCH ?", (match,)).fetchall()


def test_what_is_typed_would_break_the_search_if_it_were_not_quoted() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5 (prompt)")
        with pytest.raises(sqlite3.OperationalError):
            database.execute("SELECT * FROM words WHERE words MATCH 'a AND'").fetchall()


def test_favourites_collections_and_tags_are_filters(gallery: Gallery) -> None:
    a, b, c = keep(gallery, "a", "b", "c")
    gallery_marks.favour(gallery, [a, c], True)
    gallery_marks.favour(gallery, [a], False)
    gallery_marks.collect(gallery, [a, b], "  My   best ")
    gallery_marks.tag(gallery, b, ["sea side", "", "Blue"])
    assert listed(gallery, favourites=True) == [c]
    assert listed(gallery, collection="my best") == [b, a]
    assert listed(gallery, tag="blue") == [b]
    assert listed(gallery, words="seaside") == []
    assert listed(gallery, words="side") == [b]
    assert gallery_marks.all_collections(gallery) == ["My best"]
    assert gallery_marks.all_tags(gallery) == ["Blue", "sea side"]
    details = gallery.details(b)
    assert details is not None
    assert (details.tags, details.collections) == (("Blue", "sea side"), ("My best",))
    gallery_marks.take_out(gallery, [a, b], "My best")
    assert gallery_marks.all_collections(gallery) == []


def test_lists_are_sorted_by_time_or_by_agreement(gallery: Gallery) -> None:
    a, b, c = keep(gallery, "a", "b", "c")
    gallery_marks.note_agreement(gallery, [(a, 0.3), (b, 0.1)])
    assert listed(gallery) == [c, b, a]
    assert listed(gallery, order=Order.OLDEST) == [a, b, c]
    assert listed(gallery, order=Order.AGREEMENT) == [a, b, c]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("words", ["", "boat", "no such thing"])
def test_a_long_list_is_in_the_order_of_its_rows(
    gallery: Gallery, order: Order, words: str
) -> None:
    """It comes as one row; a query that gives a row a picture is the measure."""
    random = np.random.default_rng(7)
    ids = random.permutation(40_000)[:3_000] * 10**9 + 1
    agreements = [None if draw < 0.2 else round(draw, 2) for draw in random.random(len(ids))]
    run = gallery.connection
    run.execute("BEGIN")
    for n, (made, agreement) in enumerate(zip(ids.tolist(), agreements, strict=True)):
        run.execute(
            "INSERT INTO entries (id, file, made_at, kind, prompt, model, width, height, agreement,"
            " trashed_at) VALUES (?, ?, 1e9, 'Generate', '', '', 64, 64, ?, ?)",
            (made, f"2026-01/{n}.png", agreement, None if n % 7 else 1e9),
        )
        text = "a boat" if n % 3 else "an apple"
        run.execute("INSERT INTO words (rowid, prompt, tags) VALUES (?, ?, '')", (made, text))
    run.execute("COMMIT")
    sorting = {Order.NEWEST: "-id", Order.OLDEST: "id", Order.AGREEMENT: "-agreement, -id"}
    plain = run.execute(
        "SELECT id FROM entries JOIN words ON words.rowid = id WHERE trashed_at IS NULL"
        f" AND words.prompt LIKE ? ORDER BY agreement IS NULL AND {order == Order.AGREEMENT},"
        f" {sorting[order]}",
        (f"%{words}%",),
    ).fetchall()
    assert (len(plain) > 1_500) == (words != "no such thing")
    assert listed(gallery, order=order, words=words) == [row[0] for row in plain]


def test_the_trash_gives_back_for_thirty_days_and_then_deletes_the_files(gallery: Gallery) -> None:
    a, b, c = keep(gallery, "a", "b", "c")
    files = [gallery.pictures.path(entry.file) for entry in gallery.entries([a, b, c])]
    gallery_marks.discard(gallery, [a, b], NOW)
    assert (listed(gallery), listed(gallery, trashed=True)) == ([c], [b, a])
    gallery_marks.bring_back(gallery, [a])
    assert listed(gallery) == [c, a]
    assert gallery_marks.empty_trash(gallery, NOW) == 0
    assert gallery_marks.empty_trash(gallery, NOW + 1) == 1
    assert gallery.entries([b]) == []
    assert [path.exists() for path in files] == [True, False, True]
    assert listed(gallery, words="b", trashed=True) == []
    assert list(gallery.unlisted()) == []


def test_a_picture_made_from_another_knows_its_parent(gallery: Gallery) -> None:
    first = result("a cat", 1)
    parent = gallery.add(of_result(first, NOW))
    by_picture = Vary(idea=Idea(image=first.pixels), composition=0.5)
    by_idea = Vary(idea=Idea(embedding=first.embedding), meaning=0.2)
    children = [
        gallery.add(of_result(result("", seed, request=request), NOW + seed))
        for seed, request in ((2, by_picture), (3, by_idea))
    ]
    stranger = Vary(idea=Idea(embedding=towards(99)))
    other = gallery.add(of_result(result("", 4, request=stranger), NOW + 4))
    details = [gallery.details(i) for i in (parent, *children, other)]
    assert [d.parents for d in details if d] == [(), (parent,), (parent,), ()]
    assert details[0] is not None
    assert details[0].children == tuple(children)


def enlarged(gallery: Gallery, image: Image, model: str = "fake") -> Details:
    """What is kept of `image` twice as large, which `model` made without an embedding."""
    request = Upscale(image=image.pixels, scale=2)
    pixels = image.pixels.repeat(2, axis=0).repeat(2, axis=1)
    large = result("", 9, pixels=pixels, request=request)
    large = replace(large, embedding=np.zeros(0, np.float16), model=model)
    details = gallery.details(gallery.add(of_result(large, NOW + 9)))
    assert details is not None
    return details


def test_an_enlarged_picture_is_found_by_the_meaning_of_what_was_enlarged(gallery: Gallery) -> None:
    first = result("a cat", 1)
    gallery.add(of_result(first, NOW))
    found = enlarged(gallery, first)
    assert found.embedding is not None
    assert np.array_equal(found.embedding, first.embedding)
    kept = embeddings_of(gallery, [found.entry.id])
    assert kept[found.entry.id][0] == "fake"


def test_an_embedding_of_another_picture_or_model_is_not_taken_over(gallery: Gallery) -> None:
    first = result("a cat", 1)
    gallery.add(of_result(first, NOW))
    assert enlarged(gallery, result("a dog", 2)).embedding is None
    assert enlarged(gallery, first, model="other").embedding is None
    by_picture = Vary(idea=Idea(image=first.pixels))
    varied = replace(result("", 3, request=by_picture), embedding=np.zeros(0, np.float16))
    details = gallery.details(gallery.add(of_result(varied, NOW)))
    assert details is not None
    assert (details.parents != (), details.embedding) == (True, None)


def test_prompts_are_remembered_once_each_the_latest_first(gallery: Gallery) -> None:
    for text in ("a", "b", "a", "c"):
        gallery_marks.note_prompt(gallery, text)
    assert gallery_marks.prompts(gallery, 2) == ["c", "a"]
    assert gallery_marks.prompts(gallery, 10) == ["c", "a", "b"]


def test_a_file_dropped_in_brings_its_prompt_seed_and_embedding(
    gallery: Gallery, tmp_path: Path
) -> None:
    new = of_result(result("an owl", 5), NOW)
    (tmp_path / "owl.png").write_bytes(new.content)
    made = gallery.add(of_file(tmp_path / "owl.png"))
    details = gallery.details(made)
    assert details is not None
    assert (details.entry.prompt, details.entry.seed) == ("an owl", 5)
    assert details.embedding is not None
    assert np.array_equal(details.embedding, towards(5))


DAMAGE = {
    "empty": b"",
    "garbage": b"this is no list of pictures " * 500,
    "another program's": None,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_list_is_set_aside_and_made_anew_from_the_pictures(
    tmp_path: Path, kind: str
) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple", "a boat")
    content = DAMAGE[kind]
    if content is not None:
        (tmp_path / LIST).write_bytes(content)
    else:
        (tmp_path / LIST).unlink()
        with closing(sqlite3.connect(tmp_path / LIST)) as other:
            other.execute("CREATE TABLE bookmarks (name TEXT)")
    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        desk.do(lambda gallery: gallery.ids(Wanted()))
        list(desk.tidy(NOW))
        entries = desk.do(lambda gallery: gallery.entries(listed(gallery)))
        sentences = desk.sentences()
    assert {(e.prompt, e.made_at) for e in entries} == {("an apple", NOW), ("a boat", NOW + 1)}
    if content != b"":  # an empty file is how SQLite begins, so nothing is damaged
        assert "your pictures are safe" in sentences[0]
        assert (tmp_path / f"{LIST}.damaged-1").exists()


CHANGES = {
    "a table that is gone": "DROP TABLE tags",
    "a trigger nobody made": "CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END",
    "a column of another name": "ALTER TABLE entries RENAME COLUMN prompt TO said",
    "a list without a version": "PRAGMA user_version = 0",
    "no name": "DELETE FROM identity",
    "a text that is none": "UPDATE entries SET prompt = CAST(x'ff' AS TEXT)",
    "a time after all calendars": "UPDATE entries SET made_at = 1e300",
    "a picture without a size": "UPDATE entries SET width = 0",
    "an index of words that is gone": "DELETE FROM words_config",
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_sound_file_that_is_not_our_list_any_more_is_made_anew(tmp_path: Path, kind: str) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple", "a boat")
    with closing(sqlite3.connect(tmp_path / LIST, isolation_level=None)) as other:
        other.execute(CHANGES[kind])

    def look(gallery: Gallery) -> list[str]:
        gallery.identity()
        found = gallery.ids(Wanted(words="apple boat", order=Order.OLDEST))
        assert not found.size
        return [entry.prompt for entry in gallery.entries(gallery.ids(Wanted(order=Order.OLDEST)))]

    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        assert desk.do(look) == ["an apple", "a boat"]
        assert len(desk.sentences()) == 1


@pytest.mark.parametrize(("place", "octets"), [(47, b"\x63"), (None, b"CREATE INDEX \xff\xfe ON")])
def test_a_list_whose_words_sqlite_cannot_even_quote_is_made_anew(
    tmp_path: Path, place: int | None, octets: bytes
) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple")
    content = (tmp_path / LIST).read_bytes()
    start = content.index(b"CREATE INDEX kept ON") if place is None else place
    (tmp_path / LIST).write_bytes(content[:start] + octets + content[start + len(octets) :])
    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        assert len(desk.do(listed)) == 1
        assert len(desk.sentences()) == 1


@pytest.mark.parametrize("vector", ["'a text'", "x'0102ff'", "NULL", "7"])
def test_what_is_in_the_place_of_an_embedding_and_is_none_is_left_out(
    tmp_path: Path, vector: str
) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        (kept,) = keep(gallery, "an apple")
        gallery.connection.execute(f"UPDATE details SET embedding = {vector}, notes = 5")
        details = gallery.details(kept)
        assert details is not None
        assert (details.embedding, details.notes) == (None, {})
        assert embeddings_of(gallery, [kept]) == {}
        assert list(Meaning(gallery, tmp_path / "cache", "fake", 3).catch_up()) == []


def test_a_list_turns_out_sound_after_sqlite_has_looked_how_it_is_used(tmp_path: Path) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple")
        gallery.connection.execute("ANALYZE")
    with closing(Gallery(tmp_path)) as gallery:
        assert len(listed(gallery)) == 1


def test_a_list_that_turns_out_damaged_at_work_is_renewed_and_the_work_done(
    tmp_path: Path,
) -> None:
    def work(gallery: Gallery) -> list[int]:
        if not (tmp_path / f"{LIST}.damaged-1").exists():
            raise GalleryDamaged("The list was damaged.")
        return listed(gallery)

    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        desk.keep(of_result(result("an apple", 1), NOW))
        assert len(desk.do(work)) == 1
        assert len(desk.sentences()) == 1
        assert desk.sentences() == []


def test_while_another_window_has_the_list_pictures_are_kept_and_listed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_schema, "SECONDS_TO_WAIT", 0.05)
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple")
        second = GalleryDesk(tmp_path, tmp_path / "cache")
        with pytest.raises(GalleryUnavailable, match="another Easel window"):
            second.keep(of_result(result("a boat", 2), NOW))
    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        (added,) = desk.tidy(NOW)
        assert [e.prompt for e in desk.do(lambda g: g.entries([added]))] == ["a boat"]


def test_a_picture_cut_short_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    with closing(GalleryDesk(tmp_path, tmp_path / "cache")) as desk:
        made = desk.keep(of_result(result("an apple", 1), NOW))
        whole = desk.do(lambda gallery: gallery.entries([made or 0]))[0].file
        cut = desk.do(lambda gallery: gallery.pictures.path(whole.replace("-", "-", 1)))
        cut.with_name(cut.name[:16] + "0" * 32 + ".png").write_bytes(cut.read_bytes()[:40])
        assert len(list(desk.do(lambda gallery: list(gallery.unlisted())))) == 1
        assert list(desk.tidy(NOW)) == []


def test_damage_inside_the_list_is_told_from_a_bug(tmp_path: Path) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, *(f"picture {number}" for number in range(12)))
    content = bytearray((tmp_path / LIST).read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / LIST).write_bytes(bytes(content))
    with pytest.raises(GalleryDamaged), closing(Gallery(tmp_path)) as gallery:
        gallery.entries(listed(gallery))
    whole = tmp_path / "whole"
    with (
        closing(Gallery(whole)) as gallery,
        pytest.raises(sqlite3.OperationalError),
        gallery_schema.known_errors(gallery.file),
    ):
        gallery.connection.execute("SELECT nonsense FROM nowhere")


def test_a_row_with_a_foreign_path_is_damage_and_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"mine")
    with closing(Gallery(tmp_path)) as gallery:
        (made,) = keep(gallery, "an apple")
        gallery.connection.execute("UPDATE entries SET file = '../mine.png', trashed_at = 1.0")
        with pytest.raises(GalleryDamaged):
            gallery.entries([made])
        with pytest.raises(ValueError, match="no name of a picture"):
            gallery_marks.empty_trash(gallery, NOW)
    assert (tmp_path / "mine.png").exists()


def test_an_older_list_is_brought_up_to_date_and_a_copy_kept(tmp_path: Path) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        (made,) = keep(gallery, "an apple")
    scripts = (*gallery_schema.SCRIPTS, "ALTER TABLE entries ADD COLUMN stars INTEGER;")
    with closing(gallery_schema.connect(tmp_path / LIST, scripts)) as newer:
        assert newer.execute("SELECT id, stars FROM entries").fetchall() == [(made, None)]
    with closing(sqlite3.connect(tmp_path / f"{LIST}.version-1")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT id FROM entries").fetchall() == [(made,)]
    with pytest.raises(GalleryUnavailable, match="later Easel"):
        Gallery(tmp_path)


def test_a_step_that_fails_leaves_the_older_list(tmp_path: Path) -> None:
    with closing(Gallery(tmp_path)) as gallery:
        (made,) = keep(gallery, "an apple")
    scripts = (*gallery_schema.SCRIPTS, "DELETE FROM entries; SELECT nonsense;")
    with pytest.raises(sqlite3.OperationalError):
        gallery_schema.connect(tmp_path / LIST, scripts)
    with closing(Gallery(tmp_path)) as gallery:
        assert listed(gallery) == [made]


def test_a_second_window_is_told_that_the_gallery_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_schema, "SECONDS_TO_WAIT", 0.05)
    with closing(Gallery(tmp_path)) as gallery:
        keep(gallery, "an apple")
        with pytest.raises(GalleryUnavailable, match="another Easel window"):
            Gallery(tmp_path)


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GalleryUnavailable, match="cannot be read or written"):
        Gallery(tmp_path / "file")


def test_a_picture_that_cannot_be_written_is_not_listed(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(NotWritable, match="disk is full"):
            keep(gallery, "an apple")
    assert listed(gallery) == []


def test_a_thumbnail_that_is_gone_or_damaged_is_made_anew(gallery: Gallery) -> None:
    (made,) = keep(gallery, "an apple")
    (entry,) = gallery.entries([made])
    path = gallery.pictures.thumbnail_path(entry.file)
    for damage in (path.unlink, lambda: path.write_bytes(b"")):
        damage()
        pixels = gallery.pictures.thumbnail(entry.file)
        assert pixels is not None
        assert pixels.shape == (24, 40, 4)
        assert path.stat().st_size > 0
    path.unlink()
    gallery.pictures.path(entry.file).unlink()
    assert gallery.pictures.thumbnail(entry.file) is None


KEEPS_FOR_EVER = """
import sys
from pathlib import Path
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_record import of_result
from tests.desktop.storage.pictures import result
gallery = Gallery(Path(sys.argv[1]))
for seed in range(1, 10_000):
    made = gallery.add(of_result(result(f"picture {seed}", seed), 1_800_000_000.0 + seed))
    print(made, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7])
def test_what_was_acknowledged_survives_being_killed(tmp_path: Path, after: int) -> None:
    command = (sys.executable, "-c", KEEPS_FOR_EVER, str(tmp_path))
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root)}
    program = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment
    )
    assert program.stdout is not None
    acknowledged = [int(program.stdout.readline()) for _ in range(after)]
    time.sleep(0.003 * after)
    program.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in program.stdout.read().split()]
    program.stdout.close()
    program.wait()
    with closing(Gallery(tmp_path)) as gallery:
        assert gallery.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert set(acknowledged) <= set(listed(gallery))
        entries = gallery.entries(listed(gallery))
        assert all(gallery.pictures.path(entry.file).exists() for entry in entries)
        found = len(list(gallery.pictures.names()))
        assert len(entries) + len(list(gallery.unlisted())) == found
