"""The published networks in their real sizes, ours beside diffusers': speed, load and memory.

Choose with `run.py bench -k kandinsky22-decoder`. Each case writes its record and the table anew.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.benchmarks import table
from tests.benchmarks.cases import CASES
from tests.benchmarks.pairing import compared

LEAST = {
    "kandinsky22-prior": 3.0,
    "kandinsky22-decoder": 1.3,
    "kandinsky22-movq": 1.5,
    "karlo-decoder": 1.3,
    "karlo-super": 1.1,
    "starter": 1.3,
    "starter-default": 5.0,
}
"""How many times as fast as the reference. Super-resolution is convolutions of wide pictures, which
both leave to the same library; with 370 billion operations a second it leaves little to gain.
"""

FORMS = ("bfloat16", "float32")
"""The Starter computes in the second alone."""

APART = {"float32": 1e-4, "bfloat16": 0.5}
"""That both did the same work. In bfloat16 rounding is all of it: of the autoencoder's answer to
random weights either side is 0.07 to 0.09 from float32 (docs/oracle.md), at a smaller size.
"""

GREY_LEVELS = 2.5 / 255
"""The same of finished pictures, which are rounded."""


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("case", "form"),
    [(case, form) for case in CASES for form in FORMS if CASES[case].keys or form == "float32"],
)
def test_a_network_is_faster_than_the_reference_on_the_same_weights(case: str, form: str) -> None:
    chosen = os.environ.get("EASEL_BENCH")
    with tempfile.TemporaryDirectory() as fresh:
        record = compared(case, form, Path(chosen or fresh))
    table.add(record)
    print("\n" + table.line(record))
    assert record.get("apart", 0.0) < (APART[form] if CASES[case].keys else GREY_LEVELS)
    assert record["theirs"]["cpu"] / record["ours"]["cpu"] >= LEAST[case]
