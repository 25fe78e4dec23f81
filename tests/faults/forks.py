"""The whole program, brought into a process once: its forks need not import it again and again."""

import time
from importlib import import_module
from pkgutil import walk_packages

import desktop
from desktop import one_thread


def bring_program() -> float:
    """Import what a start imports bit by bit; the seconds of the processor that this took.

    Whoever judges a start in a fork adds them. No application is made and no thread begun, so that
    the process can be forked.
    """
    begun = time.process_time()
    one_thread.load_numpy()
    for module in walk_packages(desktop.__path__, f"{desktop.__name__}."):
        import_module(module.name)
    import_module("engine.process")
    return time.process_time() - begun
