"""The tile cache: right at every halving, and it makes again only what changed."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.pixmaps import pixels_from_image
from desktop.canvas.stack import lone_tile, stacked_image
from desktop.canvas.tiles import Key, TileCache, covered, keys_over
from desktop.document.composite import composite
from desktop.document.document import Document
from desktop.document.edits import place_image, remove_layer, set_opacity
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

FRAME = Rect(0, 0, 256, 256)


@pytest.fixture
def document() -> Document:
    """A smooth opaque picture that covers four tiles and more."""
    y, x = np.mgrid[0:600, 0:700]
    pixels = np.stack([x % 256, y % 256, (x + y) // 6], axis=-1).astype(np.uint8)
    document = Document(Picture(FRAME))
    document.do(place_image(pixels, Rect(-100, -60, 700, 600), "a"))
    return document


class Noting:
    """Draws as the canvas does, and notes which rectangles."""

    def __init__(self) -> None:
        self.rects: list[Rect] = []

    def __call__(self, picture: Picture, rect: Rect) -> QImage:
        self.rects.append(rect)
        return stacked_image(picture, rect)


def test_a_tile_of_level_zero_is_the_composited_picture(document: Document) -> None:
    made = pixels_from_image(TileCache().tile(document.picture, (0, -1, 0)))
    assert np.array_equal(made, composite(document.picture, covered((0, -1, 0))))


@pytest.mark.parametrize("level", [1, 2])
def test_a_tile_of_a_higher_level_is_the_mean_of_what_it_covers(
    document: Document, level: int
) -> None:
    side, whole = 2**level, composite(document.picture, covered((level, 0, 0)))
    blocks = whole.astype(float).reshape(256, side, 256, side, 4).mean(axis=(1, 3))
    inside = (slice(0, 500 // side - 1),) * 2  # away from the picture's edge, where alpha changes
    made = pixels_from_image(TileCache().tile(document.picture, (level, 0, 0)))
    assert np.abs(made[inside].astype(float) - blocks[inside]).max() <= level + 0.5


def test_a_cached_tile_is_not_drawn_again(document: Document) -> None:
    drawn = Noting()
    cache = TileCache(draw=drawn)
    for _ in range(3):
        cache.tile(document.picture, (1, 0, 0))
    assert len(drawn.rects) == 4


def test_after_a_small_change_only_that_is_drawn_again(document: Document) -> None:
    drawn = Noting()
    cache = TileCache(draw=drawn)
    cache.tile(document.picture, (2, 0, 0))
    drawn.rects.clear()
    document.listeners.append(cache.invalidate)
    document.do(place_image(np.zeros((30, 40, 3), np.uint8), Rect(40, 50, 40, 30), "dab"))
    cache.invalidate(Rect(40, 50, 40, 30))
    made = cache.tile(document.picture, (2, 0, 0))
    assert drawn.rects == [Rect(0, 0, 256, 256)]  # a new layer is dirty by whole tiles
    assert made == TileCache().tile(document.picture, (2, 0, 0))


@pytest.mark.parametrize("level", [0, 1, 3])
def test_what_was_removed_leaves_nothing_in_the_cache(document: Document, level: int) -> None:
    cache = TileCache()
    document.listeners.append(cache.invalidate)
    cache.tile(document.picture, (level, 0, 0))
    document.do(remove_layer(1))
    assert not pixels_from_image(cache.tile(document.picture, (level, 0, 0))).any()


def test_a_cache_that_may_keep_little_still_draws_right(document: Document) -> None:
    small, large = TileCache(most=1), TileCache()
    document.do(set_opacity(1, 0.5))
    assert small.tile(document.picture, (3, 0, 0)) == large.tile(document.picture, (3, 0, 0))


def test_what_there_was_no_time_for_is_not_begun_anew(document: Document) -> None:
    reduced: list[Rect] = []

    class Counting(TileCache):
        def _draw_block(self, painter: QPainter, picture: Picture, what: tuple[Key, Rect]) -> bool:
            reduced.append(what[1])
            return super()._draw_block(painter, picture, what)

    cache, key = Counting(), (2, 0, 0)
    steps = 0
    while cache.work(key):
        made = cache.tile(document.picture, key, end=0.0)
        steps += 1
    assert steps == len(reduced) == len(set(reduced)) == 16
    assert made == TileCache().tile(document.picture, key)


def test_a_change_to_what_is_half_done_is_drawn(document: Document) -> None:
    cache, key = TileCache(), (2, 0, 0)
    document.listeners.append(cache.invalidate)
    for _ in range(3):
        cache.tile(document.picture, key, end=0.0)
    document.do(place_image(np.zeros((30, 40, 3), np.uint8), Rect(40, 50, 40, 30), "dab"))
    while cache.work(key):
        made = cache.tile(document.picture, key, end=0.0)
    assert made == TileCache().tile(document.picture, key)


def test_what_is_half_done_gets_done_though_a_stroke_goes_on_in_it(document: Document) -> None:
    cache, key, steps = TileCache(), (2, 0, 0), 0
    while cache.work(key) and steps < 100:
        cache.invalidate(Rect(900, 900, 20, 20))  # the last of its sixteen blocks
        made = cache.tile(document.picture, key, end=0.0)
        steps += 1
    assert steps == 16
    assert made == TileCache().tile(document.picture, key)


@pytest.mark.parametrize("key", [(0, 0, 0), (1, 0, 0)])
def test_a_tile_made_in_pieces_is_known_to_be_opaque(document: Document, key: Key) -> None:
    cache = TileCache()
    while cache.work(key):
        made = cache.tile(document.picture, key, end=0.0)
    assert not made.hasAlphaChannel()


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_tile_that_is_all_that_is_seen_is_looked_at_where_it_lies(
    document: Document, level: int
) -> None:
    drawn = Noting()
    cache = TileCache(draw=drawn, lone=lone_tile)
    assert cache.tile(document.picture, (level, 0, 0)) == TileCache().tile(
        document.picture, (level, 0, 0)
    )
    assert Rect(0, 0, 256, 256) not in drawn.rects
    drawn.rects.clear()
    document.do(set_opacity(1, 0.5))
    cache = TileCache(draw=drawn, lone=lone_tile)
    assert cache.tile(document.picture, (level, 0, 0)) == TileCache().tile(
        document.picture, (level, 0, 0)
    )
    assert Rect(0, 0, 256, 256) in drawn.rects


def test_keys_cover_the_rectangle_and_no_more() -> None:
    assert keys_over(Rect(-1, 0, 258, 1), 0) == [(0, -1, 0), (0, 0, 0), (0, 1, 0)]
    assert keys_over(Rect(-1, 0, 258, 1), 1) == [(1, -1, 0), (1, 0, 0)]
    assert keys_over(Rect(5, 5, 0, 3), 2) == []


def test_a_tile_has_no_alpha_just_where_a_layer_covers_it() -> None:
    document = Document(Picture(FRAME))
    white = np.full((256, 600, 3), 255, np.uint8)
    document.do(place_image(white, Rect(0, 0, 600, 256), "ground"))
    cache = TileCache()
    assert not cache.tile(document.picture, (0, 0, 0)).hasAlphaChannel()
    assert not cache.tile(document.picture, (0, 1, 0)).hasAlphaChannel()
    assert cache.tile(document.picture, (0, 2, 0)).hasAlphaChannel()
    assert cache.tile(document.picture, (1, 0, 0)).hasAlphaChannel()  # half of it is nothing
    document.do(set_opacity(document.picture.layers[0].id, 0.5))
    cache.invalidate(Rect(10, 10, 20, 20))
    made = cache.tile(document.picture, (0, 0, 0))
    assert made.hasAlphaChannel()
    assert pixels_from_image(made)[15, 15, 3] in (127, 128)
    assert pixels_from_image(made)[100, 100, 3] == 255
