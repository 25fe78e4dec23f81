"""Tiles are the same whether they rest or not, and rest where nobody needs them at hand."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.channel import Channel
from desktop.document.document import NEAR, Document
from desktop.document.edits import Edit, move_frame
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.packing import to_rest
from desktop.document.picture import Picture
from desktop.document.raster import TILE, TILE_BYTES, Raster
from desktop.document.tile import COARSE, Tile

KINDS = st.sampled_from(["noise", "flat", "slope"])


def values(kind: str, seed: int, channels: tuple[int, ...]) -> np.ndarray:
    """A tile's worth of values of some kind."""
    generator = np.random.default_rng(seed)
    if kind == "noise":
        return generator.integers(0, 256, (TILE, TILE, *channels), dtype=np.uint8)
    if kind == "flat":
        return np.full((TILE, TILE, *channels), seed % 256, np.uint8)
    slope = np.add.outer(np.arange(TILE), np.arange(TILE) * (seed % 5)) // 3 % 256
    return np.broadcast_to(
        slope.reshape(TILE, TILE, *[1] * len(channels)), (TILE, TILE, *channels)
    ).astype(np.uint8)


def at_rest(made: np.ndarray) -> Tile:
    """A tile whose values are not at hand."""
    tile = Tile(made.copy())
    tile.keep(tile.packed())
    tile.rest()
    return tile


@given(KINDS, st.integers(0, 2**32 - 1), st.sampled_from([(), (4,)]))
def test_what_rested_comes_back_bit_for_bit_and_read_only(
    kind: str, seed: int, channels: tuple[int, ...]
) -> None:
    made = values(kind, seed, channels)
    tile = at_rest(made)
    assert not tile.at_hand
    assert np.array_equal(tile.values, made)
    assert not tile.values.flags.writeable
    assert tile.at_hand


def test_a_smooth_tile_takes_little_when_it_rests() -> None:
    slope = values("slope", 2, (4,))
    assert at_rest(slope).nbytes < TILE_BYTES / 20
    assert Tile(slope).nbytes == TILE_BYTES


@given(st.integers(COARSE, 100), st.integers(0, 90), st.integers(0, 90))
def test_a_thumbnail_of_a_tile_at_rest_looks_near_and_does_not_wake_it(
    step: int, top: int, left: int
) -> None:
    made = values("slope", 1, (4,))
    tile = at_rest(made)
    few = tile.every(slice(top, TILE, step), slice(left, TILE, step))
    exact = made[top::step, left::step].astype(int)
    assert few.shape == exact.shape
    assert np.abs(few - exact).max() <= 2 * COARSE  # what lies within so many pixels, here
    assert not tile.at_hand


def test_a_fine_sample_of_a_tile_at_rest_is_exact() -> None:
    made = values("noise", 3, ())
    tile = at_rest(made)
    assert np.array_equal(tile.every(slice(1, 200, 3), slice(2, 100, 7)), made[1:200:3, 2:100:7])


def picture(seed: int, tiles: int) -> Picture:
    """A row of tiles on a layer."""
    made = {(n, 0): Tile(values("noise", seed + n, (4,))) for n in range(tiles)}
    return Picture(Rect(0, 0, 64, 64), (Layer(1, "a", Raster(made)),))


def test_what_was_looked_at_longest_ago_rests_first() -> None:
    shown = picture(1, 6)
    tiles = list(shown.layers[0].raster.tiles.values())
    for age, tile in enumerate(tiles):
        tile.age = age % 3
    assert to_rest(tiles, [shown], 6 * TILE_BYTES) == []
    resting = to_rest(tiles, [shown], 2 * TILE_BYTES)
    assert resting == [tiles[2], tiles[5], tiles[1], tiles[4]]
    assert to_rest(tiles, [], 6 * TILE_BYTES) == tiles


def settled(document: Document) -> None:
    """Have a document rest until nothing is left to be done."""
    while (work := document.packing()) is not None:
        document.take_packed(work())


def test_a_picture_larger_than_what_may_be_at_hand_rests_but_for_that() -> None:
    document = Document(picture(1, 6), at_hand=2 * TILE_BYTES)
    settled(document)
    tiles = list(document.picture.layers[0].raster.tiles.values())
    assert sum(tile.at_hand for tile in tiles) == 2
    for number, tile in enumerate(tiles):
        assert np.array_equal(tile.values, values("noise", 1 + number, (4,)))
    settled(document)
    assert sum(tile.at_hand for tile in tiles) == 2


def test_a_small_picture_stays_at_hand_and_its_far_history_rests() -> None:
    document = Document(picture(1, 2))
    first = document.picture
    for step in range(NEAR + 2):
        document.do(Edit("", lambda old, step=step: picture(50 * step, 1)))
    settled(document)
    assert not any(tile.at_hand for tile in first.layers[0].raster.tiles.values())
    assert all(tile.at_hand for tile in document.picture.layers[0].raster.tiles.values())
    document.go_to(0)
    assert document.picture is first
    assert np.array_equal(first.layers[0].raster.tiles[0, 0].values, values("noise", 1, (4,)))


def test_what_is_looked_at_while_it_is_packed_stays_at_hand() -> None:
    document = Document(picture(1, 4), at_hand=0)
    work = document.packing()
    assert work is not None
    made = work()
    looked_at = document.picture.layers[0].raster.tiles[2, 0]
    assert looked_at.values.any()
    document.take_packed(made)
    at_hand = [tile.at_hand for tile in document.picture.layers[0].raster.tiles.values()]
    assert at_hand == [False, False, True, False]


def test_a_thread_reads_a_picture_while_it_is_laid_to_rest() -> None:
    document = Document(picture(1, 3), at_hand=0)
    whole = Rect(0, 0, 3 * TILE, TILE)
    wanted, raster = (
        document.picture.layers[0].raster.read(whole),
        document.picture.layers[0].raster,
    )
    found, done = list[bool](), threading.Event()

    def read() -> None:
        while not done.is_set():
            found.append(np.array_equal(raster.read(whole), wanted))

    reader = threading.Thread(target=read)
    reader.start()
    for step in range(40):
        settled(document)
        document.do(move_frame(Rect(step + 1, 0, 64, 64)))
    done.set()
    reader.join()
    assert found
    assert all(found)


def test_a_channel_that_is_full_outside_rests_as_well() -> None:
    channel = Channel.from_array(values("noise", 4, ()), 0, 0, default=255)
    document = Document(Picture(Rect(0, 0, 64, 64), mask=channel), at_hand=0)
    settled(document)
    assert not channel.tiles[0, 0].at_hand
    assert np.array_equal(channel.read(Rect(0, 0, TILE, TILE)), values("noise", 4, ()))


def test_writing_into_a_tile_raises() -> None:
    with pytest.raises(ValueError, match="read-only"):
        at_rest(values("flat", 9, ())).values[0, 0] = 1
