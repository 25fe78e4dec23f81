"""Holds a piece of work to a time of the processor that only a mistake would take."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick(seconds: float) -> Iterator[None]:
    """Fail if the program works longer than `seconds` inside, in all its threads.

    Nothing is collected meanwhile: what thousands of tests before have left takes a second or more
    to look through, and would count as the work of whoever happens to set it off.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        begun = time.process_time()
        yield
        spent = time.process_time() - begun
    finally:
        if collects:
            gc.enable()
    assert spent < seconds, f"{spent:.2f} s of the processor, {seconds} at most"
