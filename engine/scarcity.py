"""Whether an error means that memory ran out: by what it says, and by what is left; no torch."""

import errno
import mmap

from engine.errors import OutOfMemory
from engine.machine import free_memory

LITTLE = 512 << 20
"""Bytes; with less than this left, memory is what a fault of a library is about."""

WORDS = (
    "not enough memory",
    "allocate memory",
    "out of memory",
    "bad_alloc",
    "alloc_failed",
    # What oneDNN says when it finds no room for its own, and for little else.
    "could not create a primitive",
    "could not execute a primitive",
)


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out, or comes from a library when little is left.

    Neither the processor's allocator nor oneDNN has a kind of error of its own, and what they say
    changes; so a RuntimeError in unknown words is judged by asking for memory. Ask while the error
    is being handled: what did not fit is let go of together with its traceback.
    """
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    if not isinstance(error, RuntimeError | OSError | ImportError | SystemError):
        return False
    if any(words in str(error).lower() for words in WORDS):
        return True
    # NotImplementedError and RecursionError are RuntimeErrors too, and faults of ours.
    return type(error) is RuntimeError and not there_is_room(LITTLE)


def out_of_memory(side: int = 0) -> OutOfMemory:
    """The sentence for it. side: of a picture that should fit, in pixels; 0 if not known."""
    if side:
        sentence = (
            "There is not enough memory for this picture; your work is safe. "
            f"{side} × {side} pixels should fit, so choose that or fewer pictures, or close other "
            "programs."
        )
    else:
        sentence = (
            "There is not enough memory for this picture; your work is safe. Choose fewer or "
            "smaller pictures, or close other programs."
        )
    return OutOfMemory(sentence, side)


def there_is_room(octets: int) -> bool:
    """Whether this process could have so much more memory now; nothing is used up by asking."""
    try:
        mmap.mmap(-1, octets).close()  # limits of addresses and of promised memory are kept here
    except (OSError, MemoryError, ValueError):
        return False
    return free_memory() >= octets
