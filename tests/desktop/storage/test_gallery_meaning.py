"""Search by meaning gives what the plain formula gives, from a cache that can be lost."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from desktop.storage import gallery_meaning
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import Wanted
from desktop.storage.gallery_meaning import Meaning, direction
from desktop.storage.gallery_record import of_result
from engine import open_engine
from engine.events import Embedded
from engine.requests import Embed
from tests.desktop.storage.pictures import result, towards

D = 8
RECALL = 0.99
"""Of the two hundred that are nearest by the plain formula, at least this many are found."""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    with closing(Gallery(tmp_path / "gallery")) as gallery:
        yield gallery


def keep(gallery: Gallery, *seeds: int) -> list[int]:
    return [gallery.add(of_result(result("a thing", seed), 1e9 + seed)) for seed in seeds]


def meaning_of(gallery: Gallery, tmp_path: Path) -> Meaning:
    return Meaning(gallery, tmp_path / "cache", "fake", D)


def search(meaning: Meaning, gallery: Gallery, where: np.ndarray, most: int = 9) -> list[int]:
    list(meaning.catch_up())
    return meaning.nearest(where, gallery.ids(Wanted()), most)[0].tolist()


def by_the_formula(seeds: dict[int, int], where: np.ndarray) -> list[int]:
    """Ids sorted by cosine, in double precision."""

    def cosine(vector: np.ndarray) -> float:
        a, b = vector.astype(float), where.astype(float)
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    return sorted(seeds, key=lambda made: -cosine(towards(seeds[made])))


def test_the_nearest_come_first_as_cosines_say(gallery: Gallery, tmp_path: Path) -> None:
    made = dict(zip(keep(gallery, *range(20)), range(20), strict=True))
    meaning = meaning_of(gallery, tmp_path)
    where = towards(77)
    assert search(meaning, gallery, where, 20) == by_the_formula(made, where)
    assert search(meaning, gallery, where, 5) == by_the_formula(made, where)[:5]
    _, scores = meaning.nearest(towards(3), gallery.ids(Wanted()), 1)
    assert scores[0] == pytest.approx(1.0, abs=1e-6)


def test_more_like_these_and_not_like_that(gallery: Gallery, tmp_path: Path) -> None:
    a, b, c = np.eye(3, D, dtype=np.float16)
    vectors = {"a": a, "b": b, "ab": (a + b) / 2, "abc": a + b + 2 * c, "c": c}
    made = {
        name: gallery.add(of_result(result("a thing", seed, embedding=vector), 1e9 + seed))
        for seed, (name, vector) in enumerate(vectors.items())
    }
    meaning = meaning_of(gallery, tmp_path)
    assert search(meaning, gallery, direction([a, b]))[0] == made["ab"]
    assert search(meaning, gallery, direction([a, b, c]))[0] == made["abc"]
    away = search(meaning, gallery, direction([a, b], [c]))
    assert away[0] == made["ab"]
    assert away[-1] == made["c"]


def test_only_what_is_shown_is_found(gallery: Gallery, tmp_path: Path) -> None:
    a, b, c = keep(gallery, 1, 2, 3)
    meaning = meaning_of(gallery, tmp_path)
    list(meaning.catch_up())
    found, _ = meaning.nearest(towards(2), np.array([c, a]), 9)
    assert sorted(found.tolist()) == [a, c]
    assert len(meaning.nearest(towards(2), np.zeros(0, np.int64), 9)[0]) == 0
    assert b not in found


def test_another_models_embeddings_are_another_space(gallery: Gallery, tmp_path: Path) -> None:
    keep(gallery, 1, 2)
    other = Meaning(gallery, tmp_path / "cache", "another", D)
    assert search(other, gallery, towards(1)) == []
    wider = Meaning(gallery, tmp_path / "cache", "fake", D + 1)
    assert search(wider, gallery, towards(1, D + 1)) == []


def test_new_pictures_are_added_to_the_cache(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_meaning, "AT_ONCE", 2)
    first = keep(gallery, 1, 2, 3)
    assert list(meaning_of(gallery, tmp_path).catch_up()) == [2, 3]
    more = keep(gallery, 4, 5)
    meaning = meaning_of(gallery, tmp_path)
    assert list(meaning.catch_up()) == [5]
    assert list(meaning.catch_up()) == []
    assert sorted(search(meaning, gallery, towards(4))) == first + more
    assert search(meaning, gallery, towards(4))[0] == more[0]


@pytest.mark.parametrize("ending", ["vectors", "bytes", "ids"])
@pytest.mark.parametrize("left", [0, 1, 20, 37])
def test_a_cache_cut_short_is_completed(
    gallery: Gallery, tmp_path: Path, ending: str, left: int
) -> None:
    made = dict(zip(keep(gallery, *range(6)), range(6), strict=True))
    meaning = meaning_of(gallery, tmp_path)
    list(meaning.catch_up())
    (file,) = (tmp_path / "cache").glob(f"*.{ending}")
    file.write_bytes(file.read_bytes()[:left])
    assert search(meaning, gallery, towards(4)) == by_the_formula(made, towards(4))


def test_a_cache_of_garbage_is_made_anew(gallery: Gallery, tmp_path: Path) -> None:
    made = dict(zip(keep(gallery, *range(6)), range(6), strict=True))
    meaning = meaning_of(gallery, tmp_path)
    list(meaning.catch_up())
    (file,) = (tmp_path / "cache").glob("*.ids")
    file.write_bytes(b"\x01\x02" * 24)
    assert search(meaning, gallery, towards(4)) == by_the_formula(made, towards(4))


def listed(gallery: Gallery, vectors: np.ndarray) -> None:
    """Fill the list with these embeddings, without pictures."""
    run, count = gallery.connection, len(vectors)
    run.executemany(
        "INSERT INTO entries (id, file, made_at, kind, prompt, model, width, height)"
        " VALUES (?, ?, 1e9, 'Generate', '', 'fake', 64, 64)",
        [(n + 1, f"2026-01/{n}.png") for n in range(count)],
    )
    run.executemany(
        "INSERT INTO details VALUES (?, '{}', ?, ?)",
        [(n + 1, str(n), row.astype("<f2").tobytes()) for n, row in enumerate(vectors)],
    )


def recall(gallery: Gallery, cache: Path, vectors: np.ndarray, questions: np.ndarray) -> float:
    """The share of the 200 nearest by the plain formula that a search finds, and in its order."""
    listed(gallery, vectors)
    meaning = Meaning(gallery, cache, "fake", vectors.shape[1])
    list(meaning.catch_up())
    kept = vectors.astype("<f2").astype(float)
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    everything, shares = gallery.ids(Wanted()), []
    for question in questions:
        exact = kept @ question.astype(float) / np.linalg.norm(question.astype(float))
        ids, scores = meaning.nearest(question, everything, 200)
        assert scores == pytest.approx(exact[ids - 1], abs=1e-5)
        assert bool((np.diff(scores) <= 0).all())
        shares.append(len(set(ids - 1) & set(np.argsort(-exact)[:200])) / 200)
    return float(np.mean(shares))


def made_up(outliers: float) -> tuple[np.ndarray, np.ndarray]:
    """12,000 embeddings in clusters around a mean, and questions; some dimensions stand out."""
    random = np.random.default_rng(5)
    mean = random.standard_normal(96)
    centres = 2 * mean + random.standard_normal((40, 96))
    vectors = centres[random.integers(0, 40, 12_000)] + random.standard_normal((12_000, 96))
    vectors[:, :2] *= outliers
    near = vectors[:5] + random.standard_normal((5, 96))
    return vectors, np.concatenate([near, random.standard_normal((5, 96))])


@pytest.mark.parametrize("outliers", [1.0, 20.0])
def test_bytes_lead_to_what_is_nearest(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outliers: float
) -> None:
    monkeypatch.setattr(gallery_meaning, "RERANKED", 500)  # as 4,096 are of 100,000
    assert recall(gallery, tmp_path / "cache", *made_up(outliers)) >= RECALL


def test_fewer_levels_would_not(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_meaning, "RERANKED", 500)
    monkeypatch.setattr(gallery_meaning, "STEPS", 1)
    assert recall(gallery, tmp_path / "cache", *made_up(1.0)) < RECALL


@pytest.mark.slow
def test_bytes_lead_to_what_is_nearest_in_the_starters_own_space(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_meaning, "RERANKED", 250)
    words = (ROOT / "resources" / "words.txt").read_text(encoding="utf-8").split("\n")
    texts = [f"{how}{word}" for how in ("", "a red ") for word in words if word]
    with closing(open_engine([ROOT / "resources"])) as engine:
        vectors = np.concatenate(
            [
                event.texts
                for first in range(0, len(texts), 64)
                for event in engine.run(Embed(texts=tuple(texts[first : first + 64])))
                if isinstance(event, Embedded)
            ]
        )
    assert len(vectors) > 1000
    assert recall(gallery, tmp_path / "cache", vectors, vectors[::100]) >= RECALL


def test_embeddings_of_nothing_and_of_no_number_are_found_last(
    gallery: Gallery, tmp_path: Path
) -> None:
    vectors = np.stack([np.zeros(D), np.full(D, np.nan), towards(1), towards(2)])
    vectors[1, 0] = np.inf
    listed(gallery, vectors)
    assert search(meaning_of(gallery, tmp_path), gallery, towards(1))[0] == 3


def test_one_picture_of_no_number_leaves_the_scores_of_the_others(
    gallery: Gallery, tmp_path: Path
) -> None:
    vectors = np.stack([towards(seed) for seed in range(6)])
    vectors[2, 0], vectors[4, 3], vectors[5] = np.inf, np.nan, 60_000
    listed(gallery, vectors)
    meaning = meaning_of(gallery, tmp_path)
    list(meaning.catch_up())
    where = towards(1)
    ids, scores = meaning.nearest(where, gallery.ids(Wanted()), 9)
    wide, asked = vectors.astype(float), where.astype(float)
    for number in (0, 1, 3, 5):
        exact = wide[number] @ asked / np.linalg.norm(wide[number]) / np.linalg.norm(asked)
        assert scores[ids == number + 1] == pytest.approx(exact, abs=1e-5)
    assert scores[(ids == 3) | (ids == 5)].tolist() == [-1, -1]
