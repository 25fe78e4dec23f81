"""Near duplicates come into stacks, by what their embeddings mean and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_entry import Wanted
from desktop.storage.gallery_record import of_result
from desktop.storage.gallery_stacks import AMONG, AT_ONCE, NEAR, leaders_of, stacked, stacks_of
from tests.desktop.storage.pictures import result
from tests.painting import finish

D = 64


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[GalleryDesk]:
    with closing(GalleryDesk(tmp_path / "gallery", tmp_path / "cache")) as desk:
        yield desk


def keep(desk: GalleryDesk, seed: int, embedding: np.ndarray | None) -> int:
    made = result("a thing", seed, embedding=embedding)
    return desk.do(lambda gallery: gallery.add(of_result(made, 1e9 + seed)))


def near(vector: np.ndarray, cosine: float, axis: int) -> np.ndarray:
    """A vector at this cosine of `vector`, which has 0 at `axis`."""
    away = np.zeros_like(vector)
    away[axis] = 1
    return (cosine * vector / np.linalg.norm(vector) + np.sqrt(1 - cosine**2) * away).astype("f2")


def in_blocks(rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for first in range(0, len(rows), AT_ONCE):
        yield (
            np.arange(first, min(first + AT_ONCE, len(rows))),
            rows[first : first + AT_ONCE].astype(np.float32),
        )


def test_the_first_of_those_that_mean_nearly_the_same_stands_for_all(desk: GalleryDesk) -> None:
    apple, pear = np.eye(D, dtype=np.float16)[:2]
    alike, unlike = near(apple, NEAR + 0.02, 7), near(apple, NEAR - 0.02, 9)
    a, b, c, d, e = (keep(desk, n, v) for n, v in enumerate((apple, pear, alike, unlike, apple)))
    ids = desk.do(lambda gallery: gallery.ids(Wanted()))
    assert ids.tolist() == [e, d, c, b, a]
    stacks = finish(stacks_of(ids, desk))
    assert stacks == {e: (e, c, a)}
    assert leaders_of(ids, stacks).tolist() == [e, d, b]


def test_another_model_and_no_embedding_stand_alone(desk: GalleryDesk) -> None:
    apple = np.eye(D, dtype=np.float16)[0]
    small = np.eye(D // 2, dtype=np.float16)[0]
    for seed, vector in enumerate((apple, small, apple, small)):
        keep(desk, seed, vector)
    ids = desk.do(lambda gallery: gallery.ids(Wanted()))
    assert sorted(map(len, finish(stacks_of(ids, desk)).values())) == [2, 2]
    nothing = np.full(D, np.nan, np.float16)
    keep(desk, 8, nothing)
    keep(desk, 9, nothing)
    again = desk.do(lambda gallery: gallery.ids(Wanted()))
    assert len(leaders_of(again, finish(stacks_of(again, desk)))) == 4


def test_blocks_give_what_one_picture_after_the_other_gives() -> None:
    random = np.random.default_rng(5)
    ideas = random.normal(size=(40, D))
    rows = ideas[random.integers(0, 40, 3 * AT_ONCE + 7)] + 0.28 * random.normal(
        size=(3 * AT_ONCE + 7, D)
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    plain: dict[int, list[int]] = {}
    for place, row in enumerate(rows.astype(np.float32)):
        scores = {leader: float(rows[leader].astype(np.float32) @ row) for leader in plain}
        best = max(scores, key=scores.__getitem__, default=None)
        if best is not None and scores[best] >= NEAR:
            plain[best].append(place)
        else:
            plain[place] = [place]
    assert len(plain) < AMONG
    expected = {leader: tuple(stack) for leader, stack in plain.items() if len(stack) > 1}
    assert len(expected) > 20
    assert finish(stacked(in_blocks(rows))) == expected


def test_only_so_many_leaders_are_remembered() -> None:
    count = AMONG + AT_ONCE  # forgotten is between two blocks
    many = np.eye(count, dtype=np.float32)
    repeated = np.concatenate((many, many[:1], many[-1:]))
    assert finish(stacked(in_blocks(repeated))) == {count - 1: (count - 1, count + 1)}


def test_it_pauses_after_every_block() -> None:
    rows = np.eye(3 * AT_ONCE + 1, D, dtype=np.float32)
    assert len(list(stacked(in_blocks(rows)))) == 4
