"""Paint in 16-bit integers: the same as in floats, within a level, and exact at both ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.laying import layer_of
from desktop.document.pixel_edits import over
from desktop.document.raster import canonical

SEEDS = st.integers(0, 2**32 - 1)
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def ground(seed: int, opaque: bool) -> np.ndarray:
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 56, 4), dtype=np.uint8)
    pixels[:10, :, 3] = 0
    if opaque:
        pixels[..., 3] = 255
    return canonical(pixels)


def amounts(seed: int) -> np.ndarray:
    made = np.random.default_rng(seed + 1).random((40, 56)).astype(np.float32)
    made[:, :8], made[:, -8:] = 0, 1
    return made


def apart(below: np.ndarray, colour: tuple[int, int, int], amount: np.ndarray, lock: bool) -> int:
    """Levels by which any channel is off that can be seen."""
    made = layer_of(colour, lock)(below, 1 - amount)
    exact = canonical(over(below, np.array(colour, np.float32), amount, lock))
    assert np.array_equal(canonical(made), made)
    assert np.abs(made[..., 3].astype(int) - exact[..., 3]).max() <= 1
    return int(np.abs(made.astype(int) - exact)[exact[..., 3] > 0].max())


@given(SEEDS, COLOURS, st.booleans(), st.booleans())
def test_it_is_within_a_level_of_what_floats_give(
    seed: int, colour: tuple[int, int, int], opaque: bool, lock: bool
) -> None:
    assert apart(ground(seed, opaque), colour, amounts(seed), lock) <= 1


def test_a_weight_that_is_a_few_levels_off_would_be_noticed() -> None:
    below, amount = ground(3, opaque=True), amounts(3)
    made = layer_of((200, 10, 90), alpha_locked=False)(below, 1 - np.round(amount * 16) / 16)
    exact = over(below, np.array((200, 10, 90), np.float32), amount, alpha_locked=False)
    assert np.abs(made.astype(int) - exact).max() > 4


@given(SEEDS, COLOURS, st.booleans())
def test_what_is_not_touched_stays_and_what_is_covered_is_the_colour(
    seed: int, colour: tuple[int, int, int], opaque: bool
) -> None:
    below, amount = ground(seed, opaque), amounts(seed)
    made = layer_of(colour, alpha_locked=False)(below, 1 - amount)
    assert np.array_equal(made[:, :8], below[:, :8])
    assert (made[:, -8:] == (*colour, 255)).all()


def test_locked_transparency_keeps_every_alpha() -> None:
    below = ground(5, opaque=False)
    made = layer_of((1, 2, 3), alpha_locked=True)(below, 1 - amounts(5))
    assert np.array_equal(made[..., 3], below[..., 3])
