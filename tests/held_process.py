"""Whether something is done without another process: judged by what happens and not by the clock.

On a busy machine a clock says how long others were at work; a process that is stopped answers
nobody, however long it takes.
"""

import os
import signal
import threading
import time
from collections.abc import Callable

HELD = 20.0
"""Seconds after which the process goes on in any case, so that whatever waits for it ends."""
OWN = 0.1
"""Seconds of the processor in which a person is answered."""


def done_without(process: int, act: Callable[[], object], held: float = HELD) -> bool:
    """Whether `act` returns while `process` is stopped, and costs this thread 0.1 s at most."""
    wake = threading.Timer(held, os.kill, (process, signal.SIGCONT))
    os.kill(process, signal.SIGSTOP)
    wake.start()
    spent = time.thread_time()
    try:
        act()
        return wake.is_alive() and time.thread_time() - spent < OWN
    finally:
        wake.cancel()
        os.kill(process, signal.SIGCONT)
