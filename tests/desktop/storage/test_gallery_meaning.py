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
from tests.desktop.storage.pictures import result, towards

D = 8


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


@pytest.mark.parametrize("ending", ["vectors", "ids"])
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
