"""What rests on the way of a fast hand is woken before it arrives, a little at a time."""

import numpy as np
import pytest

from desktop.document.ahead import MOST, Ahead
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.document.tile import Tile

REACH = 25.0


@pytest.fixture
def picture() -> Picture:
    """Three layers of 4 x 4 tiles, the topmost hidden; all of them rest."""
    pixels = np.random.default_rng(1).integers(1, 256, (1024, 1024, 4), dtype=np.uint8)
    layers = tuple(
        Layer(n, str(n), Raster.from_array(pixels + np.uint8(n), 0, 0), visible=n < 2)
        for n in range(3)
    )
    for layer in layers:
        for tile in layer.raster.tiles.values():
            tile.keep(tile.packed())
            tile.rest()
    return Picture(Rect(0, 0, 64, 64), layers)


def awake(picture: Picture) -> set[tuple[int, int, int]]:
    return {
        (layer.id, *index)
        for layer in picture.layers
        for index, tile in layer.raster.tiles.items()
        if tile.at_hand
    }


def test_a_fast_hand_finds_the_tiles_awake_that_it_comes_to(picture: Picture) -> None:
    ahead = Ahead(20, 100, REACH)
    for x in range(60, 1000, 40):
        column = min(int(x + REACH), 1023) // 256
        if x > 200:  # it has had time to look
            assert {(0, column, 0), (1, column, 0)} <= awake(picture)
        assert ahead.go(x, 100, picture) <= MOST
    assert awake(picture) == {(layer, column, 0) for layer in (0, 1) for column in range(4)}


def test_what_is_near_is_woken_before_what_is_further_and_that_before_it_is_near(
    picture: Picture,
) -> None:
    ahead = Ahead(20, 100, REACH)
    ahead.go(80, 100, picture)  # within three steps the hand would come into the second column
    assert awake(picture) == {(0, 0, 0), (0, 1, 0)}
    ahead.go(140, 100, picture)
    assert awake(picture) == {(layer, column, 0) for layer in (0, 1) for column in (0, 1)}
    ahead.go(200, 100, picture)  # nothing is left to be woken so near
    assert awake(picture) >= {(0, 2, 0)}


def test_a_slow_hand_wakes_nothing_nor_does_one_that_goes_away(picture: Picture) -> None:
    slow, away = Ahead(20, 100, REACH), Ahead(-100, -100, REACH)
    for step in range(1, 60):
        assert slow.go(20 + 9 * step, 100, picture) == 0
        assert away.go(-100 - 60 * step, -100, picture) == 0
    assert awake(picture) == set()


def test_no_more_is_looked_at_than_wakes(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = list[Tile]()
    real = Tile.values.fget
    assert real is not None
    monkeypatch.setattr(Tile, "values", property(lambda tile: (looked.append(tile), real(tile))[1]))
    ahead = Ahead(20, 900, REACH)
    told = sum(ahead.go(20 + 80 * step, 900, picture) for step in range(1, 9))
    assert len(looked) == told == len(set(map(id, looked)))
