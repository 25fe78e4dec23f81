"""The control: a process as `opener` is, in which some files are faults that must be found.

    python -m tests.faults.planted FIRST COUNT

Of every ten files one ends the process, one is endless, one takes 800 MB, one raises what nobody
knows, and the rest are opened.
"""

import ctypes
import sys
from pathlib import Path

from tests.faults import opener
from tests.faults.formats import Format


def fault(content: bytes, _: Path) -> str:
    """Be the fault that the last figure of a file's number stands for."""
    match int(content) % 10:
        case 3:
            ctypes.string_at(0)
        case 5:
            while True:
                pass
        case 7:
            return "opened" if sum(bytearray(800_000_000)[::4096]) == 0 else "refused"
        case 9:
            raise ZeroDivisionError("planted")
        case _:
            return "opened"
    return "unreachable"


class Planted(Format):
    """Files that are their own numbers."""

    def opener(self) -> "opener.Open":
        """Open by a fault."""
        return fault

    def whole(self) -> list[bytes]:
        """None of the faults."""
        return [b"0"]

    def damaged(self, number: int) -> bytes:
        """The number."""
        return str(number).encode()


if __name__ == "__main__":
    opener.SECONDS = 1
    opener.main(Planted("", "", ""), int(sys.argv[1]), int(sys.argv[2]))
