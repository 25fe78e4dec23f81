"""Keeps one core busy as the engine's process does: matrix products, a little below others.

`python -m tests.benchmarks.busy_core NICENESS` says when it has begun, and goes on until it is
ended.
"""

import os
import sys

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np


def main(niceness: int) -> None:
    """Multiply for ever."""
    os.nice(niceness)
    matrix = np.random.default_rng(0).standard_normal((700, 700)).astype(np.float32)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while True:
        np.dot(matrix, matrix)


if __name__ == "__main__":
    main(int(sys.argv[1]))
