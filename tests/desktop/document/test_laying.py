"""Paint in 16-bit integers: as in floats, within a level or two, and exact at both ends."""

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


def laid(
    colour: tuple[int, int, int], below: np.ndarray, left: np.ndarray, alpha_locked: bool
) -> np.ndarray:
    out = np.empty_like(below)
    layer_of(colour, alpha_locked)(below, left, out)
    return out


def apart(below: np.ndarray, colour: tuple[int, int, int], amount: np.ndarray, lock: bool) -> float:
    """Levels by which any colour is off as far as it is seen: times its alpha."""
    made = laid(colour, below, 1 - amount, lock)
    exact = canonical(over(below, np.array(colour, np.float32), amount, lock))
    assert np.array_equal(canonical(made), made)
    assert np.abs(made[..., 3].astype(int) - exact[..., 3]).max() <= 1
    return float(np.abs(seen(made) - seen(exact)).max())


def seen(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., :3] * (pixels[..., 3:] / 255.0)


@given(SEEDS, COLOURS, st.booleans(), st.booleans())
def test_it_is_within_a_level_of_what_floats_give_and_where_alpha_is_low_within_two(
    seed: int, colour: tuple[int, int, int], opaque: bool, lock: bool
) -> None:
    """Two: one by the colour and one by the alpha, which is stored in whole levels."""
    below = ground(seed, opaque)
    assert apart(below, colour, amounts(seed), lock) <= (1 if opaque else 2)


def test_a_weight_that_is_a_few_levels_off_would_be_noticed() -> None:
    below, amount = ground(3, opaque=True), amounts(3)
    made = laid((200, 10, 90), below, 1 - np.round(amount * 16) / 16, alpha_locked=False)
    exact = over(below, np.array((200, 10, 90), np.float32), amount, alpha_locked=False)
    assert np.abs(made.astype(int) - exact).max() > 4


@given(SEEDS, COLOURS, st.booleans())
def test_what_is_not_touched_stays_and_what_is_covered_is_the_colour(
    seed: int, colour: tuple[int, int, int], opaque: bool
) -> None:
    below, amount = ground(seed, opaque), amounts(seed)
    made = laid(colour, below, 1 - amount, alpha_locked=False)
    assert np.array_equal(made[:, :8], below[:, :8])
    assert (made[:, -8:] == (*colour, 255)).all()


@given(SEEDS, COLOURS)
def test_what_is_laid_over_nothing_has_the_bits_that_it_has_beside_something(
    seed: int, colour: tuple[int, int, int]
) -> None:
    """The quick way of an empty layer, and that of the same pixels beside a single one."""
    left = 1 - amounts(seed)
    left[-1, -257:] = np.linspace(0, 1, len(left[-1, -257:]))
    nothing = np.zeros((*left.shape, 4), np.uint8)
    beside = nothing.copy()
    beside[0, 0] = 9, 9, 9, 9
    made, other = (laid(colour, each, left, alpha_locked=False) for each in (nothing, beside))
    assert np.array_equal(made.reshape(-1, 4)[1:], other.reshape(-1, 4)[1:])
    assert np.array_equal(canonical(made), made)


def test_locked_transparency_keeps_every_alpha() -> None:
    below = ground(5, opaque=False)
    made = laid((1, 2, 3), below, 1 - amounts(5), alpha_locked=True)
    assert np.array_equal(made[..., 3], below[..., 3])
