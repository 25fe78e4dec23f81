"""numpy, loaded so that its products stay in the thread that asks for them.

By itself its library of products (OpenBLAS) keeps a thread for each core, and all of them wait at
full speed for each other. Beside an engine at work that took five times the processor's time of one
thread, and slices of it from the engine. The engine's own process loads its numpy as it likes.
"""

import os

NAME = "OPENBLAS_NUM_THREADS"


def load_numpy() -> None:
    """Import numpy, which asks its surroundings this once; they are as before afterwards."""
    before = os.environ.get(NAME)
    os.environ[NAME] = before or "1"
    import numpy as np  # noqa: F401

    if before is None:
        del os.environ[NAME]
