"""A reserve of references to None and True, without which PySide6 6.12.0 aborts Python 3.11."""

import sys

RESERVE = 1 << 40
"""References: a thousand million strokes' worth."""

GIVEN_AWAY = (None, True, False)
"""A Qt call that returns nothing gives None away, every `emit` of a signal True (decision 34).

False has not been seen to go, but is got by the same code.
"""


def lay_in() -> None:
    """Raise the reference counts of these, where they have one that counts: before Python 3.12."""
    if sys.version_info >= (3, 12) or sys.getrefcount(None) >= RESERVE:
        return
    import ctypes

    for value in GIVEN_AWAY:
        # An object begins with its reference count; nothing but this moment depends on it.
        ctypes.c_ssize_t.from_address(id(value)).value += RESERVE
