"""What the processes of the oracle measured, as a table for docs/oracle.md."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from tests.oracle.side import FORMATS, SIDES

MOST = 1e-4
"""Relative difference in float32 above which the sides do not agree."""

HEAD = """# The published networks in their real sizes, against the reference

Written by `python3 run.py oracle`; random weights, none of them left as a constructor made it, in
the published layout, read by the engine's own loader into the form in which it computes, and by
diffusers {diffusers} / transformers {transformers} (torch {torch}, one thread). Each side and
number format is a process of its own.

"Apart" is the largest difference over the largest value of the reference. In bfloat16 two correct
implementations differ by rounding, so the last two columns hold either side against the reference
in float32: what counts is that ours is not much farther from it. Decision 95 rounds somewhat more.

| network | answer | fp32 apart | bf16 apart | our bf16 from fp32 | their bf16 from fp32 |
| --- | --- | ---: | ---: | ---: | ---: |
"""
MEMORY = """
Memory is the highest resident size of the process in GiB, libraries included. The reference maps
its file and ours reads it; mapped pages count as resident, but the system can take them back.

| network | ours fp32 | reference fp32 | ours bf16 | reference bf16 |
| --- | ---: | ---: | ---: | ---: |
"""

Key = tuple[str, str]


@dataclass(frozen=True)
class Result:
    """One case that ran on both sides in both formats.

    answers: (side, format) -> name -> values.
    """

    title: str
    answers: dict[Key, dict[str, NDArray[np.float32]]]
    peak_bytes: dict[Key, int]

    @classmethod
    def read(cls, title: str, folder: Path, name: str) -> "Result | None":
        """The result of case `name`, None unless it is whole."""
        keys = [(side, form) for side in SIDES for form in FORMATS]
        bases = {key: folder / name / "-".join(key) for key in keys}
        if not all(base.with_suffix(".stamp").is_file() for base in bases.values()):
            return None
        answers = {key: load_file(base.with_suffix(".safetensors")) for key, base in bases.items()}
        measured = {
            key: json.loads(base.with_suffix(".json").read_text()) for key, base in bases.items()
        }
        return cls(title, answers, {key: entry["peak_bytes"] for key, entry in measured.items()})

    @property
    def agrees(self) -> bool:
        """Whether float32 agrees, and bfloat16 is not much farther off than the reference's own."""
        for name in self.answers["reference", "float32"]:
            single, _, ours, theirs = self.distances(name)
            if not (single <= MOST and ours <= 3 * theirs):
                return False
        return True

    def distances(self, name: str) -> tuple[float, float, float, float]:
        """The four columns of an answer."""
        ours, half = self.answers["ours", "float32"][name], self.answers["ours", "bfloat16"][name]
        exact = self.answers["reference", "float32"][name]
        rounded = self.answers["reference", "bfloat16"][name]
        return apart(ours, exact), apart(half, rounded), apart(half, exact), apart(rounded, exact)

    def rows(self) -> list[str]:
        """One line of the first table for each answer."""
        return [
            f"| {self.title} | {'' if name == 'answer' else name} | "
            + " | ".join(f"{value:.1e}" for value in self.distances(name))
            + " |"
            for name in self.answers["reference", "float32"]
        ]

    def memory_row(self) -> str:
        """The line of the second table."""
        keys = [(side, form) for form in FORMATS for side in SIDES]
        sizes = (f"{self.peak_bytes[key] / 2**30:.1f}" for key in keys)
        return f"| {self.title} | {' | '.join(sizes)} |"

    def summary(self) -> str:
        """One line for the terminal."""
        worst = max(self.distances(name)[0] for name in self.answers["reference", "float32"])
        return f"{'agrees' if self.agrees else 'DIFFERS'}  {worst:.1e}  {self.title}"


def apart(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Largest difference over the largest value; infinite where shapes or finiteness differ."""
    if ours.shape != theirs.shape or not np.isfinite(ours).all() or not theirs.any():
        return float("inf")
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def table(results: Sequence[Result]) -> str:
    """The whole page; cases that did not run are not on it."""
    versions = {name: version(name) for name in ("torch", "diffusers", "transformers")}
    rows = [row for result in results for row in result.rows()]
    memory = [result.memory_row() for result in results]
    return HEAD.format(**versions) + "\n".join(rows) + "\n" + MEMORY + "\n".join(memory) + "\n"
