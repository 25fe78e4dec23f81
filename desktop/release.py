"""Which Easel this is."""

from functools import cache


@cache
def release() -> str:
    """Return its version, as it was packed or installed."""
    from importlib.metadata import version  # slow to import, and to read

    return version("easel")
