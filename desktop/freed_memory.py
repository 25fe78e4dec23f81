"""Gives memory that was freed back to the system, where the C library would keep it."""

import ctypes
import sys


def give_back() -> None:
    """Have glibc return its free pages; other systems do so by themselves. For any thread."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    if trim is not None:
        trim(0)
