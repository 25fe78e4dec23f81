"""Half floats are widened to the very numbers that numpy makes of them."""

import numpy as np

from desktop.storage.half_floats import LARGEST, widen

EVERY = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(256, 256)


def test_every_half_float_that_is_a_number_becomes_the_same_float() -> None:
    wide = np.empty(EVERY.shape, np.float32)
    widen(EVERY, wide)
    finite = np.isfinite(EVERY)
    plain = EVERY.astype(np.float32)
    # As bits, so that -0 is not 0.
    assert np.array_equal(wide[finite].view(np.uint32), plain[finite].view(np.uint32))
    assert float(np.abs(plain[finite]).max()) == LARGEST


def test_what_is_no_number_comes_out_larger_than_any() -> None:
    wide = np.empty(EVERY.shape, np.float32)
    widen(EVERY, wide)
    strange = wide[~np.isfinite(EVERY)]
    assert len(strange) == 2048
    assert bool((np.abs(strange) > LARGEST).all())
