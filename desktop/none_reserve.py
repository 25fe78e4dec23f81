"""A reserve of references to None: without it PySide6 6.12.0 aborts Python 3.11 in mid-stroke."""

import sys

RESERVE = 1 << 40
"""References: a thousand million strokes' worth."""


def lay_in() -> None:
    """Raise the reference count of None, where it has one that counts: before Python 3.12.

    PySide6 6.12.0 gives one reference away with every Qt call that returns nothing (decision 34).
    """
    if sys.version_info >= (3, 12) or sys.getrefcount(None) >= RESERVE:
        return
    import ctypes

    # An object begins with its reference count; nothing but this moment depends on it.
    ctypes.c_ssize_t.from_address(id(None)).value += RESERVE
