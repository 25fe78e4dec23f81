"""In what numbers training multiplies: bfloat16 where the processor has it, else float32.

A processor without it is shown every product in bfloat16 as a loop of single numbers: one with AVX2
reached 0.8 GFLOP/s that way and 45 in float32.
"""

from contextlib import AbstractContextManager

import torch

from engine.memory import multiplies_bfloat16


def arithmetic() -> torch.dtype:
    """The type of the products, sums of which are kept in float32 either way."""
    return torch.bfloat16 if multiplies_bfloat16() else torch.float32


def autocast() -> AbstractContextManager[object]:
    """Inside it, networks of float32 weights multiply in `arithmetic()`."""
    return torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16())
